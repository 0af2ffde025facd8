import { minimizeInBox } from '../math/lbfgsb.ts'
import { LANES } from '../math/linalg.ts'
import type { Rng } from '../math/rng.ts'
import type { Bonus } from './bonus.ts'
import type { Landscape } from './landscape.ts'

const MAX_ROUNDS = 4
const GRADIENT_EVALUATIONS = 25
/** Finite ordered axes with more values than this take gradient steps as if they were continuous. */
const RELAXED_SIZE = 24
/** Finite axes up to this size are tried value by value. */
const EXHAUSTIVE_SIZE = 16
const UNORDERED_DRAWS = 16
/** Of a way that ends in a region that is barred, no less than this is tried. */
const SHORTEST_SHARE = 1 / 64

/** A point whose acquisition is known. */
export interface Candidate {
  /** A coordinate on every axis, also where it takes no part: what a parameter becomes when it is switched on. */
  readonly position: Float64Array
  /** The same on the grid, NaN where inactive. */
  readonly settled: Float64Array
  /** −Infinity until evaluated. */
  value: number
}

/** Is `a` worth more? Anything is worth more than nothing. */
export function isBetter(a: Candidate, b: Candidate | undefined): boolean {
  return b === undefined || a.value > b.value
}

/** Steps that raise the acquisition, and the work they have cost. */
export interface Ascent {
  candidate(position: Float64Array): Candidate
  evaluate(candidates: readonly Candidate[]): void
  /** The top of the hill: a point that is not barred, or the start. */
  climb(start: Candidate, rng: Rng): Candidate
  isSpent(): boolean
}

/** What is climbed, and how far. */
export interface Hill {
  readonly landscape: Landscape
  readonly bonus?: Bonus | undefined
  /** Is a settled point not to be proposed: taken, or not allowed? */
  readonly isBarred: (settled: Float64Array) => boolean
  /** Whole regions are barred, not just single points. */
  readonly isRestricted: boolean
  /** Multiplications after which no further step is begun. */
  readonly work: number
}

/** Buffers for one search. */
export function createAscent({ landscape, bonus, isBarred, isRestricted, work }: Hill): Ascent {
  const { embedding } = landscape
  const { axes } = embedding
  const points = new Float64Array(embedding.count * LANES)
  const values = new Float64Array(LANES)
  const slopes = new Float64Array(axes.count)
  const bonusSlopes = new Float64Array(axes.count)
  const finite = Array.from(axes.size.keys()).filter(
    (j) => axes.size[j]! > 1 && axes.size[j]! < Number.POSITIVE_INFINITY,
  )
  const workPerPoint = landscape.work
  let spent = 0

  function candidate(position: Float64Array): Candidate {
    const settled = position.slice()
    axes.settle(settled)
    return { position, settled, value: Number.NEGATIVE_INFINITY }
  }

  function evaluate(candidates: readonly Candidate[]): void {
    for (let at = 0; at < candidates.length; at += LANES) {
      const lanes = Math.min(LANES, candidates.length - at)
      for (let lane = 0; lane < lanes; lane++) {
        embedding.embed(candidates[at + lane]!.settled, points, lane * embedding.count)
      }
      landscape.values(points, lanes, values)
      for (let lane = 0; lane < lanes; lane++) {
        const candidate = candidates[at + lane]!
        candidate.value = values[lane]! + (bonus?.value(candidate.settled) ?? 0)
      }
      spent += LANES * workPerPoint
    }
  }

  /** Gradient steps along the ordered axes that take part and have many values. */
  function climbNumbers(at: Candidate): Candidate {
    const moving = Array.from(axes.size.keys()).filter(
      (j) => !axes.unordered[j] && axes.size[j]! > RELAXED_SIZE && !Number.isNaN(at.settled[j]!),
    )
    if (moving.length === 0) return at
    const settled = at.settled.slice()
    const feature = points.subarray(0, embedding.count)
    const x = Float64Array.from(moving, (j) => settled[j]!)
    const descend = (u: Float64Array, gradient: Float64Array): number => {
      for (const [m, j] of moving.entries()) settled[j] = u[m]!
      embedding.embed(settled, feature)
      const value = landscape.slopes(feature, slopes)
      bonusSlopes.fill(0)
      bonus?.addSlopes(settled, bonusSlopes)
      for (const [m, j] of moving.entries()) gradient[m] = -slopes[j]! - bonusSlopes[j]!
      spent += 2 * workPerPoint
      return -value - (bonus?.value(settled) ?? 0)
    }
    const bounds = [new Float64Array(x.length), new Float64Array(x.length).fill(1)] as const
    const maxEvaluations = GRADIENT_EVALUATIONS
    minimizeInBox(descend, x, ...bounds, { maxEvaluations, gradientTolerance: 1e-3, valueTolerance: 1e-4 })
    // Where the end is not allowed, part of the way may be: the best points often lie on the border.
    for (let share = 1; share >= (isRestricted ? SHORTEST_SHARE : 1); share /= 2) {
      const position = at.position.slice()
      for (const [m, j] of moving.entries()) position[j] = share * x[m]! + (1 - share) * at.settled[j]!
      const end = candidate(position)
      if (isBarred(end.settled)) continue
      evaluate([end])
      return isBetter(end, at) ? end : at
    }
    return at
  }

  /** The best value along each finite axis in turn, until none helps any more. */
  function moveAlongFinite(start: Candidate, rng: Rng): Candidate {
    let at = start
    let idle = 0
    for (let step = 0; step < 2 * finite.length && idle < finite.length && spent < work; step++) {
      const j = finite[step % finite.length]!
      idle++
      if (Number.isNaN(at.settled[j]!)) continue
      const options = cellsToTry(j, at.settled[j]!, rng).map((cell) => moved(at, j, cell))
      evaluate(options)
      options.sort((a, b) => b.value - a.value)
      const better = options.find((option) => !isBetter(option, at) || !isBarred(option.settled))
      if (better === undefined || !isBetter(better, at)) continue
      at = better
      idle = 0
    }
    return at
  }

  function moved({ position }: Candidate, j: number, cell: number): Candidate {
    const next = position.slice()
    next[j] = (axes.edge(j, cell) + axes.edge(j, cell + 1)) / 2
    return candidate(next)
  }

  /** Every other value where they are few; else neighbours near and far, or draws where there is no order. */
  function cellsToTry(j: number, u: number, rng: Rng): number[] {
    const size = axes.size[j]!
    const here = axes.cellOf(j, u)
    let cells: number[]
    if (size <= EXHAUSTIVE_SIZE) cells = Array.from({ length: size }, (_, cell) => cell)
    else if (axes.unordered[j]) cells = Array.from({ length: UNORDERED_DRAWS }, () => rng.int(size))
    else {
      const jumps = [0.05, 0.05, 0.2, 0.2].map((share) => Math.round(share * size * rng.normal()))
      cells = [-4, -2, -1, 1, 2, 4, ...jumps].map((jump) => here + jump)
    }
    return [...new Set(cells)].filter((cell) => cell !== here && cell >= 0 && cell < size)
  }

  function climb(start: Candidate, rng: Rng): Candidate {
    // A point that is barred is worth nothing, but its neighbours may be.
    let at = isBarred(start.settled) ? { ...start, value: Number.NEGATIVE_INFINITY } : start
    for (let round = 0; round < MAX_ROUNDS && spent < work; round++) {
      at = climbNumbers(at)
      const next = moveAlongFinite(at, rng)
      if (next === at) break
      at = next
    }
    return at
  }

  return { candidate, evaluate, climb, isSpent: () => spent >= work }
}
