import type { ParamValue } from '../space/distribution.ts'
import type { ParamValues, SearchSpace } from '../space/search-space.ts'

/** A value that sits at the end of its range. */
export interface AtBound {
  readonly path: string
  readonly value: ParamValue
  readonly bound: 'low' | 'high'
  /** The range's end. */
  readonly limit: number
}

/** A continuous value counts as at the end within this share of its range (of its logarithm on a log scale). */
const NEAR = 0.02

/**
 * The numbers of a configuration that sit at an end of their range: beyond it may lie something better. Ends that are
 * limits by nature are left out: a low of 0 or 1, a high of 1.
 */
export function atBounds(space: SearchSpace, params: ParamValues): readonly AtBound[] {
  const found: AtBound[] = []
  for (const [path, value] of Object.entries(params)) {
    const parameter = space.byName.get(path)
    if (parameter === undefined || parameter.distribution.kind === 'categorical') continue
    const { column, distribution } = parameter
    const { low, high } = distribution
    // A range of two values has nothing but ends.
    if (low === high || column.size <= 2) continue
    const place = column.size === Number.POSITIVE_INFINITY ? column.encode(value) : undefined
    const atLow = place === undefined ? value === low : place <= NEAR
    const atHigh = place === undefined ? value === high : place >= 1 - NEAR
    if (atLow && low !== 0 && low !== 1) found.push({ path, value, bound: 'low', limit: low })
    if (atHigh && high !== 1) found.push({ path, value, bound: 'high', limit: high })
  }
  return found
}
