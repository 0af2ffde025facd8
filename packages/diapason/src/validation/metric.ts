import { OptionError } from '../errors.ts'
import type { Direction } from '../trial/history.ts'
import type { Label } from './splitter.ts'

/** What a metric compares with the truth: predicted classes, probabilities of classes, or numbers. */
export type PredictionKind = 'classes' | 'probabilities' | 'numbers'

/** A measure of predictions against the truth. */
export interface Metric<T, P> {
  /** scikit-learn's: `f1_macro`, `neg_log_loss`. */
  readonly name: string
  readonly kind: PredictionKind
  readonly direction: Direction
  /** Least and greatest value there can be; the end in its direction is a perfect score. */
  readonly range: readonly [low: number, high: number]
  /** NaN where it is not defined, such as the area under a curve of one class. */
  score(truth: T, predicted: P): number
  /** One number an example, whose mean is the score; absent where a metric cannot be taken apart so. */
  readonly perExample?: (truth: T, predicted: P) => Float64Array
}

/** Of predicted classes; truth and predictions name classes alike. */
export type ClassMetric = Metric<ArrayLike<Label>, ArrayLike<Label>>

/** Of probabilities. The truth is a class number an example, from 0 on. */
export type ProbabilityMetric = Metric<ArrayLike<number>, Probabilities>

/** Of predicted numbers. */
export type NumberMetric = Metric<ArrayLike<number>, ArrayLike<number>>

/** A row of class probabilities an example, or, of two classes, the probability of class 1. */
export type Probabilities = ArrayLike<number> | ArrayLike<ArrayLike<number>>

/** What a metric is asked with. */
export interface MetricOptions {
  /** The class that precision, recall, F1 and their kin without an ending are about (default 1). */
  readonly positive?: Label
  /** How many guesses `top_k_accuracy` has (default 2). */
  readonly k?: number
}

/** A metric whose score is the mean of its values by example. */
export function meanMetric<T extends ArrayLike<unknown>, P extends ArrayLike<unknown>>(
  facts: Pick<Metric<T, P>, 'name' | 'kind' | 'direction' | 'range'>,
  perExample: (truth: T, predicted: P) => Float64Array,
): Metric<T, P> {
  const checked = (truth: T, predicted: P) => {
    checkPairs(facts.name, truth, predicted)
    return perExample(truth, predicted)
  }
  return { ...facts, perExample: checked, score: (truth, predicted) => meanOf(checked(truth, predicted)) }
}

/** @throws {OptionError} where truth and predictions do not pair, or there are none */
export function checkPairs(name: string, truth: ArrayLike<unknown>, predicted: ArrayLike<unknown>): void {
  if (truth.length === predicted.length && truth.length > 0) return
  throw new OptionError(
    `${name} got ${truth.length} true values and ${predicted.length} predictions`,
    'Give one prediction for each example, and at least one example',
  )
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}
