import type { Numbers } from './stats.ts'

/** Positions in ascending order from 1; equal values share the mean of theirs. NaN is not allowed. O(n log n). */
export function midRanks(values: Numbers): Float64Array {
  // Sorting numbers is many times quicker than sorting positions by a comparison.
  const sorted = Float64Array.from(values).sort()
  return Float64Array.from(
    values,
    (value) => (countBelow(sorted, value, false) + 1 + countBelow(sorted, value, true)) / 2,
  )
}

/** How many of a sorted list are less than a value, or no more than it. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Spearman's rank correlation, in [−1, 1]; NaN where one list is constant. Infinities count as the last or first; NaN is not allowed.
 * Source: C. Spearman, Am. J. Psychol. 15 (1904), by Pearson's formula on mid-ranks, as SciPy computes it.
 */
export function spearman(a: Numbers, b: Numbers): number {
  const [x, y] = [midRanks(a), midRanks(b)]
  const centre = (x.length + 1) / 2
  let xx = 0
  let yy = 0
  let xy = 0
  for (let i = 0; i < x.length; i++) {
    const dx = x[i]! - centre
    const dy = y[i]! - centre
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  return xx === 0 || yy === 0 ? Number.NaN : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)))
}

/**
 * A 95 % interval of Spearman's correlation; undefined for fewer than five pairs.
 * Source: D. G. Bonett and T. A. Wright, Psychometrika 65 (2000): Fisher's z with variance (1 + r²/2) / (n − 3).
 */
export function spearmanInterval(r: number, pairs: number): readonly [low: number, high: number] | undefined {
  if (pairs < 5 || Number.isNaN(r)) return undefined
  const half = 1.959963984540054 * Math.sqrt((1 + (r * r) / 2) / (pairs - 3))
  // The z of ±1 is infinite, and so it stays: no interval around a perfect order.
  const z = Math.atanh(r)
  return [Math.tanh(z - half), Math.tanh(z + half)]
}
