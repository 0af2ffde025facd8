import { CONTINUE } from '../pruners/pruner.ts'
import type { ParamValues } from '../space/search-space.ts'
import type { FinalTest } from '../study/define-study.ts'
import type { Runner } from './runner.ts'
import { openWorkerPool, type WorkerPoolOptions } from './worker-pool.ts'

/** A configuration in both shapes: as the objective receives it, and by path. */
export interface TestedConfig {
  readonly params: unknown
  readonly values: ParamValues
}

/** Where a final test runs: this process, or worker processes. */
export interface TestRunner {
  /** Test runs at the same time. */
  readonly jobs: number
  /** @returns a score for each example, unchecked */
  run(config: TestedConfig, context: { readonly seed: number; readonly signal: AbortSignal }): Promise<unknown>
  close(): Promise<void>
}

/** Runs a test in this process. */
export function inProcessTests(test: FinalTest<unknown>, jobs: number): TestRunner {
  return { jobs, run: async ({ params }, context) => test(params, context), async close() {} }
}

/**
 * Runs a study file's test in worker processes: as many at once as trials before, and one that crashes ends no more than itself.
 * @throws where a worker cannot load the study file
 */
export async function openTestPool(options: WorkerPoolOptions): Promise<TestRunner> {
  return testsIn(await openWorkerPool({ ...options, part: 'test' }))
}

/** Runs a test in a runner of trials, which is closed with it. */
export function testsIn(runner: Runner): TestRunner {
  let runs = 0
  return {
    jobs: runner.jobs,
    run: ({ params, values }, { seed, signal }) => runAsTrial(runner, runs++, { params, values, seed, signal }),
    close: () => runner.close(),
  }
}

async function runAsTrial(
  runner: Runner,
  number: number,
  facts: TestedConfig & { readonly seed: number; readonly signal: AbortSignal },
): Promise<unknown> {
  // A trial of no study: a test does not report.
  return runner.run(facts.params, {
    ...facts,
    number,
    budget: Number.POSITIVE_INFINITY,
    attrs: {},
    async report() {},
    tryReport: async () => CONTINUE,
    checkpoint: async () => undefined,
    async setAttr() {},
    async constrain() {},
  })
}
