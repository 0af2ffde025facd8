import type { Prior } from '../space/prior.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { cutMass, cutQuantile } from './cut-kernel.ts'

/** Share of the uniform distribution in every prior: whoever is wrong finds the rest of the space. */
const DOUBT = 0.05

/** Where somebody expects the best point: a distribution over the unit cube, independent along the axes. */
export interface OptimumPrior {
  /** log of its density at a settled point relative to the uniform one, over the axes that take part. */
  logDensity(settled: Float64Array): number
  /** Adds `weight` times the slope of the log density along each ordered axis that takes part. */
  addSlopes(settled: Float64Array, weight: number, slopes: Float64Array): void
  /** Turns uniform coordinates into draws from it, in place. */
  warp(coordinates: Float64Array): void
}

/** What the parameters of a space say about their best values; undefined where none says anything. */
export function optimumPriorOf({ parameters }: SearchSpace): OptimumPrior | undefined {
  const axes: [number, AxisPrior][] = []
  for (const [j, { prior }] of parameters.entries()) if (prior !== undefined) axes.push([j, axisPriorOf(prior)])
  if (axes.length === 0) return undefined
  return {
    logDensity(settled) {
      let sum = 0
      for (const [j, axis] of axes) if (!Number.isNaN(settled[j]!)) sum += axis.logDensity(settled[j]!)
      return sum
    },
    addSlopes(settled, weight, slopes) {
      for (const [j, axis] of axes) if (!Number.isNaN(settled[j]!)) slopes[j]! += weight * axis.slope(settled[j]!)
    },
    warp(coordinates) {
      for (const [j, axis] of axes) coordinates[j] = axis.quantile(coordinates[j]!)
    },
  }
}

interface AxisPrior {
  logDensity(u: number): number
  slope(u: number): number
  /** Of a uniform number in [0, 1]. */
  quantile(p: number): number
}

function axisPriorOf(prior: Prior): AxisPrior {
  const axis = prior.kind === 'normal' ? normalPrior(prior.centre, Math.min(1, prior.sd)) : oddsPrior(prior.odds)
  return { ...axis, quantile: (p) => (p < DOUBT ? p / DOUBT : axis.quantile((p - DOUBT) / (1 - DOUBT))) }
}

function normalPrior(centre: number, sd: number): AxisPrior {
  const height = (1 - DOUBT) / cutMass(centre, sd)
  const bell = (u: number) => height * Math.exp(-0.5 * ((u - centre) / sd) ** 2)
  return {
    logDensity: (u) => Math.log(DOUBT + bell(u)),
    slope: (u) => ((centre - u) / sd ** 2) * (bell(u) / (DOUBT + bell(u))),
    quantile: (p) => cutQuantile(p, centre, sd),
  }
}

function oddsPrior(odds: readonly number[]): AxisPrior {
  const size = odds.length
  const total = odds.reduce((sum, weight) => sum + weight, 0)
  const shares = odds.map((weight) => weight / total)
  const cellOf = (u: number) => Math.min(size - 1, Math.floor(u * size))
  return {
    logDensity: (u) => Math.log(DOUBT + (1 - DOUBT) * size * shares[cellOf(u)]!),
    slope: () => 0,
    quantile(p) {
      let rest = p
      let cell = 0
      while (cell < size - 1 && rest >= shares[cell]!) rest -= shares[cell++]!
      return (cell + 0.5) / size
    },
  }
}
