import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openPostgres } from '../../packages/diapason/src/storage/postgres.ts'
import { isFinished, type TrialRecord } from '../../packages/diapason/src/trial/trial-record.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../postgres/server.ts'

const LEASE_MS = 8000
const TRIALS = 200
const WORKERS = 3

/** What a training wrote while it ran. */
interface Logged {
  readonly what: 'tick' | 'reported'
  readonly number: number
  readonly x: number
  readonly epoch?: number
  /** The process that started the training's. */
  readonly worker: number
  readonly at: number
}

let folder: string
let server: PostgresServer
const processes = new Set<ChildProcess>()

function startWorker(url: string): ChildProcess {
  const root = path.join(import.meta.dirname, '../..')
  const program = path.join(root, 'packages/diapason/src/cli/main.ts')
  const flags = ['--storage', url, '--trials', String(TRIALS), '--jobs', '2', '--lease', `${LEASE_MS}ms`]
  const args = ['--conditions=@diapason/source', program, 'worker', path.join(import.meta.dirname, 'fault-study.ts')]
  const worker = spawn(process.execPath, [...args, ...flags], {
    cwd: folder,
    env: { ...process.env, TRAINING_LOG: path.join(folder, 'training.log'), FAULTS_DONE: faultsDone() },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  processes.add(worker)
  let said = ''
  for (const stream of [worker.stdout, worker.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk
    })
  }
  worker.once('close', (code) => {
    processes.delete(worker)
    if (code !== 0 && code !== null && code !== 143) unexpected.push(`exit code ${code}: ${said.slice(-2000)}`)
  })
  return worker
}

const unexpected: string[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'diapason-worker-faults-'))
})
afterEach(async () => {
  for (const worker of processes) {
    worker.kill('SIGKILL')
    await once(worker, 'close')
  }
  rmSync(folder, { recursive: true })
})

describe.skipIf(noPostgres !== '')('workers on one PostgreSQL study', () => {
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.dispose())

  it('that are killed, suspended and preempted, with the server crashing under them, lose nothing and run nothing twice', {
    timeout: 400_000,
  }, async () => {
    const url = await server.createDatabase()
    const slots = Array.from({ length: WORKERS }, () => startWorker(url))
    const faults = await breakThings(url, slots)
    writeFileSync(faultsDone(), '')
    const ends = slots.map((worker) => (worker.exitCode === null ? once(worker, 'close') : undefined))
    await Promise.all(ends)
    expect(unexpected).toEqual([])

    const storage = await openPostgres(url)
    const study = await storage.findStudy('faults')
    const { trials } = await storage.readTrials(study?.id ?? Number.NaN)
    await storage.close()
    const log = readLog()
    expect(trials.length).toBeGreaterThan(TRIALS + 4)
    console.log(`${trials.length} attempts at ${TRIALS} trials; ${faults.join(', ')}`)
    expect(trials.every(isFinished)).toBe(true)
    expectEachOnce(trials)
    expectNoOverlap(trials, log)
    expectNothingLost(trials, log)
  })
})

/** Written once no further fault comes; the last trials wait for it. */
const faultsDone = () => path.join(folder, 'faults-done')

/** One fault after another; killed and preempted workers are replaced. */
async function breakThings(url: string, slots: ChildProcess[]): Promise<readonly string[]> {
  const faults = ['SIGKILL', 'SIGSTOP', 'crash', 'SIGTERM', 'SIGKILL', 'SIGKILL'] as const
  const done: string[] = []
  // The first trials have to be under way.
  while (readLog().length < 20) await sleep(100)
  for (const [i, fault] of faults.entries()) {
    // A fault is to meet workers that are at work.
    while (!slots.every(isAtWork)) await sleep(100)
    const victim = slots[i % WORKERS] as ChildProcess
    if (victim.exitCode !== null)
      throw new Error(`a worker ended before fault ${i}, ${fault}: ${unexpected.join('; ')}`)
    if (fault === 'crash') {
      await server.end('kill')
      await sleep(1000)
      await server.start()
    } else if (fault === 'SIGSTOP') {
      victim.kill('SIGSTOP')
      await sleep(1.5 * LEASE_MS)
      victim.kill('SIGCONT')
    } else {
      const ended = once(victim, 'close')
      victim.kill(fault)
      await ended
      slots[i % WORKERS] = startWorker(url)
    }
    done.push(fault)
    await sleep(500 + 500 * Math.random())
  }
  return done
}

function isAtWork({ pid, exitCode }: ChildProcess): boolean {
  return exitCode !== null || readLog().some(({ worker }) => worker === pid)
}

function readLog(): readonly Logged[] {
  const file = path.join(folder, 'training.log')
  if (!existsSync(file)) return []
  // A last line that is being written is left out.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Logged)
}

const earlier = (trial: TrialRecord) => (trial.systemAttrs.retry_history ?? []) as readonly number[]

/** Every attempt that did not come to its end has exactly one successor, and the last of each line is complete. */
function expectEachOnce(trials: readonly TrialRecord[]): void {
  const replaced = trials.flatMap((trial) => earlier(trial).slice(-1))
  expect(replaced.length).toBe(new Set(replaced).size)
  const last = trials.filter((trial) => !replaced.includes(trial.number))
  expect(last.filter((trial) => trial.state !== 'complete')).toEqual([])
  expect(last).toHaveLength(TRIALS)
  const cut = trials.filter((trial) => trial.state !== 'complete')
  expect(cut.map((trial) => trial.number)).toEqual([...replaced].sort((a, b) => a - b))
}

/** No attempt at a configuration begins before the one before has ended, by the clock of the trainings. */
function expectNoOverlap(trials: readonly TrialRecord[], log: readonly Logged[]): void {
  const spans = trials.map(({ number }) => log.filter((entry) => entry.number === number).map((entry) => entry.at))
  const overlaps = trials.flatMap((trial) =>
    earlier(trial).flatMap((before) => {
      const overlapMs = Math.max(...(spans[before] ?? [])) - Math.min(...(spans[trial.number] ?? []))
      return overlapMs > 0 ? [{ before: trials[before], trial: trial.number, overlapMs }] : []
    }),
  )
  expect(overlaps).toEqual([])
}

/** What a training was told is stored is there, and a complete trial's value is what its own training made. */
function expectNothingLost(trials: readonly TrialRecord[], log: readonly Logged[]): void {
  const lost = log.filter(({ what, number, epoch, x }) => {
    const trial = trials[number]
    const isStored = trial?.reports.some(([step, value]) => step === epoch && value === x / (epoch ?? 1))
    return trial?.params.x !== x || (what === 'reported' && !isStored)
  })
  expect(lost).toEqual([])
  for (const trial of trials) {
    if (trial.state === 'complete') expect([trial.values, trial.reports.length]).toEqual([[trial.params.x], 5])
  }
}
