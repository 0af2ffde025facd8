import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { StorageError } from '../errors.ts'
import { pageSizes } from '../testing/storage-steps.ts'
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

it('hands out as many trials at once as were asked for', async () => {
  const storage = await openSqlite(':memory:')
  const { id } = await storage.createStudy('digits', ['minimize'])
  for (let i = 0; i < 7; i++) await storage.createTrial(id, { state: 'complete', values: [i] })
  expect(await pageSizes(storage, id, 3)).toEqual([3, 3, 1, 0])
  await storage.close()
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

describe('a database file that goes away while it is open', () => {
  it.each([
    ['deleted', async (file: string) => rm(file), /was deleted or moved while it was open/],
    ['moved', async (file: string) => rename(file, `${file}.old`), /was deleted or moved while it was open/],
    [
      'replaced',
      async (file: string) => {
        await rename(file, `${file}.old`)
        await copyFile(`${file}.old`, file)
      },
      /was replaced by another file while it was open/,
    ],
  ])('is noticed when it is %s: no step of writing is acknowledged any more', async (_, change, message) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'diapason-sqlite-'))
    const storage = await openSqlite(path.join(folder, 'tuning.db'))
    const { id } = await storage.createStudy('study', ['minimize'])
    const trial = await storage.createTrial(id, { state: 'running' })
    await change(path.join(folder, 'tuning.db'))
    const steps = [
      storage.report(trial?.id ?? 0, 1, 0.5),
      storage.finish(trial?.id ?? 0, { state: 'complete', values: [1] }),
      storage.createTrial(id, { state: 'waiting' }),
      storage.createStudy('another', ['minimize']),
    ]
    for (const result of await Promise.allSettled(steps)) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StorageError) })
      expect(String((result as PromiseRejectedResult).reason)).toMatch(message)
    }
    await storage.close()
    await rm(folder, { recursive: true })
  })

  it('is noticed by readers within about a second', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'diapason-sqlite-'))
    const file = path.join(folder, 'tuning.db')
    await (await openSqlite(file)).close()
    const reader = await openSqlite(file, { readOnly: true })
    await reader.listStudies()
    await rm(file)
    await setTimeout(1100)
    await expect(reader.listStudies()).rejects.toThrow(/was deleted or moved while it was open/)
    await reader.close()
    await rm(folder, { recursive: true })
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
