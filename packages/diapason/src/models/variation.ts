import type { Rng } from '../math/rng.ts'
import type { Axes } from './axes.ts'

/** How near children stay to their parents, and changed coordinates to what they were; more is nearer. The field's usual values. */
const CROSSOVER_INDEX = 15
const MUTATION_INDEX = 20
/** Chance that two parents are crossed at all; else the child starts as a copy of the first. */
const CROSSOVER_CHANCE = 0.9

/**
 * A child of two positions: crossed, then each coordinate changed with chance 1 / axes. What both parents lack, inactive in each, is
 * drawn anew.
 * @returns a settled position
 */
export function childOf(first: Float64Array, second: Float64Array, axes: Axes, rng: Rng): Float64Array {
  const child = Float64Array.from(first)
  const isCrossed = rng.next() < CROSSOVER_CHANCE
  for (let j = 0; j < axes.count; j++) {
    if (isCrossed) child[j] = crossed(first[j]!, second[j]!, axes.unordered[j] === 1, rng)
    if (Number.isNaN(child[j]!)) child[j] = rng.next()
    else if (rng.next() < 1 / axes.count) child[j] = changed(child[j]!, j, axes, rng)
  }
  axes.settle(child)
  return child
}

function crossed(a: number, b: number, isUnordered: boolean, rng: Rng): number {
  if (Number.isNaN(a)) return b
  if (Number.isNaN(b) || a === b) return a
  const isBlended = !isUnordered && rng.next() < 0.5
  const [low, high] = isBlended ? blended(Math.min(a, b), Math.max(a, b), rng.next()) : [a, b]
  return rng.next() < 0.5 ? low : high
}

/**
 * Simulated binary crossover within [0, 1].
 * Source: K. Deb, R. Agrawal, Complex Systems 9 (1995); bounds as in K. Deb's NSGA-II.
 * @param u uniform in [0, 1)
 */
function blended(low: number, high: number, u: number): readonly [number, number] {
  const gap = high - low
  const spread = (distance: number): number => {
    const alpha = 2 - (1 + (2 * distance) / gap) ** -(CROSSOVER_INDEX + 1)
    const base = u * alpha <= 1 ? u * alpha : 1 / (2 - u * alpha)
    return base ** (1 / (CROSSOVER_INDEX + 1))
  }
  const middle = low + high
  return [clampUnit((middle - spread(low) * gap) / 2), clampUnit((middle + spread(1 - high) * gap) / 2)]
}

/** Another option; or a coordinate near by, on finite axes at least one value away. */
function changed(u: number, j: number, axes: Axes, rng: Rng): number {
  const size = axes.size[j]!
  if (size === 1) return u
  if (axes.unordered[j]) return (((axes.cellOf(j, u) + 1 + rng.int(size - 1)) % size) + 0.5) / size
  const moved = nudged(u, rng.next())
  if (size === Number.POSITIVE_INFINITY) return moved
  const cell = axes.cellOf(j, u)
  if (axes.cellOf(j, moved) !== cell) return moved
  const isUp = cell === 0 || (cell < size - 1 && moved > u)
  const next = cell + (isUp ? 1 : -1)
  return (axes.edge(j, next) + axes.edge(j, next + 1)) / 2
}

/**
 * Polynomial mutation within [0, 1].
 * Source: K. Deb, M. Goyal, Computer Science and Informatics 26 (1996).
 * @param r uniform in [0, 1)
 */
function nudged(u: number, r: number): number {
  const power = MUTATION_INDEX + 1
  const delta =
    r < 0.5
      ? (2 * r + (1 - 2 * r) * (1 - u) ** power) ** (1 / power) - 1
      : 1 - (2 * (1 - r) + (2 * r - 1) * u ** power) ** (1 / power)
  return clampUnit(u + delta)
}

const clampUnit = (u: number): number => Math.min(1, Math.max(0, u))
