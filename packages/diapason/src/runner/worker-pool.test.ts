import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { promotionPruner } from '../pruners/promotion.ts'
import { thresholdPruner } from '../pruners/threshold.ts'
import { randomSampler } from '../samplers/random.ts'
import { createStudy } from '../study/create-study.ts'
import type { Goals } from '../study/goals.ts'
import type { Objective } from '../study/optimize.ts'
import type { OptimizeOptions } from '../study/run-limits.ts'
import type { CompleteTrial, TrialRecord } from '../trial/trial-record.ts'
import folds from './fixtures/folds.ts'
import moods from './fixtures/moods.ts'
import resuming from './fixtures/resuming.ts'
import { inProcessRunner } from './in-process.ts'
import type { OutputLine, Runner } from './runner.ts'
import { openWorkerPool } from './worker-pool.ts'

const FILE = fileURLToPath(new URL('fixtures/moods.ts', import.meta.url))
const lines: OutputLine[] = []
const options = { file: FILE, heapMb: 40, graceMs: 100, onOutput: (line: OutputLine) => lines.push(line) }

// One pool for all: it must mend itself after whatever a test did to its workers.
let pool: Runner
beforeAll(async () => {
  pool = await openWorkerPool({ ...options, jobs: 2 })
})
afterAll(() => pool.close())

/** Runs one trial for each mood, in this order, and returns their records. */
async function run(runner: Runner, list: readonly string[], limits: OptimizeOptions = {}) {
  const study = await createStudy({
    ...moods.settings,
    sampler: randomSampler(),
    pruner: thresholdPruner({ upper: 3.5 }),
    seed: 1,
  } as never)
  for (const mood of list) {
    await study.enqueue({ x: 1, mood, layers: 1, 'layers.0.optimizer': 'sgd', 'layers.0.optimizer.sgd.momentum': 0.5 })
  }
  await study.optimize(runner.run as never, {
    trials: Math.max(1, list.length),
    maxFailuresInARow: 99,
    abortGraceMs: 4000,
    ...limits,
  })
  const record = await study.storage.findStudy(study.name)
  return (await study.storage.readTrials(record?.id ?? -1)).trials
}

const reasons = (trials: readonly TrialRecord[]) =>
  trials.map((trial) => (trial.state === 'failed' ? trial.reason : trial.state))

