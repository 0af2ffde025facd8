// Notation: rows are configurations, columns folds; loss[i][f] = level_i + fold_f + rest, the folds' effects adding up to 0.

import { cholesky, solveLower, solveLowerTransposed } from '../math/linalg.ts'

/** How many rows of its own a fold needs until its variance counts as much as the pooled one. */
const POOLED_ROWS = 4

/** Losses of one configuration, by fold, as far as they are known; at least one. */
export type FoldLosses = ReadonlyMap<number, number>

/** What is known of folds from configurations that were scored on several. */
export interface FoldFit {
  /** How much harder (above 0) or easier each fold is than the mean of all. */
  readonly folds: Float64Array
  /** Variance of what neither configuration nor fold explains, pooled over all rows. */
  readonly variance: number
  /** The same for each fold alone, drawn towards the pooled one: hard folds vary more than easy ones. */
  readonly variances: Float64Array
  /** Independent numbers that the variance comes from. */
  readonly freedom: number
}

/**
 * Least squares for the two-way layout without interaction, with rows that lack some folds.
 * @param rows at least one with a loss in every fold
 * Cost: O(rows · folds² + folds³), by the normal equations of the folds once the rows' levels are eliminated.
 */
export function fitFolds(rows: readonly FoldLosses[], count: number): FoldFit {
  const folds = new Float64Array(count)
  // Every entry 1 more: the equations leave the effects' sum open, and this makes it 0.
  const matrix = new Float64Array(count * count).fill(1)
  for (const row of rows) {
    let sum = 0
    for (const loss of row.values()) sum += loss
    for (const [f, loss] of row) {
      folds[f]! += loss - sum / row.size
      matrix[f * count + f]!++
      for (const g of row.keys()) matrix[f * count + g]! -= 1 / row.size
    }
  }
  if (cholesky(matrix, count)) {
    solveLower(matrix, count, folds)
    solveLowerTransposed(matrix, count, folds)
  } else {
    folds.fill(0)
  }
  const squares = new Float64Array(count)
  const counts = new Float64Array(count)
  let freedom = 1 - count
  for (const row of rows) {
    const level = levelOf(row, folds)
    for (const [f, loss] of row) {
      squares[f]! += (loss - level - folds[f]!) ** 2
      counts[f]!++
    }
    freedom += row.size - 1
  }
  const variance = freedom > 0 ? sumOf(squares) / freedom : Number.NaN
  // A residual's square is less than the variance: of so many numbers the fit took some.
  const share = freedom / sumOf(counts)
  const variances = squares.map((each, f) => (POOLED_ROWS * variance + each / share) / (POOLED_ROWS + counts[f]!))
  return { folds, variance, variances, freedom }
}

/** A configuration's mean loss on an average fold. */
export function levelOf(row: FoldLosses, folds: Float64Array): number {
  let sum = 0
  for (const [f, loss] of row) sum += loss - folds[f]!
  return sum / row.size
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
