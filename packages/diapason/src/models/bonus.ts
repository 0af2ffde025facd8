import type { OptimumPrior } from './optimum-prior.ts'

/** What is added to an acquisition (on its log scale) by where a point lies. */
export interface Bonus {
  value(settled: Float64Array): number
  /** Adds its slope along each ordered axis that takes part. */
  addSlopes(settled: Float64Array, slopes: Float64Array): void
}

/** All of them together; undefined where there is none. */
export function bonusOf(...given: readonly (Bonus | undefined)[]): Bonus | undefined {
  const parts = given.filter((part) => part !== undefined)
  if (parts.length < 2) return parts[0]
  return {
    value: (settled) => parts.reduce((sum, part) => sum + part.value(settled), 0),
    addSlopes(settled, slopes) {
      for (const part of parts) part.addSlopes(settled, slopes)
    },
  }
}

/** A prior raised to a power: its log density times `weight`. */
export function priorBonus(prior: OptimumPrior, weight: number): Bonus {
  return {
    value: (settled) => weight * prior.logDensity(settled),
    addSlopes: (settled, slopes) => prior.addSlopes(settled, weight, slopes),
  }
}
