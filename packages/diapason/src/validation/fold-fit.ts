// Notation: rows are configurations, columns folds; loss[i][f] = level_i + fold_f + rest, the folds' effects adding up to 0.

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
 * Cost: O(values) a sweep; alternating projections, at most 100 sweeps.
 */
export function fitFolds(rows: readonly (readonly number[])[], count: number): FoldFit {
  const folds = new Float64Array(count)
  const levels = new Float64Array(rows.length)
  for (let sweep = 0; sweep < 100; sweep++) {
    for (const [i, row] of rows.entries()) levels[i] = levelOf(row, folds)
    const sums = new Float64Array(count)
    const counts = new Float64Array(count)
    for (const [i, row] of rows.entries()) {
      for (const [f, loss] of row.entries()) {
        sums[f]! += loss - levels[i]!
        counts[f]!++
      }
    }
    const next = sums.map((sum, f) => (counts[f] === 0 ? 0 : sum / counts[f]!))
    const centre = next.reduce((sum, effect) => sum + effect, 0) / count
    let change = 0
    for (let f = 0; f < count; f++) {
      change = Math.max(change, Math.abs(next[f]! - centre - folds[f]!))
      folds[f] = next[f]! - centre
    }
    if (change <= 1e-12 * Math.max(...folds.map(Math.abs))) break
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
