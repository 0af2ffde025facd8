// Output warping: losses become targets that a Gaussian process can model, whatever their scale, tails and failures.
// The mean of two views, each on the scale of standard deviations: normal scores of the ranks, which no tail can
// bend, and the losses themselves with their worse half replaced by scores, which keep the shape of the good half.
// Source of the second: Song et al., "The Vizier Gaussian process bandit algorithm", arXiv 2408.11527, §4.1 (half-rank warping).
import { normalQuantile } from '../math/normal.ts'
import { median, standardDeviation } from '../math/stats.ts'

/**
 * Targets from losses: larger is better, mean 0, standard deviation 1 (all 0 where the losses are all equal).
 * Invariant to the losses' scale and offset; O(n log n).
 * @param losses less is better; ±Infinity is legal, and Infinity says that a trial failed
 */
export function warpLosses(losses: Float64Array): Float64Array {
  const bounded = inUnits(losses)
  const ranks = averageRanks(bounded)
  const scores = standardised(ranks.map((rank) => -normalQuantile((rank + 0.5) / losses.length)))
  const shape = standardised(halfRanked(bounded))
  return standardised(scores.map((score, i) => score + shape[i]!))
}

/** Finite losses divided by the largest, so that no difference overflows; infinite ones half a range beyond the others. */
function inUnits(losses: Float64Array): Float64Array {
  let size = 0
  for (const loss of losses) if (Number.isFinite(loss)) size = Math.max(size, Math.abs(loss))
  const scaled = losses.map((loss) => (Number.isFinite(loss) && size > 0 ? loss / size : loss))
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of scaled) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) low = high = 0
  const beyond = high > low ? (high - low) / 2 : 1
  return scaled.map((value) =>
    Number.isFinite(value) ? value : value === Number.NEGATIVE_INFINITY ? low - beyond : high + beyond,
  )
}

/** Position of each value in ascending order, from 0; equal values share the mean of theirs. */
export function averageRanks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!]! === values[order[start]!]!) end++
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + end - 1) / 2
  }
  return ranks
}

/** Minus the losses, those worse than the median replaced by normal scores with the spread of the better half. */
function halfRanked(losses: Float64Array): Float64Array {
  const middle = median(losses)
  const distinct = [...new Set(losses)].sort((a, b) => b - a)
  const good = distinct.filter((loss) => loss <= middle)
  let spread = Math.sqrt(good.reduce((sum, loss) => sum + (loss - middle) ** 2, 0) / good.length)
  // The better half is all alike: any spread will do, it is standardised later.
  if (!(spread > 0)) spread = 1
  const badCount = distinct.length - good.length
  const places = badCount + (good[0] === middle ? 0.5 : 0)
  const position = new Map(distinct.map((loss, i) => [loss, i]))
  return losses.map((loss) => {
    if (loss <= middle) return -loss
    return -middle + spread * normalQuantile((0.5 * (position.get(loss)! + 0.5)) / places)
  })
}

function standardised(values: Float64Array): Float64Array {
  let mean = 0
  for (const value of values) mean += value / values.length
  const sd = values.length > 1 ? standardDeviation(values) : 0
  return values.map((value) => (sd > 0 ? (value - mean) / sd : 0))
}
