import { SpaceError } from '../errors.ts'
import type { Rng } from '../math/rng.ts'
import type { Axes } from '../models/axes.ts'
import type { History } from '../trial/history.ts'
import { isFinished } from '../trial/trial-record.ts'
import { enumerate } from './enumeration.ts'
import { keyOf, type Observation } from './observations.ts'
import { pointAt, positionOf } from './unit-point.ts'

const RANDOM_TRIES = 100
/** Where the study refuses points, they may be most of the space. */
const RESTRICTED_TRIES = 20_000
/** Spaces up to this size are searched to the last point. */
const ENUMERABLE = 20_000

/** May a settled position not be proposed: because a trial holds it, or because the study does not allow it? */
export type IsBarred = (settled: Float64Array) => boolean

/** @param seen the keys of what trials hold; may grow afterwards */
export function barredBy({ space, isAllowed }: History, seen: ReadonlySet<number>): IsBarred {
  if (isAllowed === undefined) return (settled) => seen.has(keyOf(settled))
  return (settled) => seen.has(keyOf(settled)) || !isAllowed(pointAt(space, settled))
}

/**
 * A random settled position that may be proposed. Where a hundred draws (20,000 where the study refuses points) meet only barred ones,
 * spaces of up to 20,000 points are searched in full; undefined where nothing is left, or nothing was found.
 */
export function unseenPosition(
  axes: Axes,
  { space, isAllowed }: History,
  isBarred: IsBarred,
  rng: Rng,
): Float64Array | undefined {
  const position = new Float64Array(axes.count)
  const { count, pointAt } = enumerate(space)
  const tries = isAllowed === undefined || count <= ENUMERABLE ? RANDOM_TRIES : RESTRICTED_TRIES
  for (let attempt = 0; attempt < tries; attempt++) {
    for (let j = 0; j < position.length; j++) position[j] = rng.next()
    axes.settle(position)
    if (!isBarred(position)) return position
  }
  if (count > ENUMERABLE) return undefined
  // From a random place on, so that the last points are not taken in the order of the parameters.
  const start = rng.int(count)
  for (let i = 0; i < count; i++) {
    const listed = positionOf(space, pointAt((start + i) % count))
    if (!isBarred(listed)) return listed
  }
  return undefined
}

/** @throws {SpaceError} always: what to say where not one point was found that the study allows */
export function refuseAll(): never {
  throw new SpaceError(
    '',
    `Of ${RESTRICTED_TRIES.toLocaleString('en')} points in a row the study's \`where\` allowed none`,
    'Loosen it, or narrow the ranges to where it holds',
  )
}

/** The keys of all observations. */
export function keysOf(observations: readonly Observation[]): Set<number> {
  return new Set(observations.map(({ key }) => key))
}

/** The keys that another suggestion must not have. Where points may repeat, those of all trials; else those of running ones, which are near the end. */
export function takenKeys(known: readonly Observation[], axes: Axes): Set<number> {
  const keys = new Set<number>()
  const from = axes.mayRepeat ? 0 : Math.max(0, known.length - 1000)
  for (let i = from; i < known.length; i++) if (axes.mayRepeat || !isFinished(known[i]!.trial)) keys.add(known[i]!.key)
  return keys
}
