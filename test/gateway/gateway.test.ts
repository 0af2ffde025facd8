import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createStudy, float, openStorage, randomSampler } from 'diapason'
import { describeStorage } from 'diapason/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { freePorts } from '../launch/free-ports.ts'

const program = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')
const folder = mkdtempSync(path.join(tmpdir(), 'diapason-gateway-'))
const gateways: ChildProcess[] = []
let databases = 0

/** `diapason serve` as a process. */
async function serve(
  storage: string,
  port: number,
): Promise<{ readonly url: string; end(signal: NodeJS.Signals): Promise<void> }> {
  const words = ['serve', '--storage', storage, '--port', String(port), '--token', 'tok/en']
  const gateway = spawn(process.execPath, ['--conditions=@diapason/source', program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  gateways.push(gateway)
  let said = ''
  for await (const chunk of gateway.stdout) {
    said += chunk
    if (said.includes('Ctrl-C ends it.')) break
  }
  const address = /http:\/\/\S+/.exec(said)?.[0] ?? ''
  return {
    url: address.replace('http://', 'http://worker:tok%2Fen@'),
    async end(signal) {
      const ended = once(gateway, 'close')
      gateway.kill(signal)
      await ended
    },
  }
}

const database = () => `sqlite:${path.join(folder, `${++databases}.db`)}`

afterAll(() => {
  for (const gateway of gateways) gateway.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

// One gateway for all: each test of the suite works on studies of its own, and deletes them.
let shared: Promise<{ readonly url: string }> | undefined
describeStorage('gateway', async () => {
  shared ??= serve(database(), 0)
  const { url } = await shared
  const storage = await openStorage(url)
  return {
    storage,
    reopen: () => openStorage(url),
    async dispose() {
      for (const { id } of await storage.listStudies()) await storage.deleteStudy(id)
      await storage.close()
    },
  }
})

describe('diapason serve', () => {
  it('may be killed and started again under a study that runs through it', { timeout: 120_000 }, async () => {
    const [port] = await freePorts(1)
    const file = database()
    const first = await serve(file, port ?? 0)
    const study = await createStudy({
      name: 'restart',
      storage: first.url,
      goals: { loss: 'minimize' },
      space: { x: float(0, 1) },
      sampler: randomSampler(),
    })
    let killed: Promise<unknown> | undefined
    const objective = async ({ x }: { readonly x: number }) => {
      if (study.trials.length > 20) killed ??= first.end('SIGKILL').then(() => serve(file, port ?? 0))
      await new Promise((resolve) => setTimeout(resolve, 20))
      return x
    }
    await study.optimize(objective, { trials: 60, concurrency: 4 })
    await killed
    expect(killed).toBeDefined()
    const storage = await openStorage(file)
    const stored = await storage.findStudy('restart')
    const { trials } = await storage.readTrials(stored?.id ?? Number.NaN)
    await storage.close()
    expect(trials.filter(({ state }) => state === 'complete').length).toBeGreaterThanOrEqual(60)
    for (const trial of trials) if (trial.state === 'complete') expect(trial.values).toEqual([trial.params.x])
  })

  it('answers nobody without its token', async () => {
    shared ??= serve(database(), 0)
    const { url } = await shared
    await expect(openStorage(url.replace('tok%2Fen', 'guess'))).rejects.toThrow(/refuses the token\. Put the one/)
    const bare = url.replace('worker:tok%2Fen@', '')
    expect((await fetch(`${bare}storage/v1`, { method: 'POST', body: '[]' })).status).toBe(401)
    const headers = { authorization: 'Bearer tok/en', 'content-type': 'application/json' }
    const post = (body: string) => fetch(`${bare}storage/v1`, { method: 'POST', headers, body })
    expect((await post('{')).status).toBe(400)
    expect((await post('[{"id":"1","step":"close","args":[]}]')).status).toBe(400)
    expect(await (await post('[{"id":"2","step":"findStudy","args":["none"]}]')).json()).toEqual([{}])
  })
})
