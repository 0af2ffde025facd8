import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStorage } from '../../packages/diapason/src/storage/open-storage.ts'
import { parsePythonJson } from '../../packages/diapason/src/storage/python-json.ts'
import { isFinished, type TrialRecord } from '../../packages/diapason/src/trial/trial-record.ts'
import { type Acknowledged, readLog } from './acknowledged.ts'
import { startWorker, type Worker } from './workers.ts'

const PROCESSES = 6
const allSeconds = Number(process.env.DIAPASON_FAULT_SECONDS ?? (process.env.CI === 'true' ? 60 : 8))

let folder: string
let url: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'diapason-faults-'))
})
afterEach(() => rm(folder, { recursive: true }))

const logFile = (index: number) => path.join(folder, `worker-${index}.log`)

/** A database with an empty study. @returns its id */
async function newStudy(queued = 0): Promise<number> {
  const storage = await openStorage(url)
  const { id } = await storage.createStudy('faults', ['minimize'])
  for (let i = 0; i < queued; i++) await storage.createTrial(id, { state: 'waiting' })
  await storage.close()
  return id
}

async function readTrials(studyId: number): Promise<readonly TrialRecord[]> {
  const storage = await openStorage(url)
  const { trials } = await storage.readTrials(studyId)
  await storage.close()
  return trials
}

function expectWholeDatabase(file: string): void {
  const db = new DatabaseSync(file)
  expect(db.prepare('PRAGMA integrity_check').all()).toMatchObject([{ integrity_check: 'ok' }])
  db.close()
}

/** A line that is no JSON would stop Optuna. The last one may be cut off by the last kill. */
function expectWholeJournal(file: string): void {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  expect(lines.filter((line) => typeof parsePythonJson(line) !== 'object')).toEqual([])
}

// A lock that a kill left behind is in the way for the grace: one second here.
const storages = [
  { name: 'SQLite database', scheme: 'sqlite:', options: '', seconds: allSeconds, expectWhole: expectWholeDatabase },
  {
    name: 'journal file',
    scheme: 'journal:',
    options: '?grace=1',
    seconds: allSeconds / 2,
    expectWhole: expectWholeJournal,
  },
]

describe.each(storages)('six processes on one $name', ({ scheme, options, seconds, expectWhole }) => {
  let file: string
  beforeEach(() => {
    file = path.join(folder, 'tuning.file')
    url = `${scheme}${file}${options}`
  })

  it('are given each of 600 queued trials exactly once', { timeout: 60_000 }, async () => {
    const studyId = await newStudy(600)
    const workers = Array.from({ length: PROCESSES }, (_, i) => startWorker(url, logFile(i), 'claim'))
    expect(await Promise.all(workers.map((worker) => worker.end))).toEqual(workers.map(() => undefined))
    const claims = workers.map((_, i) => readLog(logFile(i)).map((entry) => 'number' in entry && entry.number))
    expect(claims.flat().sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 600 }, (_, i) => i))
    expect(claims.filter((own) => own.length > 0).length).toBeGreaterThan(1)
    expect((await readTrials(studyId)).every((trial) => trial.state === 'running')).toBe(true)
  })

  it('create one database together', { timeout: 60_000 }, async () => {
    const workers = Array.from({ length: PROCESSES }, (_, i) => startWorker(url, logFile(i), 'create'))
    expect(await Promise.all(workers.map((worker) => worker.end))).toEqual(workers.map(() => undefined))
    const storage = await openStorage(url)
    expect((await storage.listStudies()).map((study) => study.name).sort()).toEqual(workers.map((_, i) => logFile(i)))
    await storage.close()
  })

  it(`lose nothing and repeat nothing while they are killed for ${seconds} s`, {
    timeout: (seconds + 60) * 1000,
  }, async () => {
    const studyId = await newStudy(20)
    const kills = await workAndKill(seconds * 1000)
    const logs = Array.from({ length: PROCESSES }, (_, i) => readLog(logFile(i)))
    const trials = await readTrials(studyId)
    console.log(`${trials.length} trials, ${kills} kills, ${logs.flat().length} acknowledged steps in ${seconds} s`)
    expect(kills).toBeGreaterThan(3)
    expect(trials.filter(isFinished).length).toBeGreaterThan(10)
    expect(trials.map((trial) => trial.number)).toEqual(trials.map((_, i) => i))
    expectNoneTwice(logs)
    expectNothingLost(logs.flat(), trials)
    expectWholeSteps(trials)
    expectWhole(file)
  })
})

/** Keeps six workers going and kills one at random moments. @returns how many were killed */
async function workAndKill(durationMs: number): Promise<number> {
  const slots = Array.from({ length: PROCESSES }, (_, i) => startWorker(url, logFile(i), 'work'))
  const failures: (string | undefined)[] = []
  const end = performance.now() + durationMs
  let kills = 0
  while (performance.now() < end) {
    await sleep(50 + 500 * Math.random())
    const index = Math.floor(Math.random() * PROCESSES)
    const victim = slots[index] as Worker
    // A worker that is still loading has nothing to lose; let it come to the database.
    if (readLog(logFile(index)).length === 0 && Math.random() < 0.8) continue
    victim.killed = true
    victim.process.kill('SIGKILL')
    failures.push(await victim.end)
    kills++
    slots[index] = startWorker(url, logFile(index), 'work')
  }
  for (const worker of slots) worker.process.kill('SIGTERM')
  // One that gets the signal before it listens ends at once, which is no failure either.
  for (const worker of slots) worker.killed = true
  failures.push(...(await Promise.all(slots.map((worker) => worker.end))))
  expect(failures.filter((failure) => failure !== undefined)).toEqual([])
  return kills
}

function expectNoneTwice(logs: readonly (readonly Acknowledged[])[]): void {
  for (const step of ['start', 'queue', 'finish'] as const) {
    const ids = logs
      .flat()
      .filter((entry) => entry.step === step)
      .map((entry) => entry.id)
    expect(ids.length).toBe(new Set(ids).size)
  }
}

function expectNothingLost(log: readonly Acknowledged[], trials: readonly TrialRecord[]): void {
  const byId = new Map(trials.map((trial) => [trial.id, trial]))
  expect(log.filter((entry) => !isKept(entry, byId.get(entry.id)))).toEqual([])
}

function isKept(entry: Acknowledged, trial: TrialRecord | undefined): boolean {
  if (trial === undefined) return false
  switch (entry.step) {
    case 'start':
      return trial.number === entry.number && trial.state !== 'waiting'
    case 'queue':
      return trial.number === entry.number
    case 'params':
      return trial.params['layers.9.units'] === entry.value
    case 'report':
      return trial.reports.some(([epoch, value]) => epoch === entry.epoch && value === entry.value)
    case 'finish':
      return trial.state === 'complete' && trial.values[0] === entry.value
    default:
      throw entry satisfies never
  }
}

/** Steps that a kill interrupted are there in full or not at all. */
function expectWholeSteps(trials: readonly TrialRecord[]): void {
  for (const trial of trials) {
    expect([0, 10]).toContain(Object.keys(trial.params).length)
    if (trial.state === 'complete') expect([trial.values.length, trial.reports.length]).toEqual([1, 3])
  }
}
