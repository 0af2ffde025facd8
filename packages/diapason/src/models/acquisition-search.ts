import type { Rng } from '../math/rng.ts'
import { createSobol } from '../math/sobol.ts'
import { type Candidate, createAscent, type Hill, isBetter } from './acquisition-ascent.ts'
import type { Axes } from './axes.ts'
import type { OptimumPrior } from './optimum-prior.ts'

const SPREAD_CANDIDATES = 256
const NEAR_CANDIDATES = 64
/** Where regions are barred, so many times as many points are drawn at most, to have as many that are not. */
const MOST_DRAWS = 16
/** Standard deviation of steps from incumbents; every other one is a fifth of it. */
const NEAR_STEP = 0.1

/** Where to look for the point that promises most. */
export interface AcquisitionTask extends Hill {
  /** The best points so far, best first, with a coordinate on every axis. */
  readonly incumbents: readonly Float64Array[]
  /** How many of the best points found climb. */
  readonly climbs: number
  /** Every other of the spread points is drawn from it. */
  readonly prior?: OptimumPrior | undefined
  readonly rng: Rng
}

/** A point that was found. */
export interface Found {
  /** Settled. */
  readonly position: Float64Array
  /** What the landscape promises there, without the bonus. */
  readonly promise: number
}

/**
 * The point with the largest acquisition found: scrambled Sobol points and steps from the incumbents are screened, and the best few climb,
 * by gradient steps over ordered axes in turns with moves along finite ones.
 * Cost is bounded by `work`, give or take one step.
 * @returns undefined where all that was tried is taken
 */
export function searchAcquisition(task: AcquisitionTask): Found | undefined {
  const { landscape, incumbents, climbs, prior, bonus, isBarred, isRestricted, rng } = task
  const { axes } = landscape.embedding
  const ascent = createAscent(task)
  const screened: Candidate[] = []

  function screen(count: number, draw: (index: number) => Float64Array): void {
    const draws = isRestricted ? MOST_DRAWS * count : count
    for (let i = 0, kept = 0; i < draws && kept < count; i++) {
      const candidate = ascent.candidate(draw(i))
      if (isRestricted && isBarred(candidate.settled)) continue
      screened.push(candidate)
      kept++
    }
  }

  const sobol = createSobol(axes.count, rng.split('sobol'))
  screen(SPREAD_CANDIDATES, (i) => {
    const position = new Float64Array(axes.count)
    sobol.point(i, position)
    if (i % 2 === 1) prior?.warp(position)
    return position
  })
  const near = rng.split('near')
  if (incumbents.length > 0) {
    screen(NEAR_CANDIDATES, (i) => {
      const step = i % 2 === 0 ? NEAR_STEP : NEAR_STEP / 5
      return stepFrom(incumbents[i % incumbents.length]!, step, axes, near)
    })
  }
  for (const incumbent of incumbents) screened.push(ascent.candidate(incumbent))
  ascent.evaluate(screened)
  screened.sort((a, b) => b.value - a.value)
  const moves = rng.split('moves')
  let best: Candidate | undefined
  for (const start of screened.slice(0, climbs)) {
    if (ascent.isSpent() && best !== undefined) break
    const end = ascent.climb(start, moves)
    if (isBetter(end, best) && !isBarred(end.settled)) best = end
  }
  best ??= screened.find(({ settled }) => !isBarred(settled))
  return best && { position: best.settled, promise: best.value - (bonus?.value(best.settled) ?? 0) }
}

/** A normal step along about two axes; a new value at random along unordered ones. */
function stepFrom(incumbent: Float64Array, step: number, axes: Axes, rng: Rng): Float64Array {
  const position = incumbent.slice()
  const always = rng.int(axes.count)
  for (let j = 0; j < axes.count; j++) {
    if (j !== always && rng.next() >= 2 / axes.count) continue
    if (axes.unordered[j]) position[j] = rng.next()
    // Less than a cell would seldom lead anywhere.
    else position[j] = clampUnit(position[j]! + Math.max(step, 0.7 / axes.size[j]!) * rng.normal())
  }
  return position
}

const clampUnit = (u: number): number => Math.min(1, Math.max(0, u))