/** Does the process run? One that has ended may stay on as a zombie where nobody asks for its exit code. */
const isAlive = (pid: unknown) => {
  try {
    process.kill(Number(pid), 0)
    return !existsSync('/proc') || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

describe('a pool of worker processes', { timeout: 60_000 }, () => {
  test('loses the trial of a worker that throws, exits or crashes, and no other', async () => {
    const trials = await run(pool, ['good', 'throw', 'exit', 'crash', 'function', 'good'])
    expect(reasons(trials)).toEqual([
      'complete',
      expect.stringMatching(/^no such layer \(.*fixtures\/moods\.ts:\d+:\d+\)$/),
      'the worker process ended before the trial did (exit code 3)',
      'the worker process ended before the trial did (exit code 1): Error: lost in a callback',
      expect.stringContaining('the objective returned something that cannot leave its process: '),
      'complete',
    ])
  })

  test('says when a worker ran out of its heap', async () => {
    const trials = await run(pool, ['heap', 'good'])
    expect(reasons(trials)).toEqual([
      'the worker process ran out of its JavaScript heap of 40 MB (signal SIGABRT)',
      'complete',
    ])
  })

  test('ends a worker that blocks past the time-out of its trial', async () => {
    const trials = await run(pool, ['block', 'good'], { trialTimeout: 1500 })
    expect(reasons(trials)).toEqual([expect.stringContaining('Timed out after 1500 ms'), 'complete'])
    expect(trials[0]?.userAttrs.pid).toBeGreaterThan(1)
    expect(isAlive(trials[0]?.userAttrs.pid)).toBe(false)
  })

  test('ends a worker that does not listen to its signal, and leaves alone one that does', async () => {
    lines.length = 0
    const trials = await run(pool, ['deaf', 'obedient', 'good'], { trialTimeout: 1500 })
    expect(reasons(trials)).toEqual([
      expect.stringContaining('Timed out'),
      expect.stringContaining('Timed out'),
      'complete',
    ])
    expect(lines).toEqual([{ trial: 1, stream: 'stdout', line: 'stopped by TrialTimedOut' }])
  })

  test('takes along what a worker had started', async () => {
    const trials = await run(pool, ['child'])
    expect(reasons(trials)).toEqual([expect.stringContaining('was killed (signal SIGKILL)')])
    expect(trials[0]?.userAttrs.pid).toBeGreaterThan(1)
    await expect.poll(() => isAlive(trials[0]?.userAttrs.pid)).toBe(false)
  })

  test('asks the pruner in this process and stops the trial in the worker', async () => {
    const [trial] = await run(pool, ['reports'])
    expect(trial?.state).toBe('pruned')
    expect(trial?.reports).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ])
  })

  test('gives the objective its parameters nested, its seed and its worker number', async () => {
    const trials = await run(pool, ['nested'])
    expect(trials[0]?.userAttrs).toEqual({
      params: { x: 1, mood: 'nested', layers: [{ optimizer: { kind: 'sgd', momentum: 0.5 } }] },
      index: expect.stringMatching(/^[01]$/),
    })
    expect(trials[0]?.systemAttrs).toMatchObject({ 'constraints:size': 2 })
    const here = await run(inProcessRunner(moods.objective as never, 1, FILE), ['nested'])
    expect(here[0]).toMatchObject({ values: (trials[0] as CompleteTrial).values })
  })

  test('hands on what objectives print, with the trial it belongs to', async () => {
    lines.length = 0
    await run(pool, ['good', 'talk', 'talk', 'good'])
    expect(lines.filter(({ stream }) => stream === 'stdout')).toEqual([
      { trial: 1, stream: 'stdout', line: 'to stdout' },
      { trial: 2, stream: 'stdout', line: 'to stdout' },
    ])
    expect(lines.filter(({ stream }) => stream === 'stderr')).toEqual([
      { trial: 1, stream: 'stderr', line: 'to stderr' },
      { trial: 2, stream: 'stderr', line: 'to stderr' },
    ])
  })

  test('runs as many trials at the same time as it has workers', async () => {
    const startedAt = performance.now()
    await run(pool, ['obedient', 'obedient'], { concurrency: 2, trialTimeout: 1500 })
    expect(performance.now() - startedAt).toBeLessThan(2900)
  })

  test('refuses to open where a worker cannot load the study file', async () => {
    await expect(openWorkerPool({ ...options, jobs: 1, file: 'nowhere.ts' })).rejects.toThrow('There is no file')
  })
})

test('the folds of cross-validated trials go to whichever worker is free', async () => {
  const written: string[] = []
  const file = fileURLToPath(new URL('fixtures/folds.ts', import.meta.url))
  const { settings, objective } = folds
  await using study = await createStudy(settings as never)
  const { arrange } = objective as Objective<unknown, Goals>
  const folding = await openWorkerPool({
    ...options,
    file,
    jobs: 2,
    onOutput: ({ line }) => written.push(line),
    ...(arrange && { arrange }),
  })
  try {
    await study.optimize(folding.run, { trials: 2, concurrency: 2 })
  } finally {
    await folding.close()
  }
  const workersOf = (trial: number) =>
    new Set(written.filter((line) => line.startsWith(`trial ${trial},`)).map((line) => line.at(-1)))
  expect(workersOf(0)).toEqual(new Set(['0', '1']))
  expect(study.best.record.reports).toHaveLength(4)
  expect(Object.keys(study.best.record.userAttrs.foldScores as object)).toHaveLength(4)
})

test('paused trials go on in whichever worker is free, from the state that another one gave', async () => {
  const file = fileURLToPath(new URL('fixtures/resuming.ts', import.meta.url))
  const runner = await openWorkerPool({ ...options, file, jobs: 2 })
  try {
    const study = await createStudy({ ...resuming.settings, pruner: promotionPruner(), seed: 1 } as never)
    await study.optimize(runner.run as never, { trials: 12, concurrency: 2 })
    const promoted = study.trials.filter(({ systemAttrs }) => systemAttrs['diapason:continues'] !== undefined)
    expect(promoted.length).toBeGreaterThan(0)
    expect(promoted.every(({ systemAttrs }) => systemAttrs['diapason:resumed'])).toBe(true)
    const complete = study.trials.filter(({ state }) => state === 'complete')
    expect(complete.length).toBeGreaterThan(0)
    for (const { params, userAttrs } of complete) expect(userAttrs.weights).toEqual([Math.fround(Number(params.x)), 9])
    expect(reasons(study.trials).filter((end) => end !== 'complete' && end !== 'pruned')).toEqual([])
  } finally {
    await runner.close()
  }
})
