import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStorage } from '../../packages/diapason/src/storage/open-storage.ts'
import type { TrialRecord } from '../../packages/diapason/src/trial/trial-record.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../postgres/server.ts'
import { OPTUNA_SIDE, optunaEnvironment, python, skipReason } from './python.ts'

const TRIALS = 200
/** Workers of Diapason go on until the study holds so many, and so are there when what was killed has to be taken over. */
const ALL_TRIALS = TRIALS + 20
const QUEUED = 60
/** Time enough for Optuna's own workers to notice first where theirs is the shorter grace. */
const LEASE = '8s'

type Side = 'optuna' | 'diapason'
/** What a training wrote while it ran: the truth that the study is judged by afterwards. */
type Logged = { readonly number: number; readonly worker: number; readonly side: Side } & (
  | { readonly what: 'begin'; readonly x: number }
  | { readonly what: 'report'; readonly epoch: number; readonly value: number }
  | { readonly what: 'end'; readonly state: string; readonly value: number | null }
)

let folder: string
const processes = new Set<ChildProcess>()
const complaints: string[] = []
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'diapason-together-'))
  complaints.length = 0
})
afterEach(async () => {
  for (const worker of processes) {
    worker.kill('SIGKILL')
    await once(worker, 'close')
  }
  await rm(folder, { recursive: true })
})

const logFile = () => path.join(folder, 'training.log')

function readLog(): readonly Logged[] {
  if (!existsSync(logFile())) return []
  // A last line that is being written is left out.
  const lines = readFileSync(logFile(), 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Logged)
}

function startWorker(side: Side, url: string): ChildProcess {
  const program = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')
  const study = path.join(import.meta.dirname, 'together-study.ts')
  const flags = ['--storage', url, '--trials', String(ALL_TRIALS), '--lease', LEASE]
  const ours = ['--conditions=@diapason/source', program, 'worker', study, ...flags]
  const optunas = url.replace('postgresql://', 'postgresql+psycopg2://').replace(/\?grace=.*/, '')
  const theirs = [OPTUNA_SIDE, 'work', optunas, 'together']
  const worker =
    side === 'diapason'
      ? spawn(process.execPath, ours, { cwd: folder, env: { ...process.env, TRAINING_LOG: logFile() } })
      : spawn(python, [...theirs, String(TRIALS), logFile()], { cwd: folder, env: optunaEnvironment })
  processes.add(worker)
  let said = ''
  for (const stream of [worker.stdout, worker.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk
    })
  }
  worker.once('close', (code) => {
    processes.delete(worker)
    if (code !== 0 && code !== null) complaints.push(`${side}, exit code ${code}: ${said.slice(-2000)}`)
  })
  return worker
}

/** A study with queued configurations. @returns its id */
async function newStudy(url: string): Promise<number> {
  const storage = await openStorage(url)
  const { id } = await storage.createStudy('together', ['minimize'], { 'study:metric_names': ['loss'] })
  for (let i = 0; i < QUEUED; i++) {
    await storage.createTrial(id, { state: 'waiting', systemAttrs: { fixed_params: { x: i / QUEUED } } })
  }
  await storage.close()
  return id
}

async function readTrials(url: string, id: number): Promise<readonly TrialRecord[]> {
  const storage = await openStorage(url)
  const { trials } = await storage.readTrials(id)
  await storage.close()
  return trials
}

/** Kills a worker of this side in the middle of a training, once its side has begun a few, and puts another in its place. */
async function killOne(side: Side, workers: ChildProcess[], url: string): Promise<void> {
  const ofSide = () => readLog().filter((entry) => entry.side === side)
  while (ofSide().filter(({ what }) => what === 'begin').length < 8) await sleep(20)
  for (;;) {
    const { worker } = ofSide().at(-1) as Logged
    const at = workers.findIndex(({ pid }) => pid === worker)
    const victim = workers[at]
    if (victim === undefined || victim.exitCode !== null) throw new Error(`the work was over too soon: ${complaints}`)
    victim.kill('SIGSTOP')
    // Between trials one of Optuna's has no heartbeat yet, and is missed by nobody.
    const last = ofSide().findLast((entry) => entry.worker === worker)
    if (last?.what === 'report' && (last.epoch === 2 || last.epoch === 3)) {
      const ended = once(victim, 'close')
      victim.kill('SIGKILL')
      await ended
      workers[at] = startWorker(side, url)
      return
    }
    victim.kill('SIGCONT')
    await sleep(5)
  }
}

