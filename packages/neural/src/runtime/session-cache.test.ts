import { expect, test } from 'vitest'
import type { Runtime } from './runtime.ts'
import { createSessionCache } from './session-cache.ts'

/** A runtime that only counts: the cache's rules do not depend on what a session does. */
function countingRuntime() {
  const log: string[] = []
  const runtime: Runtime = {
    name: 'counting',
    createSession: async (model, { threads }) => {
      const name = `${new TextDecoder().decode(model)}/${threads}`
      if (name.startsWith('bad')) throw new Error('refused')
      log.push(`open ${name}`)
      return { bind: () => ({ run: async () => {} }), release: async () => void log.push(`close ${name}`) }
    },
  }
  return { log, runtime }
}
const graph = (key: string, isLarge = false) => ({ key, isLarge, write: () => new TextEncoder().encode(key) })

test('one session a key and thread count; the longest unused idle one goes first', async () => {
  const { log, runtime } = countingRuntime()
  const cache = createSessionCache(runtime, 2)
  const [a1, a2] = await Promise.all([cache.acquire(graph('a'), 1), cache.acquire(graph('a'), 1)])
  expect(a1.session).toBe(a2.session)
  for (const key of ['b', 'c', 'b', 'd']) await (await cache.acquire(graph(key), 1)).release()
  expect(log).toEqual(['open a/1', 'open b/1', 'open c/1', 'open d/1', 'close c/1'])
  await a1.release()
  await a1.release()
  expect(cache.size).toBe(3)
  await a2.release()
  expect(log.at(-1)).toBe('close a/1')
  await (await cache.acquire(graph('b'), 2)).release()
  expect(log.at(-2)).toBe('open b/2')
  await cache.clear()
  expect(cache.size).toBe(0)
})

test('sessions of large graphs count as four', async () => {
  const { log, runtime } = countingRuntime()
  const cache = createSessionCache(runtime, 8)
  for (const key of ['a', 'b', 'c']) await (await cache.acquire(graph(key, true), 1)).release()
  await (await cache.acquire(graph('d'), 1)).release()
  expect(log.slice(3)).toEqual(['close a/1', 'open d/1', 'close b/1'])
})

test('a session that fails to open is not kept', async () => {
  const cache = createSessionCache(countingRuntime().runtime)
  await expect(cache.acquire(graph('bad'), 1)).rejects.toThrow('refused')
  expect(cache.size).toBe(0)
})
