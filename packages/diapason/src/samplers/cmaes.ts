import { OptionError } from '../errors.ts'
import { createRng, type Rng } from '../math/rng.ts'
import type { Axes } from '../models/axes.ts'
import { defaultPopulation } from '../models/cma-parameters.ts'
import type { Goal, History } from '../trial/history.ts'
import { type CmaAxes, type CmaSource, cmaAxesOf, drawPosition } from './cma-generation.ts'
import { type CmaRun, type CmaStage, firstStage, nextStage, type Restarts } from './cma-run.ts'
import { createTimeline, type GenerationTimeline } from './generation-timeline.ts'
import { createObservations, keyOf } from './observations.ts'
import type { Sampler } from './sampler.ts'
import { createSpreadPoints, type SpreadPoints } from './spread-points.ts'
import { pointAt } from './unit-point.ts'
import { barredBy, type IsBarred, refuseAll, takenKeys, unseenPosition } from './unseen.ts'

/** Options of {@link cmaesSampler}. */
export type CmaesOptions = {
  /**
   * The search starts at the best of so many first trials, whoever proposed them: quasi-random points in a new study, in another
   * one the trials that are there. At least 1; default 10.
   */
  readonly startupTrials?: number
  /** Trials a generation, at least 4; default 4 + ⌊3 ln parameters⌋. Not less than the number of parallel workers is a good choice. */
  readonly populationSize?: number
  /** What follows when a search has converged; default `'bipop'`: again elsewhere, with large and small populations in turns. */
  readonly restarts?: Restarts
}

/** What is kept for one space, seed and goals. */
interface Workshop {
  readonly axes: Axes
  readonly seed: number
  readonly goals: readonly Goal[]
  readonly space: CmaAxes
  readonly timeline: GenerationTimeline<CmaStage>
}

/**
 * Covariance matrix adaptation (CMA-ES): a normal distribution that moves, grows and turns with the better half of each generation.
 * For continuous and integer parameters and budgets of a thousand trials or more: near a smooth optimum it goes on getting closer.
 *
 * - Integers and steps keep a margin, so that they are never frozen; options have odds of their own, learned from the same ranks.
 * - Parameters of branches and repeats learn from the trials in which they were active.
 * - A generation is a row of trial numbers: everything is worked out from the trials, so that a study goes on in any process,
 *   and parallel workers draw from the same distribution.
 * - Pruned trials rank behind complete ones, by how far they got; failed ones come last. With several goals, fronts rank.
 * - A converged search starts again elsewhere; no point is proposed twice while others are found.
 *
 * O(parameters²) a suggestion and a few nanoseconds for each trial.
 * @throws {OptionError} where an option is out of range
 * @example
 * const study = await createStudy({ space, goals, sampler: cmaesSampler() })
 */
export function cmaesSampler(options: CmaesOptions = {}): Sampler {
  const { startupTrials = 10, populationSize, restarts = 'bipop' } = options
  checkCount('startupTrials', startupTrials, 1)
  if (populationSize !== undefined) checkCount('populationSize', populationSize, 4)
  const observations = createObservations()
  const spread = createSpreadPoints(true)
  let workshop: Workshop | undefined

  function workshopFor(history: History, axes: Axes): Workshop {
    const { goals, seed = 0 } = history
    if (workshop?.axes === axes && workshop.seed === seed && workshop.goals === goals) return workshop
    const space = cmaAxesOf(axes)
    const population = populationSize ?? defaultPopulation(space.ordered.length + space.unordered.length)
    const rng = createRng(seed).split('cmaes')
    const run: CmaRun = { space, goals, population, startupTrials, restarts, rng }
    const timeline = createTimeline<CmaStage>({
      startupTrials,
      first: (startup) => firstStage(run, startup),
      next: (stage, generation) => nextStage(run, stage, generation),
    })
    workshop = { axes, seed, goals, space, timeline }
    return workshop
  }

  return {
    name: 'cmaes',
    suggest(history, numbers, rng) {
      const axes = observations.axes(history)
      const known = observations.of(history)
      const before = workshop
      const { timeline, space } = workshopFor(history, axes)
      const stage = timeline.at(known, before === workshop ? observations.unchanged() : 0, numbers[0]!)
      const taken = takenKeys(known, axes)
      const isBarred = barredBy(history, taken)
      return numbers.map((number) => {
        const stream = rng.split(`trial/${number}`)
        const draw = stage === undefined ? undefined : drawNew(stage.source, space, isBarred, stream)
        const position = draw ?? unseenStart(history, axes, spread, number, isBarred, stream)
        taken.add(keyOf(position))
        return pointAt(history.space, position)
      })
    },
  }
}

const DRAWS = 20

function drawNew(source: CmaSource, space: CmaAxes, isBarred: IsBarred, rng: Rng): Float64Array | undefined {
  for (let i = 0; i < DRAWS; i++) {
    const position = drawPosition(source, space, rng)
    if (!isBarred(position)) return position
  }
  return undefined
}

/** Point `number` of the sequence, or one that nobody holds. */
function unseenStart(
  history: History,
  axes: Axes,
  spread: SpreadPoints,
  number: number,
  isBarred: IsBarred,
  rng: Rng,
): Float64Array {
  const position = spread.at(history, axes, number)
  if (position !== undefined && !isBarred(position)) return position
  return unseenPosition(axes, history, isBarred, rng.split('unseen')) ?? position ?? refuseAll()
}

function checkCount(name: string, count: number, least: number): void {
  if (Number.isSafeInteger(count) && count >= least) return
  throw new OptionError(`${name} is ${count}`, `Give a whole number of at least ${least}`)
}
