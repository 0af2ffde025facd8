import type { OptimumPrior } from './optimum-prior.ts'

/** What is added to an acquisition (on its log scale) by where a point lies. */
export interface Bonus {
  value(settled: Float64Array): number
  /** Adds its slope along each ordered axis that takes part. */
  addSlopes(settled: Float64Array, slopes: Float64Array): void
}

/** A prior raised to a power: its log density times `weight`. */
export function priorBonus(prior: OptimumPrior, weight: number): Bonus {
  return {
    value: (settled) => weight * prior.logDensity(settled),
    addSlopes: (settled, slopes) => prior.addSlopes(settled, weight, slopes),
  }
}
