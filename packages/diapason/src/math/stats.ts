// Small statistics on plain arrays of numbers.

/** Any list of numbers that can be read by index. */
export type Numbers = ArrayLike<number>

/** The arithmetic mean; NaN for an empty list. */
export function mean(values: Numbers): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/**
 * The standard deviation around the mean.
 * @param freedom what is taken from n in the divisor: 1 (default) for a sample, 0 for a whole population
 */
export function standardDeviation(values: Numbers, freedom = 1): number {
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2
  return Math.sqrt(sum / (values.length - freedom))
}

/**
 * The q-quantile of an ascending list, linear between neighbours (NumPy's default, type 7 of Hyndman and Fan).
 * @param q in [0, 1]
 * @returns NaN for an empty list
 */
export function quantileOfSorted(sorted: Numbers, q: number): number {
  if (sorted.length === 0) return Number.NaN
  const position = q * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low === high ? low : low + (position - below) * (high - low)
}

/** The q-quantile of a list in any order; the list is left as it is. Cost O(n log n). */
export function quantile(values: Numbers, q: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q)
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: Numbers): number {
  return quantile(values, 0.5)
}

/**
 * log Σ exp(xᵢ) over the first `count` entries, without overflow; −∞ for none.
 * @param count default: all
 */
export function logSumExp(values: Numbers, count = values.length): number {
  let top = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) if (values[i]! > top) top = values[i]!
  if (!Number.isFinite(top)) return top
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.exp(values[i]! - top)
  return top + Math.log(sum)
}