describe.skipIf(skipReason !== '')("Python's Optuna and Diapason at work on one study", () => {
  describe.skipIf(noPostgres !== '')('on PostgreSQL, with heartbeats on both sides', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres({ fsync: 'off' })
    })
    afterAll(() => server.dispose())

    it('run every trial once, prune, share the queue and lose nothing, though workers of both are killed', {
      timeout: 240_000,
    }, async () => {
      const trials = await workTogether(await server.createDatabase(), ['diapason', 'optuna'])
      expect(trials.filter(({ state }) => state === 'failed').length).toBeGreaterThanOrEqual(2)
    })
  })

  it('run every trial of a journal file once, prune, share the queue and lose nothing', {
    timeout: 240_000,
  }, async () => {
    // Optuna's own workers send no heartbeats there, so that one of them that is lost stays lost.
    // The lock of the one that is killed may be left behind.
    await workTogether(`journal:${path.join(folder, 'tuning.log')}?grace=3`, ['diapason'])
  })
})

async function workTogether(url: string, killed: readonly Side[]): Promise<readonly TrialRecord[]> {
  const id = await newStudy(url)
  const workers = (['diapason', 'optuna', 'diapason', 'optuna'] as const).map((side) => startWorker(side, url))
  while (new Set(readLog().map(({ worker }) => worker)).size < workers.length) await sleep(20)
  writeFileSync(`${logFile()}.start`, '')
  for (const side of killed) await killOne(side, workers, url)
  await Promise.all(workers.map((worker) => (worker.exitCode === null ? once(worker, 'close') : undefined)))
  expect(complaints).toEqual([])
  const trials = await readTrials(url, id)
  const log = readLog()
  expectOneRun(trials, log)
  expectNothingLost(trials, log)
  expectQueueServed(trials, log)
  const ended = trials.filter(({ state }) => state === 'complete' || state === 'pruned')
  expect(ended.length).toBeGreaterThanOrEqual(ALL_TRIALS)
  expect(trials.length - ended.length).toBe(trials.filter(({ state }) => state === 'failed').length)
  return trials
}

/** Every trial was begun by one process, once; one that lost its worker before it began is queued again as another. */
function expectOneRun(trials: readonly TrialRecord[], log: readonly Logged[]): void {
  const begun = log.filter(({ what }) => what === 'begin').map(({ number }) => number)
  expect(begun.length).toBe(new Set(begun).size)
  expect(trials.filter(({ number, state }) => state !== 'failed' && !begun.includes(number))).toEqual([])
}

function expectNothingLost(trials: readonly TrialRecord[], log: readonly Logged[]): void {
  expect(log.filter((entry) => !isKept(entry, trials[entry.number]))).toEqual([])
}

function isKept(entry: Logged, trial: TrialRecord | undefined): boolean {
  switch (entry.what) {
    case 'begin':
      return trial?.params.x === entry.x
    case 'report':
      return trial?.reports.some(([step, value]) => step === entry.epoch && value === entry.value) ?? false
    case 'end':
      return trial?.state === entry.state && 'values' in trial && trial.values[0] === entry.value
    default:
      throw entry satisfies never
  }
}

/** What was queued came to its end once, at the hands of both sides; both pruned, too. */
function expectQueueServed(trials: readonly TrialRecord[], log: readonly Logged[]): void {
  const sideOf = new Map(log.map(({ number, side }) => [number, side]))
  for (let i = 0; i < QUEUED; i++) {
    const runs = trials.filter(({ params, state }) => params.x === i / QUEUED && state !== 'failed')
    expect(runs.map(({ state }) => state)).toEqual([expect.stringMatching(/complete|pruned/)])
  }
  const sides = (of: readonly TrialRecord[]) => [...new Set(of.map(({ number }) => sideOf.get(number)))].sort()
  expect(sides(trials.slice(0, QUEUED))).toEqual(['diapason', 'optuna'])
  expect(sides(trials.filter(({ state }) => state === 'pruned'))).toEqual(['diapason', 'optuna'])
}
