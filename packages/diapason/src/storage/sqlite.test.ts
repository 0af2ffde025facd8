import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeStorage } from '../testing/storage-suite.ts'
import { openSqlite } from './sqlite.ts'

describeStorage('sqlite', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'diapason-sqlite-'))
  const url = `sqlite:${path.join(folder, 'tuning.db')}`
  const storage = await openSqlite(url)
  return {
    storage,
    reopen: () => openSqlite(url),
    dispose: async () => {
      await storage.close()
      await rm(folder, { recursive: true })
    },
  }
})

describe('a process that opens SQLite', () => {
  it('is not told that node:sqlite is experimental, and sees every other warning', async () => {
    const source = pathToFileURL(path.join(import.meta.dirname, 'sqlite.ts'))
    const script = `import { openSqlite } from '${source}'
      await (await openSqlite(':memory:')).close()
      process.emitWarning('something else')`
    const args = ['--conditions=@diapason/source', '--input-type=module', '-e', script]
    const { stderr } = await promisify(execFile)(process.execPath, args)
    expect(stderr).not.toMatch(/experimental/i)
    expect(stderr).toMatch(/something else/)
  })
})

describe('ten thousand trials', () => {
  it('are read in one go, and then only what is new', { timeout: 60_000 }, async () => {
    const storage = await openSqlite(':memory:')
    const { id } = await storage.createStudy('long', ['minimize'])
    const distributions = { x: { kind: 'float', low: 0, high: 1e5, log: false, step: null } } as const
    for (let x = 0; x < 10_000; x++) {
      await storage.createTrial(id, { state: 'complete', values: [x], params: { x }, distributions })
    }
    const { trials, cursor } = await storage.readTrials(id)
    expect(trials.map((trial) => trial.params.x)).toEqual(Array.from({ length: 10_000 }, (_, x) => x))
    // One object for all of them.
    expect(new Set(trials.map((trial) => trial.distributions.x)).size).toBe(1)
    await storage.createTrial(id, { state: 'waiting' })
    expect((await storage.readTrials(id, cursor)).trials).toMatchObject([{ number: 10_000 }])
    await storage.close()
  })
})
