import type { Numbers } from './stats.ts'

/** Positions in ascending order from 1; equal values share the mean of theirs. O(n log n). */
export function midRanks(values: Numbers): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => compare(values[a]!, values[b]!))
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2
    from = to
  }
  return ranks
}

/** Not their difference: that of two infinities is NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
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
