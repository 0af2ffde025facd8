import { normalCdf, normalQuantile } from '../math/normal.ts'
import { type CmaDistribution, deviation } from './cma-distribution.ts'

/** The cell around the mean on an axis of few values: its edges, ±Infinity at the ends of the axis. */
export interface MeanCell {
  readonly low: number
  readonly high: number
}

/**
 * Sees to it that on finite axes each neighbour of the mean's cell stays likely enough to be tried: moves the mean within its cell and
 * widens the axis. Without it integers freeze as soon as the step is smaller than a cell.
 * Source: R. Hamano et al., "CMA-ES with Margin", GECCO 2022, arXiv:2205.13482, equations 11 to 18.
 * @param cellAt for each axis the cell of a coordinate; undefined for continuous axes
 * @param margin least probability of leaving the cell, 1 ÷ (n λ) in the paper
 */
export function keepMargin(
  d: CmaDistribution,
  cellAt: (axis: number, u: number) => MeanCell | undefined,
  margin: number,
): CmaDistribution {
  const mean = d.mean.slice()
  const scale = d.scale.slice()
  for (let j = 0; j < mean.length; j++) {
    const cell = cellAt(j, mean[j]!)
    if (cell === undefined || (cell.low === Number.NEGATIVE_INFINITY && cell.high === Number.POSITIVE_INFINITY))
      continue
    const sd = deviation(d, j)
    if (cell.low === Number.NEGATIVE_INFINITY || cell.high === Number.POSITIVE_INFINITY) {
      // One neighbour: the mean may not be farther from it than the margin allows.
      const reach = normalQuantile(1 - margin) * sd
      mean[j] =
        cell.low === Number.NEGATIVE_INFINITY
          ? Math.max(mean[j]!, cell.high - reach)
          : Math.min(mean[j]!, cell.low + reach)
      continue
    }
    const below = normalCdf((cell.low - mean[j]!) / sd)
    const above = normalCdf((mean[j]! - cell.high) / sd)
    if (below >= margin / 2 && above >= margin / 2) continue
    const [p, q] = balanced(Math.max(margin / 2, below), Math.max(margin / 2, above), 1 - below - above, margin)
    const toLow = normalQuantile(1 - p)
    const toHigh = normalQuantile(1 - q)
    mean[j] = (cell.low * toHigh + cell.high * toLow) / (toLow + toHigh)
    scale[j]! *= (cell.high - cell.low) / (toLow + toHigh) / sd
  }
  return { ...d, mean, scale }
}

/** Probabilities below and above, so that with the middle they add up to 1 and neither falls under half the margin. */
function balanced(below: number, above: number, middle: number, margin: number): [number, number] {
  const excess = (1 - below - above - middle) / (below + above + middle - (3 * margin) / 2)
  return [below + excess * (below - margin / 2), above + excess * (above - margin / 2)]
}
