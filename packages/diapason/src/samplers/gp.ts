import { OptionError } from '../errors.ts'
import type { Rng } from '../math/rng.ts'
import { bonusOf, priorBonus } from '../models/bonus.ts'
import { type Embedding, embeddingOf } from '../models/embedding.ts'
import { GaussianProcess } from '../models/gaussian-process.ts'
import { type Hyperparameters, stretched } from '../models/gp-evidence.ts'
import { priorMode } from '../models/gp-fit.ts'
import { type OptimumPrior, optimumPriorOf } from '../models/optimum-prior.ts'
import type { View } from '../models/warping.ts'
import type { History } from '../trial/history.ts'
import { isFinished } from '../trial/trial-record.ts'
import { dataOf, type Judged, mostTelling } from './gp-data.ts'
import { createFittedHyperparameters, type FittedHyperparameters, fit } from './gp-hyperparameters.ts'
import { finalLosses, scalarisedLosses } from './gp-losses.ts'
import { createModel, type Effort, type Model } from './gp-model.ts'
import { createObservations, keyOf, type Observation } from './observations.ts'
import { priorWeight } from './prior-weight.ts'
import type { Sampler } from './sampler.ts'
import { createSpreadPoints } from './spread-points.ts'
import { priceOf } from './trial-price.ts'
import { pointAt } from './unit-point.ts'
import { barredBy, type IsBarred, keysOf, refuseAll, unseenPosition } from './unseen.ts'

/** Trials that must have finished before the model is asked. */
export const STARTUP_TRIALS = 5
/** Points that the model rests on; beyond, the most telling ones are chosen. */
const MODEL_POINTS = 300

/** Options of {@link gpSampler}. */
export type GpOptions = {
  /** Trials that must have finished before the model is asked; until then points are quasi-random. At least 1; default 5. */
  readonly startupTrials?: number
  /**
   * Weighs expected improvement against the time that a trial takes, as learned from those before: 0 (default) not at all, 1 improvement a
   * second; from 0 to 1. For trials that differ by orders of magnitude in what they take: where good ones are also the dear ones it gains
   * nothing (six data sets of lcbench, bench/RESULTS.md). Suggestions then depend on measured times, so that the same seed no longer gives
   * the same trials.
   */
  readonly costPower?: number
  /**
   * Whether length scales, noise and amplitude are the most probable ones (`'most-probable'`, the default), or what is expected is averaged over eight
   * draws from all that are probable (`'averaged'`, by slice sampling): some eight times the time for a suggestion, and on ten
   * development tasks no better (bench/RESULTS.md). With several goals they are the most probable ones.
   */
  readonly hyperparameters?: 'most-probable' | 'averaged'
}

/** What the sampler is made of, so that each part can be left out and missed (bench/quality/contestants/ablations.ts). */
export interface GpParts extends Pick<Effort, 'incumbents' | 'climbs' | 'looksElsewhere'> {
  /** How losses are looked at; suggestions take turns, by trial number. */
  readonly views: readonly View[]
  /** Points before the model: scrambled Sobol or uniform. */
  readonly start: 'sobol' | 'random'
  /** Are length scales, noise and amplitude learned, or what the priors hold most probable? */
  readonly isFitted: boolean
  /** Do points that are being tried narrow the model? */
  readonly knowsPending: boolean
  /** Do pruned trials teach it? */
  readonly learnsFromPruned: boolean
  /** Hyperparameters that are drawn; 0: the most probable. */
  readonly draws: number
}

/** What it is by default; what each part is worth stands in bench/RESULTS.md. */
export const GP_PARTS: GpParts = {
  views: ['values', 'ranks'],
  start: 'sobol',
  isFitted: true,
  knowsPending: true,
  learnsFromPruned: true,
  incumbents: 8,
  climbs: 5,
  looksElsewhere: true,
  draws: 0,
}

/** For `hyperparameters: 'averaged'`. */
const DRAWS = 8

/** What is kept for one space. */
interface Workshop {
  readonly embedding: Embedding
  readonly hyperparameters: FittedHyperparameters
  readonly prior: OptimumPrior | undefined
}

/**
 * A Gaussian process over all parameters, and the point of largest expected improvement.
 *
 * - Values are warped first, so that failures, divergence and heavy tails cannot bend the model: in turns to bounded values and to ranks.
 * - Inactive parameters, choices and steps are modelled as what they are; nothing is proposed twice while anything else is left.
 * - Once hardly anything is to be gained near the best, it looks where a real gain is least unlikely, until that has become hopeless.
 * - Running trials narrow the model where they are, so that parallel suggestions differ.
 * - Pruned trials count for what their last report was worth among the others at that step, as noisier observations.
 * - Where parameters say near which value the best is expected (`prior`), every other first point is drawn from there, and expected
 *   improvement is multiplied by the prior to a power that fades with the trials, sooner where they speak against it (after πBO).
 * - Trials that break a constraint (`trial.constrain`) stand behind all that keep theirs; points that the study's `where` refuses are not proposed.
 * - With several goals, each suggestion follows a random weighting of them.
 *
 * Beyond 300 finished trials the model rests on the best, the newest and a spread of the others, and a suggestion's cost stays the same:
 * a few milliseconds at 100 trials, about 100 ms at most for a few dozen parameters.
 * @throws {OptionError} where an option is out of range
 * @example
 * const study = await createStudy({ space, goals, sampler: gpSampler() })
 */
