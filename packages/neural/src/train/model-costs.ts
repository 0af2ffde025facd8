import { evaluationGraph } from '../compile/gradient-graph.ts'
import { type Dataset, selectRows } from '../data/dataset.ts'
import { countParameters } from '../network/network.ts'
import { sharedSessions } from '../runtime/shared-sessions.ts'
import { checkFit, checkModel, checkThreads, defaultLoss } from './check-fit.ts'
import { createEvaluator } from './evaluate.ts'
import type { Model } from './model.ts'

/** What a model costs whoever uses it. */
export interface ModelCosts {
  /** Trained numbers. */
  readonly parameters: number
  /** Memory of all its numbers, running statistics included. */
  readonly bytes: number
  /** Milliseconds for one example: the median of many runs, one example at a time. */
  readonly inferenceMs: number
}

/** A cost that may be a goal of a study. */
export type CostName = keyof ModelCosts

/** How {@link modelCosts} measures. */
export interface ModelCostOptions {
  /** Threads within one operation; default 1. */
  readonly threads?: number
  readonly signal?: AbortSignal
}

const BYTES_PER_NUMBER = 4
/** Runs that are not counted: the first ones compile and fill caches. */
const WARM_UP = 5
const FEWEST_RUNS = 15
const MOST_RUNS = 200
/** No longer than this, unless the fewest runs take longer. */
const MOST_MS = 100

/** Parameters and memory: known without a run. */
export function modelSize({ network, tensors }: Model): Pick<ModelCosts, 'parameters' | 'bytes'> {
  const numbers = Array.from(tensors.values(), ({ length }) => length).reduce((sum, length) => sum + length, 0)
  return { parameters: countParameters(network), bytes: BYTES_PER_NUMBER * numbers }
}

/**
 * Counts and times a model. The time is that of the machine, and of what else it does: compare times from one machine alone.
 *
 * @param data its first example is what the model is timed with
 * @throws DataError when data and network do not fit; the signal's reason when it aborts
 * @example const { parameters, inferenceMs } = await modelCosts(model, parts.validation)
 */
export async function modelCosts(model: Model, data: Dataset, options: ModelCostOptions = {}): Promise<ModelCosts> {
  const { threads = 1, signal } = options
  const loss = defaultLoss(model.network, data)
  checkFit(model.network, data, loss, 'evaluation')
  checkModel(model)
  checkThreads(threads)
  const lease = await sharedSessions().acquire(evaluationGraph(model.network, loss.kind), threads)
  try {
    const run = createEvaluator(lease.session, model, selectRows(data, Int32Array.of(0)))
    const times: number[] = []
    const startedAt = performance.now()
    for (let i = -WARM_UP; i < MOST_RUNS; i++) {
      const began = performance.now()
      if (i >= FEWEST_RUNS && began - startedAt > MOST_MS) break
      await run(signal)
      if (i >= 0) times.push(performance.now() - began)
    }
    times.sort((a, b) => a - b)
    return { ...modelSize(model), inferenceMs: times[times.length >> 1] ?? Number.NaN }
  } finally {
    await lease.release()
  }
}
