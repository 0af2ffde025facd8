// Output warping: losses become targets that a Gaussian process can model, whatever their scale, tails and failures.
// Two views, because neither serves all objectives (measured in bench/quality): ranks alone magnify ever smaller differences once most
// trials lie near one optimum, so that other basins look not worth a visit; values keep what a difference is worth, and lose
// the order of trials within a heavy tail.
import { normalQuantile } from '../math/normal.ts'
import { midRanks } from '../math/rank-correlation.ts'
import { median, standardDeviation } from '../math/stats.ts'

/** How losses are looked at: `values` keeps the scale of the better losses, `ranks` only their order, `plain` bends nothing. */
export type View = 'values' | 'ranks' | 'plain'

/** The first trials, which no model had a hand in, show what an ordinary loss is. */
const ORDINARY_TRIALS = 12
/** No loss is worse than an ordinary one by more than so many times what the best is better. */
const WORST = 2

/**
 * Targets from losses: larger is better, mean 0, standard deviation 1 (all 0 where the losses are all equal).
 * Invariant to the losses' scale and offset; O(n log n).
 * @param losses by ascending trial number, less is better; ±Infinity is legal, and Infinity says that a trial failed
 */
export function warpLosses(losses: Float64Array, view: View): Float64Array {
  const bounded = inUnits(losses)
  if (view === 'plain') return standardised(bounded.map((loss) => -loss))
  if (view === 'values') return standardised(boundedTail(bounded))
  return standardised(midRanks(bounded).map((rank) => -normalQuantile((rank - 0.5) / losses.length)))
}

/** Minus the losses, those worse than an ordinary one bent towards a bound. */
function boundedTail(losses: Float64Array): Float64Array {
  const ordinary = median(losses.subarray(0, ORDINARY_TRIALS))
  const best = losses.reduce((a, b) => Math.min(a, b))
  const worst = losses.reduce((a, b) => Math.max(a, b))
  const scale = ordinary > best ? ordinary - best : worst > ordinary ? worst - ordinary : 1
  return losses.map((loss) => {
    if (loss <= ordinary) return -loss
    const excess = (loss - ordinary) / scale
    // excess / (1 + excess / WORST), in steps each of which rounds in order: no two losses change places.
    return -ordinary - scale * (WORST * (1 - WORST / (WORST + excess)))
  })
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

function standardised(values: Float64Array): Float64Array {
  let mean = 0
  for (const value of values) mean += value / values.length
  const sd = values.length > 1 ? standardDeviation(values) : 0
  return values.map((value) => (sd > 0 ? (value - mean) / sd : 0))
}
