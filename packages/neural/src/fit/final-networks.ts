import { type Split, summarizeFolds, trivialBaseline } from 'diapason'
import type { FitParams } from './fit-space.ts'
import type { AnyMetric, Truth } from './fit-task.ts'
import type { Member, TablePrediction } from './table-model.ts'
import { type FitData, type JudgedMember, scoreOf, trainAndJudge } from './train-member.ts'

/** A mean over folds and where it may lie. */
export interface FoldScoreSummary {
  readonly mean: number
  /** 95 %, corrected for the rows that folds share (Nadeau & Bengio); undefined for a single fold. */
  readonly interval: readonly [low: number, high: number] | undefined
  readonly folds: number
}

/** Networks of one configuration, a fold each, and how they did on the rows that they never saw. */
export interface JudgedNetworks {
  readonly params: FitParams
  readonly members: readonly Member[]
  readonly scores: readonly number[]
  /** Of all judged rows, fold by fold. */
  readonly predictions: readonly { readonly rows: Int32Array; readonly prediction: TablePrediction }[]
}

/**
 * Trains a network on each fold, until the time is up; what was finished by then is kept.
 *
 * @throws the signal's reason when it aborts; whatever a training throws, where not one fold was finished
 */
export async function trainNetworks(
  data: FitData,
  splits: readonly Split[],
  params: FitParams,
  run: { readonly seed: number; readonly end: number; readonly signal: AbortSignal | undefined },
): Promise<JudgedNetworks> {
  const clock = new AbortController()
  const left = run.end - Date.now()
  const timer =
    left < 2 ** 31 ? setTimeout(() => clock.abort(new Error('the time is up')), Math.max(1, left)) : undefined
  const signal = run.signal ? AbortSignal.any([run.signal, clock.signal]) : clock.signal
  const judged: JudgedMember[] = []
  try {
    for (const [i, split] of splits.entries()) {
      judged.push(await trainAndJudge(data, split, params, { seed: (run.seed + i) >>> 0, signal }))
    }
  } catch (error) {
    // A fold that was cut short, or that diverged, is a network less.
    run.signal?.throwIfAborted()
    if (judged.length === 0) throw error
  } finally {
    clearTimeout(timer)
  }
  return {
    params,
    members: judged.map(({ member }) => member),
    scores: judged.map(({ score }) => score),
    predictions: judged.map(({ prediction }, i) => ({ rows: splits[i]!.test, prediction })),
  }
}

/** @param splits those that the scores belong to, more where some were not finished */
export function summarize(scores: readonly number[], splits: readonly Split[]): FoldScoreSummary {
  const [first] = splits
  const { mean, interval } = summarizeFolds(scores, first ? first.test.length / first.train.length : 1)
  return { mean, interval, folds: scores.length }
}

/** What always saying the same would score, fold by fold. */
export function baselineScores(
  metric: AnyMetric,
  truth: Truth,
  splits: readonly Split[],
): { readonly mean: number; readonly words: string } {
  const actual: ArrayLike<number> = truth.kind === 'classes' ? truth.labels : truth.values
  const part = (rows: Int32Array) => Float64Array.from(rows, (row) => actual[row]!)
  // The overloads want one kind at a time; the metric knows its own.
  const baselineOf = trivialBaseline as (
    metric: AnyMetric,
    truth: Float64Array,
    learned: Float64Array,
  ) => { score: number }
  const scores = splits.map(({ train, test }) => baselineOf(metric, part(test), part(train)).score)
  return { mean: scores.reduce((sum, score) => sum + score, 0) / scores.length, words: baselineWords(metric, truth) }
}

function baselineWords(metric: AnyMetric, truth: Truth): string {
  if (truth.kind === 'numbers') return `always saying the ${metric.name.includes('absolute') ? 'median' : 'mean'}`
  if (metric.kind === 'probabilities') return 'always giving each class the share it has'
  const counts = new Int32Array(truth.classes.length)
  for (const label of truth.labels) counts[label]! += 1
  return `always saying ${JSON.stringify(truth.classes[counts.indexOf(Math.max(...counts))])}`
}

/** Other metrics that people ask for, over all rows that were judged. */
export function otherScores(
  truth: Truth,
  { predictions }: JudgedNetworks,
  metrics: readonly AnyMetric[],
): Readonly<Record<string, number>> {
  const means = metrics.map((metric) => {
    const scores = predictions.map(({ rows, prediction }) => scoreOf(metric, truth, rows, prediction))
    return [metric.name, scores.reduce((sum, score) => sum + score, 0) / scores.length] as const
  })
  return Object.fromEntries(means)
}
