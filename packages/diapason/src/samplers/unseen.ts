import type { Rng } from '../math/rng.ts'
import type { Axes } from '../models/axes.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { enumerate } from './enumeration.ts'
import { keyOf, type Observation } from './observations.ts'

const RANDOM_TRIES = 100
/** Spaces up to this size are searched to the last point. */
const ENUMERABLE = 20_000

/**
 * A random settled position that no observation holds. Where a hundred draws meet only known ones, spaces of up to 20,000 points are
 * searched in full; undefined where nothing is left, or nothing was found.
 */
export function unseenPosition(
  axes: Axes,
  space: SearchSpace,
  seen: ReadonlySet<number>,
  rng: Rng,
): Float64Array | undefined {
  const position = new Float64Array(axes.count)
  for (let attempt = 0; attempt < RANDOM_TRIES; attempt++) {
    for (let j = 0; j < position.length; j++) position[j] = rng.next()
    axes.settle(position)
    if (!seen.has(keyOf(position))) return position
  }
  const { count, pointAt } = enumerate(space)
  if (count > ENUMERABLE) return undefined
  // From a random place on, so that the last points are not taken in the order of the parameters.
  const start = rng.int(count)
  for (let i = 0; i < count; i++) {
    const params = pointAt((start + i) % count)
    for (const [j, { name, column }] of space.parameters.entries()) {
      const value = params[name]
      position[j] = value === undefined ? Number.NaN : column.encode(value)
    }
    if (!seen.has(keyOf(position))) return position
  }
  return undefined
}

/** The keys of all observations. */
export function keysOf(observations: readonly Observation[]): Set<number> {
  return new Set(observations.map(({ key }) => key))
}
