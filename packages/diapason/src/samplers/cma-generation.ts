import type { Rng } from '../math/rng.ts'
import type { Axes } from '../models/axes.ts'
import { drawOption, learnOdds } from '../models/choice-odds.ts'
import { type CmaDistribution, cmaSample, cmaStart, cmaUpdate, deviation } from '../models/cma-distribution.ts'
import { keepMargin, type MeanCell } from '../models/cma-margin.ts'
import { cmaParameters } from '../models/cma-parameters.ts'
import type { Goal } from '../trial/history.ts'
import { splitObservations } from './good-set.ts'
import type { Observation } from './observations.ts'

/** What points are drawn from: a normal distribution over the ordered axes, odds for the options of each of the others. */
export interface CmaSource {
  readonly normal: CmaDistribution
  /** One for each unordered axis, in their order. */
  readonly odds: readonly Float64Array[]
}

/** The axes of a space as CMA-ES sees them. */
export interface CmaAxes {
  readonly axes: Axes
  readonly ordered: readonly number[]
  readonly unordered: readonly number[]
}

export function cmaAxesOf(axes: Axes): CmaAxes {
  const all = Array.from({ length: axes.count }, (_, j) => j)
  return {
    axes,
    ordered: all.filter((j) => !axes.unordered[j] && axes.size[j]! > 1),
    unordered: all.filter((j) => axes.unordered[j] === 1),
  }
}

/** A round source; options are equally likely. */
export function startSource({ axes, ordered, unordered }: CmaAxes, mean: Float64Array, sigma: number): CmaSource {
  return {
    normal: cmaStart(
      Float64Array.from(ordered, (j) => (Number.isNaN(mean[j]!) ? 0.5 : mean[j]!)),
      sigma,
    ),
    odds: unordered.map((j) => new Float64Array(axes.size[j]!).fill(1 / axes.size[j]!)),
  }
}

const TRIES = 10

/** A settled position. Points outside the unit cube are drawn again, and put on its border in the end. O(n² + options). */
export function drawPosition({ normal, odds }: CmaSource, space: CmaAxes, rng: Rng): Float64Array {
  const { axes, ordered, unordered } = space
  const position = new Float64Array(axes.count).fill(0.5)
  const point = new Float64Array(ordered.length)
  const tries = ordered.length > 100 ? 1 : TRIES
  for (let attempt = 0; attempt < tries; attempt++) {
    cmaSample(normal, rng, point)
    if (point.every((u) => u >= 0 && u <= 1)) break
  }
  for (const [i, j] of ordered.entries()) position[j] = Math.min(1, Math.max(0, point[i]!))
  for (const [i, j] of unordered.entries()) position[j] = (drawOption(odds[i]!, rng) + 0.5) / axes.size[j]!
  axes.settle(position)
  return position
}

/**
 * What a generation teaches: its members, finished and ranked (complete ones before pruned, failed ones last).
 * @returns undefined where the distribution has broken down
 */
export function learn(
  source: CmaSource,
  members: readonly Observation[],
  goals: readonly Goal[],
  space: CmaAxes,
  rng: Rng,
): CmaSource | undefined {
  if (members.length < 2) return source
  const { axes, ordered, unordered } = space
  const { good, bad } = splitObservations(members, members.length, goals)
  const ranked = [...good, ...bad].map(({ position }) => position)
  const n = Math.max(1, ordered.length)
  const parameters = cmaParameters(n, members.length)
  const odds = source.odds.map((held, i) => {
    const j = unordered[i]!
    const chosen = ranked.map((position) => (Number.isNaN(position[j]!) ? -1 : axes.cellOf(j, position[j]!)))
    return learnOdds(held, chosen, parameters, unordered.length)
  })
  if (ordered.length === 0) return { normal: source.normal, odds }
  const points = ranked.map((position) => Float64Array.from(ordered, (j) => position[j]!))
  const updated = cmaUpdate(source.normal, points, parameters, rng)
  if (updated === undefined) return undefined
  const margin = 1 / (n * members.length)
  const normal = keepMargin(withinCube(updated), (i, u) => cellAround(axes, ordered[i]!, u), margin)
  return { normal, odds }
}

/** Has the distribution shrunk to less than numbers can tell, or become a line? */
export function isSpent({ normal }: CmaSource, { axes, ordered }: CmaAxes): boolean {
  let widest = 0
  let largest = 0
  let smallest = Number.POSITIVE_INFINITY
  const n = ordered.length
  for (const [i, j] of ordered.entries()) {
    if (axes.size[j] === Number.POSITIVE_INFINITY) widest = Math.max(widest, deviation(normal, i))
    const diagonal = normal.factor[i * n + i]!
    largest = Math.max(largest, diagonal)
    smallest = Math.min(smallest, diagonal)
  }
  const isContinuous = ordered.some((j) => axes.size[j] === Number.POSITIVE_INFINITY)
  return (isContinuous && widest < 1e-12) || largest > 1e7 * smallest
}

/** No axis needs a deviation of more than the cube's edge; where nothing is better than anything else, σ would grow for ever. */
function withinCube(normal: CmaDistribution): CmaDistribution {
  let widest = 0
  for (let j = 0; j < normal.mean.length; j++) widest = Math.max(widest, deviation(normal, j))
  return widest > 1 ? { ...normal, sigma: normal.sigma / widest } : normal
}

function cellAround(axes: Axes, j: number, u: number): MeanCell | undefined {
  const size = axes.size[j]!
  if (size === Number.POSITIVE_INFINITY) return undefined
  const cell = axes.cellOf(j, u)
  return {
    low: cell === 0 ? Number.NEGATIVE_INFINITY : axes.edge(j, cell),
    high: cell === size - 1 ? Number.POSITIVE_INFINITY : axes.edge(j, cell + 1),
  }
}