export function gpSampler(options: GpOptions = {}): Sampler {
  const { hyperparameters = 'most-probable' } = options
  if (hyperparameters !== 'most-probable' && hyperparameters !== 'averaged')
    throw new OptionError(`hyperparameters is ${hyperparameters}`, "Write 'most-probable' or 'averaged'")
  return gpSamplerOf(hyperparameters === 'averaged' ? { ...GP_PARTS, draws: DRAWS } : GP_PARTS, options)
}

/** {@link gpSampler} of other parts. */
export function gpSamplerOf(
  parts: GpParts,
  { startupTrials = STARTUP_TRIALS, costPower = 0 }: GpOptions = {},
): Sampler {
  if (!(costPower >= 0 && costPower <= 1))
    throw new OptionError(`costPower is ${costPower}`, 'Give a number from 0 to 1')
  const observations = createObservations()
  const spread = createSpreadPoints(true)
  let workshop: Workshop | undefined
  return {
    name: 'gp',
    suggest(history, numbers, rng) {
      const axes = observations.axes(history)
      if (workshop?.embedding.axes !== axes) {
        const embedding = embeddingOf(axes)
        workshop = {
          embedding,
          hyperparameters: createFittedHyperparameters(embedding, parts.draws),
          prior: optimumPriorOf(history.space),
        }
      }
      const known = observations.of(history)
      const finished = known.filter(
        ({ trial }) => isFinished(trial) && (parts.learnsFromPruned || trial.state !== 'pruned'),
      )
      const busy = known.filter(({ trial }) => !isFinished(trial)).map(({ position }) => position)
      const seen = keysOf(known)
      const isBarred = barredBy(history, seen)
      const startupPoint = (number: number) => (parts.start === 'sobol' ? spread.at(history, axes, number) : undefined)
      const propose =
        finished.length < startupTrials
          ? startupPoint
          : createProposer({ ...parts, costPower }, workshop, history, finished, busy, numbers.length, isBarred)
      return numbers.map((number) => {
        const stream = rng.split(`trial/${number}`)
        let position = propose(number, stream)
        if (position === undefined || isBarred(position)) {
          position =
            unseenPosition(axes, history, isBarred, stream.split('unseen')) ??
            spread.at(history, axes, number) ??
            refuseAll()
        }
        // Later points of this call must know of it.
        seen.add(keyOf(position))
        busy.push(position)
        return pointAt(history.space, position)
      })
    },
  }
}

type Propose = (number: number, rng: Rng) => Float64Array | undefined

function createProposer(
  {
    views,
    isFitted,
    knowsPending,
    incumbents,
    climbs,
    looksElsewhere,
    costPower,
  }: GpParts & { readonly costPower: number },
  { embedding, hyperparameters, prior }: Workshop,
  { goals, isAllowed }: History,
  finished: readonly Observation[],
  busy: readonly Float64Array[],
  count: number,
  isBarred: IsBarred,
): Propose {
  const room = busy.length + count
  const bonus = bonusOf(
    prior && priorBonus(prior, priorWeight(prior, finished, goals[0]!.direction)),
    costPower > 0 ? priceOf(finished, embedding.axes, costPower) : undefined,
  )
  const effort = { incumbents, climbs, looksElsewhere, isRestricted: isAllowed !== undefined, prior, bonus }
  const goal = goals.length === 1 ? goals[0] : undefined
  const models: { [V in View]?: Model } = {}

  function modelFor(view: View, rng: Rng): Model {
    const losses =
      goal === undefined
        ? scalarisedLosses(finished, goals, rng.split('weights'))
        : finalLosses(finished, goal.direction)
    const judged = mostTelling({ observations: finished, losses }, MODEL_POINTS)
    const data = dataOf(embedding, judged, view)
    const hypers = hypersFor(judged, view)
    return createModel(
      (stretch) => hypers.map((hyper) => new GaussianProcess(data, stretched(hyper, stretch), room)),
      judged,
      effort,
    )
  }

  function hypersFor(judged: Judged, view: View): readonly Hyperparameters[] {
    if (goal === undefined) return [fit(embedding, judged, view)]
    return isFitted ? hyperparameters.of(finished, goal.direction, view) : [priorMode(embedding.axes)]
  }

  return (number, rng) => {
    const view = views[number % views.length]!
    // Each suggestion weighs several goals anew.
    const model = (goal === undefined ? undefined : models[view]) ?? modelFor(view, rng)
    models[view] = model
    if (knowsPending) model.know(busy)
    return model.propose(isBarred, rng)
  }
}
