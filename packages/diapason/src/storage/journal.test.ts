import { appendFile, mkdtemp, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StorageError } from '../errors.ts'
import { describeStorage } from '../testing/storage-suite.ts'
import { openJournal } from './journal.ts'
import { parsePythonJson } from './python-json.ts'
import type { Storage } from './storage.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'diapason-journal-'))
  file = path.join(folder, 'tuning.log')
})
afterEach(() => rm(folder, { recursive: true }))

for (const lock of ['symlink', 'open']) {
  describeStorage(`journal file, ${lock} lock`, async () => {
    const url = `journal:${file}?lock=${lock}`
    const storage = await openJournal(url)
    return { storage, reopen: () => openJournal(url), dispose: () => storage.close() }
  })
}

/** A journal with a study and a running trial, ids 0 and 0. */
async function begun(options = ''): Promise<Storage> {
  const storage = await openJournal(`journal:${file}${options}`)
  await storage.createStudy('digits', ['minimize'])
  await storage.createTrial(0, { state: 'running' })
  return storage
}

/** Every line must be JSON, or Optuna reads no further. */
async function linesOf(): Promise<unknown[]> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').map(parsePythonJson)
}

describe('a journal file after a crash', () => {
  it('passes over a line that was cut off, and the next writer takes it away', async () => {
    const storage = await begun()
    const other = await openJournal(`journal:${file}`)
    await appendFile(file, '{"op_code": 7, "trial_id": 0, "st')
    expect((await storage.readTrials(0)).trials).toHaveLength(1)
    expect(await (await openJournal(`journal:${file}`)).listStudies()).toHaveLength(1)
    await other.report(0, 1, 0.5)
    expect(await linesOf()).toHaveLength(3)
    expect((await storage.readTrials(0)).trials).toMatchObject([{ reports: [[1, 0.5]] }])
  })

  it('completes a step of which only the first line was written', async () => {
    const storage = await begun()
    const successor = { state: 'waiting', systemAttrs: { fixed_params: { x: 1 } } } as const
    await storage.finish(0, { state: 'failed', reason: 'lost' }, successor)
    const whole = await readFile(file, 'utf8')
    const lines = whole.trimEnd().split('\n')
    await writeFile(file, `${lines.slice(0, -1).join('\n')}\n`)
    const after = await openJournal(`journal:${file}`)
    expect((await after.readTrials(0)).trials).toHaveLength(1)
    await after.setStudyAttr(0, 'user', 'a', 1)
    await after.setStudyAttr(0, 'user', 'a', 2)
    expect((await after.readTrials(0)).trials).toMatchObject([{ state: 'failed' }, { number: 1, ...successor }])
    expect(await linesOf()).toHaveLength(lines.length + 2)
  })

  it('says which line cannot be read', async () => {
    await (await begun()).close()
    await appendFile(file, '{"op_code": 7, "trial\n{"op_code": 1, "worker_id": "a-0", "study_id": 9}\n')
    await expect(openJournal(`journal:${file}`)).rejects.toThrow(/from line 3 \(byte \d+\) on: \{"op_code": 7, "trial/)
  })
})

describe('the lock of a journal file', () => {
  it.each(['symlink', 'open'])('is Optuna’s: FILE.lock, left behind it goes after the grace (%s)', async (kind) => {
    const storage = await begun(`?lock=${kind}&grace=0.2`)
    const lock = `${file}.lock`
    if (kind === 'symlink') await symlink('tuning.log', lock)
    else await writeFile(lock, '')
    const started = performance.now()
    await storage.report(0, 1, 0.5)
    expect(performance.now() - started).toBeGreaterThan(190)
    await expect(readFile(lock)).rejects.toThrow(/ENOENT/)
  })

  it.each(['symlink', 'open'])('keeps others waiting while it is held (%s)', async (kind) => {
    const storage = await begun(`?lock=${kind}`)
    await writeFile(`${file}.lock`, '')
    let reported = false
    const report = storage.report(0, 1, 0.5).then(() => {
      reported = true
    })
    expect((await storage.readTrials(0)).trials).toMatchObject([{ reports: [] }])
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(reported).toBe(false)
    await rm(`${file}.lock`)
    await report
    expect((await storage.readTrials(0)).trials).toMatchObject([{ reports: [[1, 0.5]] }])
  })

  it('links to the bare name, so that it resolves from every folder', async () => {
    const storage = await begun()
    let target = ''
    const watching = (async () => {
      while (target === '') target = await readlink(`${file}.lock`).catch(() => '')
    })()
    while (target === '') await storage.heartbeat(0)
    await watching
    expect(target).toBe('tuning.log')
  })

  it('is waited for no longer than told', async () => {
    await begun()
    await writeFile(`${file}.lock`, '')
    const storage = await openJournal(`journal:${file}`, { timeoutMs: 50 })
    await expect(storage.report(0, 1, 0.5)).rejects.toThrow(
      /stayed locked by another process.*delete .*tuning\.log\.lock/,
    )
    await rm(`${file}.lock`)
    await storage.report(0, 1, 0.5)
  })
})

describe('a journal that cannot be used', () => {
  it.each([
    ['is a database', () => writeFile(file, 'SQLite format 3\0\n\n'), /from line 1 .* Give the path of a journal/],
    ['is newer', () => writeFile(file, '{"op_code": 11, "worker_id": "a-0"}\n'), /cannot be read from line 1/],
  ])('because it %s', async (_, make, message) => {
    await make()
    await expect(openJournal(`journal:${file}`)).rejects.toThrow(StorageError)
    await expect(openJournal(`journal:${file}`)).rejects.toThrow(message)
  })

  it('because its folder is not there, or it is one', async () => {
    await expect(openJournal(`journal:${folder}/none/tuning.log`)).rejects.toThrow(/ENOENT.*Create its folder/)
    await expect(openJournal(`journal:${folder}`)).rejects.toThrow(/Give the path of a file in it/)
  })

  it.each([
    ['deleted', () => rm(file), /cannot be opened \(ENOENT\)/],
    ['replaced', () => rename(file, `${file}.old`).then(() => writeFile(file, '')), /was replaced or cut off/],
    ['cut off', () => writeFile(file, ''), /was replaced or cut off/],
  ])('because it was %s while it was open', async (_, change, message) => {
    const storage = await begun()
    await change()
    await expect(storage.report(0, 1, 0.5)).rejects.toThrow(message)
    await expect(storage.readTrials(0)).rejects.toThrow(message)
  })
})

describe("Optuna's rules of replay", () => {
  const by = '"worker_id": "other-1"'

  it('let the first line win', async () => {
    const storage = await begun()
    await storage.createTrial(0, { state: 'waiting' })
    const start = (at: string) =>
      `{"op_code": 6, ${by}, "trial_id": 1, "state": 0, "values": null, "datetime_start": "${at}"}`
    const late = [
      start('2026-11-01T12:00:00.000001+00:00'),
      start('2026-11-01T13:00:00.000000+00:00'),
      `{"op_code": 6, ${by}, "trial_id": 0, "state": 1, "values": [1], "datetime_complete": "2026-11-01T12:00:00.5+00:00"}`,
      `{"op_code": 6, ${by}, "trial_id": 0, "state": 3, "values": null, "datetime_complete": "2026-11-01T13:00:00.000000+00:00"}`,
      `{"op_code": 0, ${by}, "study_name": "digits", "directions": [2]}`,
      `{"op_code": 4, ${by}, "study_id": 7, "datetime_start": null}`,
      `{"op_code": 10, ${by}, "trial_ids": [0]}`,
    ]
    await appendFile(file, `${late.join('\n')}\n`)
    expect((await storage.readTrials(0)).trials).toMatchObject([
      { state: 'complete', values: [1], finishedAt: Date.UTC(2026, 10, 1, 12) + 500 },
      { state: 'running', startedAt: Date.UTC(2026, 10, 1, 12) + 0.001 },
    ])
    expect(await storage.listStudies()).toMatchObject([{ id: 0, directions: ['minimize'] }])
    await expect(storage.finish(0, { state: 'failed', reason: '' })).resolves.toBe(false)
    expect(await storage.createTrial(0, { state: 'running' })).toMatchObject({ id: 2, number: 2 })
  })

  it('let the last value of a step stand, and put a trial back where it waited', async () => {
    const storage = await begun()
    await storage.createTrial(0, { state: 'waiting' })
    const lines = [
      `{"op_code": 7, ${by}, "trial_id": 0, "step": 3, "intermediate_value": 1.0}`,
      `{"op_code": 7, ${by}, "trial_id": 0, "step": 3, "intermediate_value": Infinity}`,
      `{"op_code": 6, ${by}, "trial_id": 0, "state": 4, "values": null}`,
    ]
    await appendFile(file, `${lines.join('\n')}\n`)
    expect(await storage.claimWaiting(0)).toMatchObject({ number: 0, reports: [[3, Number.POSITIVE_INFINITY]] })
  })

  it('take a time without an offset for local time, as journals before Optuna 5 have it', async () => {
    const storage = await begun()
    await appendFile(file, `{"op_code": 4, ${by}, "study_id": 0, "datetime_start": "2024-05-01T12:00:00.250000"}\n`)
    expect((await storage.readTrials(0)).trials[1]?.startedAt).toBe(new Date(2024, 4, 1, 12).getTime() + 250)
  })
})
