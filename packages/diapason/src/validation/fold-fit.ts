// Notation: rows are configurations, columns folds; loss[i][f] = level_i + fold_f + rest, the folds' effects adding up to 0.

import { cholesky, solveLower, solveLowerTransposed } from '../math/linalg.ts'

/** What is known of folds from configurations that were scored on several. */
export interface FoldFit {
  /** How much harder (above 0) or easier each fold is than the mean of all. */
  readonly folds: Float64Array
  /** Variance of what neither configuration nor fold explains, pooled over all rows. */
  readonly variance: number
  /** Independent numbers that the variance comes from. */
  readonly freedom: number
}

/**
 * Least squares for the two-way layout without interaction, with rows that stop early: each holds its first folds alone.
 * @param rows at least one with a value in every column
 * Cost: O(rows · columns²), by the normal equations of the columns once the rows' levels are eliminated.
 */
export function fitFolds(rows: readonly (readonly number[])[], count: number): FoldFit {
  const folds = new Float64Array(count)
  // Every entry 1 more: the equations leave the effects' sum open, and this makes it 0.
  const matrix = new Float64Array(count * count).fill(1)
  for (const row of rows) {
    const mean = row.reduce((sum, loss) => sum + loss, 0) / row.length
    for (const [f, loss] of row.entries()) {
      folds[f]! += loss - mean
      matrix[f * count + f]!++
      for (let g = 0; g < row.length; g++) matrix[f * count + g]! -= 1 / row.length
    }
  }
  if (cholesky(matrix, count)) {
    solveLower(matrix, count, folds)
    solveLowerTransposed(matrix, count, folds)
  } else {
    folds.fill(0)
  }
  let squares = 0
  let freedom = 1 - count
  for (const row of rows) {
    const level = levelOf(row, folds)
    for (const [f, loss] of row.entries()) squares += (loss - level - folds[f]!) ** 2
    freedom += row.length - 1
  }
  return { folds, variance: freedom > 0 ? squares / freedom : Number.NaN, freedom }
}

/** A configuration's mean loss on an average fold. */
export function levelOf(row: readonly number[], folds: Float64Array): number {
  let sum = 0
  for (const [f, loss] of row.entries()) sum += loss - folds[f]!
  return sum / row.length
}
