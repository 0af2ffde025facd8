// C. Nadeau, Y. Bengio, "Inference for the Generalization Error", Machine Learning 52, 2003, §3: folds share training examples, so
// their scores vary together, and the usual error of their mean is too small.
import { OptionError } from '../errors.ts'
import { mean, standardDeviation } from '../math/stats.ts'
import { studentQuantile } from '../math/student-t.ts'

/** How sure a mean over folds is. */
export interface FoldSummary {
  readonly mean: number
  /** Of the mean, corrected for the training examples that folds share; NaN for a single fold. */
  readonly standardError: number
  /** Confidence interval of the score that training on so many examples gives; undefined for a single fold. */
  readonly interval: readonly [low: number, high: number] | undefined
  readonly level: number
}

/**
 * Mean, corrected standard error and interval of scores by fold: the variance of the mean is (1/k + test/train) s², with k − 1
 * degrees of freedom.
 * @param scores    one a fold
 * @param testShare examples scored in a fold for each one trained on; 1 / (folds − 1) for k-fold
 * @param level     of the interval, in (0, 1), default 0.95
 * @throws {OptionError} where there are no scores, or the share is not above 0
 * @example summarizeFolds([0.9, 0.92, 0.88, 0.91, 0.89], 1 / 4)
 */
export function summarizeFolds(scores: ArrayLike<number>, testShare: number, level = 0.95): FoldSummary {
  if (scores.length === 0) throw new OptionError('There are no folds to summarise', 'Give one score a fold')
  if (!(testShare > 0))
    throw new OptionError(`testShare is ${testShare}`, 'Give examples scored for each one trained on')
  const centre = mean(scores)
  if (scores.length === 1) return { mean: centre, standardError: Number.NaN, interval: undefined, level }
  const standardError = Math.sqrt(1 / scores.length + testShare) * standardDeviation(scores)
  const half = studentQuantile(0.5 + level / 2, scores.length - 1) * standardError
  return { mean: centre, standardError, interval: [centre - half, centre + half], level }
}
