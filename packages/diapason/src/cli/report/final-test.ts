import { messageOf } from '../../errors.ts'
import { createRng } from '../../math/rng.ts'
import type { TestedConfig, TestRunner } from '../../runner/test-runner.ts'

/** Scores of default and winner, by seed and example; both lists have the same seeds. */
export interface TestScores {
  readonly baseline: readonly ArrayLike<number>[]
  readonly candidate: readonly ArrayLike<number>[]
  readonly elapsedMs: number
  /** Stopped by the signal: what was tested by then is here. */
  readonly isStopped: boolean
  /** Why a test run failed; then no scores are given, as what is left would be a choice of the lucky ones. */
  readonly failure: string | undefined
}

/** How a final test is run. */
export interface FinalTestOptions {
  readonly baseline: TestedConfig
  readonly candidate: TestedConfig
  /** Decides the seeds of the test runs. */
  readonly seed: number
  /** At least 1. */
  readonly seeds: number
  readonly signal?: AbortSignal | undefined
  /** Hears of each test run that ended. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Runs a study's test for two configurations with the same seeds, taking turns. Never throws.
 */
export async function runFinalTest(runner: TestRunner, options: FinalTestOptions): Promise<TestScores> {
  const { baseline, candidate, seeds, signal } = options
  const startedAt = Date.now()
  const halt = new AbortController()
  const end = signal === undefined ? halt.signal : AbortSignal.any([signal, halt.signal])
  const rng = createRng(options.seed).split('final test')
  // Seed by seed, so that an early end leaves whole pairs.
  const runs = Array.from({ length: 2 * seeds }, (_, i) => ({
    config: i % 2 === 0 ? baseline : candidate,
    seed: i >> 1,
  }))
  const scores: (ArrayLike<number> | undefined)[] = runs.map(() => undefined)
  let next = 0
  let done = 0
  let failure: string | undefined
  async function work(): Promise<void> {
    while (next < runs.length && !end.aborted) {
      const i = next++
      const { config, seed } = runs[i] ?? { config: baseline, seed: 0 }
      const runSeed = rng.split(`seed/${seed}`).int(2 ** 32)
      const ended = runner.run(config, { seed: runSeed, signal: end })
      scores[i] = checkedScores(await untilAborted(ended, end))
      options.onProgress?.(++done, runs.length)
    }
  }
  const workers = Array.from({ length: Math.min(runner.jobs, runs.length) }, async () => {
    try {
      await work()
    } catch (error) {
      if (!end.aborted) failure = messageOf(error)
      halt.abort()
    }
  })
  await Promise.all(workers)
  const isStopped = failure === undefined && end.aborted
  return { ...pairsOf(failure === undefined ? scores : []), elapsedMs: Date.now() - startedAt, isStopped, failure }
}

function pairsOf(scores: readonly (ArrayLike<number> | undefined)[]) {
  const baseline: ArrayLike<number>[] = []
  const candidate: ArrayLike<number>[] = []
  for (let i = 0; i + 1 < scores.length; i += 2) {
    const [one, other] = [scores[i], scores[i + 1]]
    if (one === undefined || other === undefined) continue
    baseline.push(one)
    candidate.push(other)
  }
  return { baseline, candidate }
}

function checkedScores(scores: unknown): ArrayLike<number> {
  const list = scores as ArrayLike<unknown> | null | undefined
  if (typeof list === 'object' && list !== null && typeof list.length === 'number' && list.length > 0) {
    const wrong = Array.prototype.findIndex.call(list, (score: unknown) => !Number.isFinite(score))
    if (wrong < 0) return list as ArrayLike<number>
    throw new TypeError(`the test's score of example ${wrong} is ${String(list[wrong])}; give a finite number`)
  }
  throw new TypeError(`the test returned ${String(scores)}; give a list with a number for each example`)
}

/** A test that does not listen to the signal is left alone. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
