// How often each cell of a small grid was hit, smoothed into a probability for each cell.
// Notation: c a cell in 0 … size − 1, w its count, W the sum of counts, s the width of every kernel.
import { normalCdf } from '../math/normal.ts'

/** 90 % of a kernel of this width lies in its own cell. */
const LEAST_WIDTH = 0.5 / 1.64
/** Weight of the kernel that knows nothing, in observations. */
const PRIOR_WEIGHT = 1

/**
 * Probabilities of ordered cells: a Gaussian on each cell that was hit, of the width that Scott's rule gives, cut to the grid; and
 * one as wide as the grid, with the weight of one observation.
 * @param counts hits by cell, whole numbers, at least one cell
 * @param out    filled, same length; sums to 1
 * Cost: O(size²).
 * Source: D. W. Scott, "Multivariate Density Estimation", 1992; as used by S. Watanabe, A. Bansal, F. Hutter, "PED-ANOVA", IJCAI 2023.
 */
export function orderedDensity(counts: Float64Array, out: Float64Array): void {
  const size = counts.length
  let total = 0
  for (let c = 0; c < size; c++) total += counts[c]!
  out.fill(0)
  const everything = total + PRIOR_WEIGHT
  addKernel(out, (size - 1) / 2, size, PRIOR_WEIGHT / everything)
  const width = Math.max(LEAST_WIDTH, scottWidth(counts, total))
  for (let c = 0; c < size; c++) if (counts[c]! > 0) addKernel(out, c, width, counts[c]! / everything)
}

/** Probabilities of cells without order: each keeps its count but for a share spread evenly. Filled as {@link orderedDensity}. O(size). */
export function unorderedDensity(counts: Float64Array, out: Float64Array): void {
  const size = counts.length
  let total = 0
  let kernels = 1
  for (let c = 0; c < size; c++) {
    total += counts[c]!
    if (counts[c]! > 0) kernels++
  }
  // Every kernel is its own cell plus an even share of one observation among all kernels.
  const even = PRIOR_WEIGHT / kernels
  const spread = (total * (even / (1 + even * size)) + PRIOR_WEIGHT / size) / (total + PRIOR_WEIGHT)
  for (let c = 0; c < size; c++) out[c] = spread + counts[c]! / (1 + even * size) / (total + PRIOR_WEIGHT)
}

/** Adds a Gaussian at `centre`, cut to the grid and weighted. */
function addKernel(out: Float64Array, centre: number, width: number, weight: number): void {
  const size = out.length
  const first = normalCdf((-0.5 - centre) / width)
  const mass = normalCdf((size - 0.5 - centre) / width) - first
  let left = first
  for (let c = 0; c < size; c++) {
    const right = normalCdf((c + 0.5 - centre) / width)
    out[c]! += (weight * (right - left)) / mass
    left = right
  }
}

/** 1.059 · min(interquartile range / 1.34, standard deviation) · W^(−1/5), in cells. */
function scottWidth(counts: Float64Array, total: number): number {
  if (total === 0) return 0
  let sum = 0
  for (let c = 0; c < counts.length; c++) sum += c * counts[c]!
  const mean = sum / total
  let squares = 0
  for (let c = 0; c < counts.length; c++) squares += counts[c]! * (c - mean) ** 2
  const deviation = Math.sqrt(squares / Math.max(1, total - 1))
  const low = cellAt(counts, Math.floor(total / 4), false)
  const high = cellAt(counts, Math.floor((total * 3) / 4), true)
  return 1.059 * Math.min((high - low) / 1.34, deviation) * total ** -0.2
}

/** The first cell up to which the count reaches `reach` (or exceeds it); the last cell that was hit, where none does. */
function cellAt(counts: Float64Array, reach: number, exceed: boolean): number {
  let sum = 0
  let last = 0
  for (let c = 0; c < counts.length; c++) {
    if (counts[c] === 0) continue
    sum += counts[c]!
    last = c
    if (exceed ? sum > reach : sum >= reach) return c
  }
  return last
}
