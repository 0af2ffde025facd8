// Notation: k folds, n of them done; loss[f] = level + fold_f + rest_f, the rest's variance being σ_f².

import { type FoldLosses, fitFolds, levelOf } from './fold-fit.ts'

/** What a configuration will end with, and how sure that is. */
export interface FoldPrediction {
  /** Mean loss over all folds. */
  readonly mean: number
  readonly variance: number
  /** Degrees of freedom of the variance. */
  readonly freedom: number
}

/** Rows with all folds that a prediction needs. */
const LEAST_WHOLE = 2
/** Below so many independent numbers a variance is a guess. */
const LEAST_FREEDOM = 4

/**
 * Predicts the mean over all folds from those that are done: the level that they show, freed from how hard they were, in the folds that
 * are left.
 *
 * The level errs by the mean of n rests, each fold that is left by its own; and all of that once more, divided by the number of whole
 * rows, for how hard the folds are said to be.
 * @param own  the candidate's losses
 * @param rows losses of all configurations, the candidate's too
 * @returns undefined where too little is known
 * Cost: O(rows · folds² + folds³).
 */
export function predictMean(own: FoldLosses, rows: readonly FoldLosses[], folds: number): FoldPrediction | undefined {
  const whole = rows.filter(({ size }) => size === folds).length
  if (whole < LEAST_WHOLE) return undefined
  // Those that got half way: the spread of bad configurations is another one.
  const fit = fitFolds(
    rows.filter(({ size }) => size >= 2 && 2 * size >= folds),
    folds,
  )
  if (fit.freedom < LEAST_FREEDOM) return undefined
  const level = levelOf(own, fit.folds)
  let sum = 0
  let ofDone = 0
  let ofLeft = 0
  for (let f = 0; f < folds; f++) {
    const loss = own.get(f)
    sum += loss ?? level + fit.folds[f]!
    if (loss === undefined) ofLeft += fit.variances[f]!
    else ofDone += fit.variances[f]!
  }
  const ofSum = (folds / own.size - 1) ** 2 * ofDone + ofLeft
  return { mean: sum / folds, variance: (ofSum / folds ** 2) * (1 + 1 / whole), freedom: fit.freedom }
}
