import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { withSpace } from './with-space.ts'

/** A disk that is full until it has been written to so many times. */
function fullDisk(attempts: number) {
  const said: string[] = []
  const stop = new AbortController()
  let tried = 0
  const write = () => {
    if (++tried <= attempts) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    return 'written'
  }
  const terms = { folder: '/runs/7', signal: stop.signal, tell: (words: string) => void said.push(words) }
  return { said, stop, write, terms }
}

test('what needs space is done once there is some, and the wait is told once', async () => {
  const { terms, write, said } = fullDisk(2)
  expect(await withSpace(terms, write)).toBe('written')
  expect(said).toEqual(['the disk of /runs/7 is full; waiting for space for a minute'])
})

test('a wait ends with its trial', async () => {
  const { terms, write, stop } = fullDisk(Number.POSITIVE_INFINITY)
  const waiting = expect(withSpace(terms, write)).rejects.toThrow('the run was stopped')
  await sleep(50)
  stop.abort(new Error('the run was stopped'))
  await waiting
})

test('other failures are told at once', async () => {
  const { terms, said } = fullDisk(0)
  const refused = Object.assign(new Error('permission denied'), { code: 'EACCES' })
  await expect(
    withSpace(terms, () => {
      throw refused
    }),
  ).rejects.toBe(refused)
  expect(said).toEqual([])
})
