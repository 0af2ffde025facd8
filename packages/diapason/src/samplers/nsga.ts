import { OptionError } from '../errors.ts'
import { chooseByNiche, latticeOfSize } from '../math/niches.ts'
import { createRng, type Rng } from '../math/rng.ts'
import type { Axes } from '../models/axes.ts'
import { childOf } from '../models/variation.ts'
import type { SearchSpace } from '../space/search-space.ts'
import type { Goal, History } from '../trial/history.ts'
import { createTimeline, type GenerationStage, type GenerationTimeline } from './generation-timeline.ts'
import { type FrontOrder, splitObservations } from './good-set.ts'
import { createObservations, keyOf, type Observation } from './observations.ts'
import type { Sampler } from './sampler.ts'
import { createSpreadPoints } from './spread-points.ts'
import { pointAt, positionOf } from './unit-point.ts'
import { barredBy, type IsBarred, refuseAll, takenKeys, unseenPosition } from './unseen.ts'

/** Options of {@link nsga2Sampler} and {@link nsga3Sampler}. */
export type NsgaOptions = {
  /** Trials a generation, and how many of the best are parents of the next; at least 4, default 50. */
  readonly populationSize?: number
}

/** The parents of a generation, best first. */
interface Stage extends GenerationStage {
  readonly parents: readonly Float64Array[]
  readonly elite: readonly Observation[]
}

/** What is kept for one space, seed and goals. */
interface Workshop {
  readonly axes: Axes
  readonly seed: number
  readonly goals: readonly Goal[]
  readonly timeline: GenerationTimeline<Stage>
}

/** How the variants differ. */
interface Variant {
  readonly name: 'nsga2' | 'nsga3'
  /** Which members of a front that does not fit stay in the population; absent: the least crowded. */
  frontOrder?(goals: readonly Goal[], population: number, rng: Rng): FrontOrder
}

const NSGA2: Variant = { name: 'nsga2' }

const NSGA3: Variant = {
  name: 'nsga3',
  frontOrder(goals, population, rng) {
    const directions = latticeOfSize(goals.length, population)
    return (front, before, room) => chooseByNiche(front, before, room, directions, rng)
  },
}

/**
 * Non-dominated sorting genetic algorithm (NSGA-II): the best of all trials are the parents of each generation, front by front, where a
 * front does not fit its least crowded members. For several goals and budgets of many generations; `auto` and TPE need fewer trials.
 *
 * - Children by simulated binary crossover and polynomial mutation, on logarithmic axes where parameters are; options of
 *   choices by swapping. What only one parent has, in branches and repeats, the child takes from it.
 * - A first generation of scrambled Sobol points.
 * - Trials that break constraints come behind all that keep them, by how much they do; then pruned ones; failed ones are no parents.
 * - A generation is a row of trial numbers: everything is worked out from the trials, so that a study goes on in any process, and
 *   parallel workers draw from the same parents. A point of a finite space is not proposed twice while others are left.
 *
 * O(population² × goals) a generation.
 * @throws {OptionError} where an option is out of range
 * @see K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, IEEE Trans. Evol. Comput. 6 (2002)
 * @example
 * const study = await createStudy({ space, goals: { error: 'minimize', milliseconds: 'minimize' }, sampler: nsga2Sampler() })
 */
export function nsga2Sampler(options: NsgaOptions = {}): Sampler {
  return nsgaSampler(NSGA2, options)
}

/**
 * NSGA-III: {@link nsga2Sampler} for three goals and more, where nearly everything is on the first front. The members of a front that does not
 * fit stay by reference directions, spread evenly over the goals, so that no trade-off is forgotten.
 * @throws {OptionError} where an option is out of range
 * @see K. Deb, H. Jain, IEEE Trans. Evol. Comput. 18 (2014)
 */
export function nsga3Sampler(options: NsgaOptions = {}): Sampler {
  return nsgaSampler(NSGA3, options)
}

function nsgaSampler(variant: Variant, { populationSize = 50 }: NsgaOptions): Sampler {
  if (!Number.isSafeInteger(populationSize) || populationSize < 4) {
    throw new OptionError(`populationSize is ${populationSize}`, 'Give a whole number of at least 4')
  }
  const observations = createObservations()
  const spread = createSpreadPoints(true)
  let workshop: Workshop | undefined

  function workshopFor({ goals, seed = 0 }: History, axes: Axes): Workshop {
    if (workshop?.axes === axes && workshop.seed === seed && workshop.goals === goals) return workshop
    const rng = createRng(seed).split(variant.name)
    const selected = (candidates: readonly Observation[], next: number): Stage => {
      const order = variant.frontOrder?.(goals, populationSize, rng.split(`generation/${next}`))
      const { good } = splitObservations(candidates, populationSize, goals, order)
      return { next, population: populationSize, elite: good, parents: good.map(({ position }) => position) }
    }
    const timeline = createTimeline<Stage>({
      startupTrials: populationSize,
      first: (startup) => selected(startup, populationSize),
      next: (stage, generation) => selected([...stage.elite, ...generation], stage.next + stage.population),
    })
    workshop = { axes, seed, goals, timeline }
    return workshop
  }

  return {
    name: variant.name,
    suggest(history, numbers, rng) {
      const axes = observations.axes(history)
      const known = observations.of(history)
      const before = workshop
      const { timeline } = workshopFor(history, axes)
      const stage = timeline.at(known, before === workshop ? observations.unchanged() : 0, numbers[0]!)
      const taken = takenKeys(known, axes)
      const isBarred = barredBy(history, taken)
      return numbers.map((number) => {
        const stream = rng.split(`trial/${number}`)
        const child = stage === undefined ? undefined : bred(stage.parents, axes, history.space, isBarred, stream)
        const first = child ?? spread.at(history, axes, number)
        const position =
          first !== undefined && !isBarred(first)
            ? first
            : (unseenPosition(axes, history, isBarred, stream.split('unseen')) ?? first ?? refuseAll())
        taken.add(keyOf(position))
        return pointAt(history.space, position)
      })
    },
  }
}

const TRIES = 20

/** A child that may be proposed; undefined where none of some was, or there are no parents. */
function bred(
  parents: readonly Float64Array[],
  axes: Axes,
  space: SearchSpace,
  isBarred: IsBarred,
  rng: Rng,
): Float64Array | undefined {
  if (parents.length === 0) return undefined
  // Of two drawn at random the better one, which stands before the other.
  const winner = () => parents[Math.min(rng.int(parents.length), rng.int(parents.length))]!
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // As a trial will hold it: a child is often a copy of a parent but for rounding.
    const child = positionOf(space, pointAt(space, childOf(winner(), winner(), axes, rng)))
    if (!isBarred(child)) return child
  }
  return undefined
}
