import type { Rng } from '../math/rng.ts'
import type { Axes } from '../models/axes.ts'
import { type OptimumPrior, optimumPriorOf } from '../models/optimum-prior.ts'
import { Parzen, type Smoothing } from '../models/parzen.ts'
import type { History } from '../trial/history.ts'
import { isFinished } from '../trial/trial-record.ts'
import { splitObservations } from './good-set.ts'
import { createObservations, keyOf, type Observation } from './observations.ts'
import { priorWeight } from './prior-weight.ts'
import type { Sampler } from './sampler.ts'
import { createSpreadPoints } from './spread-points.ts'
import { pointAt } from './unit-point.ts'
import { barredBy, type IsBarred, keysOf, refuseAll, unseenPosition } from './unseen.ts'

/** The settings behind {@link tpeSampler}, found by measuring (bench/quality); a part of them may be overridden to measure again. */
export type TpeSettings = typeof DEFAULTS

const DEFAULTS = {
  /** Scrambled Sobol points before the first model. */
  startupTrials: 10,
  /** Share of the trials that count as good, and the most there may be. */
  goodShare: 0.15,
  maxGood: 25,
  /** Most kernels for the others: see {@link thin}. */
  maxBad: 96,
  candidates: 64,
  /** Of these: good points changed in a few parameters. */
  neighbours: 16,
  /** How far neighbours lie, in kernel widths. */
  neighbourStep: 2,
  good: { widthFactor: 1, dimensions: 2, leastCells: 0.8, uniformWeight: 0.7, spreadWeight: 1, choiceWeight: 1 },
  bad: { widthFactor: 0.8, dimensions: 2, leastCells: 0.7, uniformWeight: 1, spreadWeight: 2, choiceWeight: 1 },
}

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011), joint over all parameters: two densities over the space, one of the good
 * trials and one of the others; the next point is the candidate where the first outweighs the second most.
 *
 * What differs from Optuna's: kernels over whole configurations, branches and repeats included (what is inactive in one of two
 * configurations does not separate them); kernel widths that shrink with the spread and number of the good trials instead of the gaps
 * between neighbours; better trials weigh more; candidates are drawn from the good density and by changing good points in
 * a few parameters; it starts with a scrambled Sobol sequence; running trials count as bad, so that parallel workers spread out; a point of
 * a finite space is not proposed twice while others are left.
 *
 * Pruned trials rank behind complete ones, by how far they got; failed ones are never good. With several goals, trials
 * rank by fronts. O(parameters × (trials up to 121) × candidates) a suggestion, plus a few nanoseconds for each trial.
 *
 * @example
 * const study = await createStudy({ space, goals, sampler: tpeSampler() })
 */
export function tpeSampler(overrides: Partial<TpeSettings> = {}): Sampler {
  const settings = { ...DEFAULTS, ...overrides }
  const observations = createObservations()
  const spread = createSpreadPoints(true)
  let model: Model | undefined
  return {
    name: 'tpe',
    suggest(history, numbers, rng) {
      const axes = observations.axes(history)
      if (model?.axes !== axes) model = createModel(axes, optimumPriorOf(history.space), settings)
      const { propose } = model
      let known = observations.of(history)
      return numbers.map((number, i) => {
        const stream = rng.split(`trial/${number}`)
        const isBarred = barredBy(history, axes.mayRepeat ? keysOf(known) : NOTHING)
        const isStartup = known.length < settings.startupTrials || !known.some(({ stage }) => !Number.isNaN(stage))
        const first = isStartup ? spread.at(history, axes, number) : propose(known, history, isBarred, stream)
        const position =
          first === undefined || isBarred(first)
            ? (unseenPosition(axes, history, isBarred, stream.split('unseen')) ??
              first ??
              spread.at(history, axes, number) ??
              refuseAll())
            : first
        // The next number of this call must know of it: a point that is about to run counts as bad.
        if (i + 1 < numbers.length) known = [...known, pending(position, number, history)]
        return pointAt(history.space, position)
      })
    },
  }
}

/** Where there is a prior, one candidate in so many is drawn from it. */
const PRIOR_TURN = 4

const NOTHING: ReadonlySet<number> = new Set()

/** What is kept for one space: mixtures and buffers, no decisions. */
interface Model {
  readonly axes: Axes
  propose(known: readonly Observation[], history: History, isBarred: IsBarred, rng: Rng): Float64Array | undefined
}

function createModel(axes: Axes, prior: OptimumPrior | undefined, settings: TpeSettings): Model {
  const good = new Parzen(axes)
  const bad = new Parzen(axes)
  const buffers = { positions: new Float64Array(0), weights: new Float64Array(0) }

  function fit(
    mixture: Parzen,
    observations: readonly Observation[],
    weightOf: (index: number) => number,
    smoothing: Smoothing,
  ): void {
    const n = observations.length
    if (buffers.weights.length < n) {
      buffers.weights = new Float64Array(2 * n)
      buffers.positions = new Float64Array(2 * n * axes.count)
    }
    for (let k = 0; k < n; k++) {
      const { position } = observations[k]!
      for (let j = 0; j < axes.count; j++) buffers.positions[k * axes.count + j] = position[j]!
      buffers.weights[k] = weightOf(k)
    }
    mixture.fit(buffers.positions, n, buffers.weights, smoothing)
  }

  return {
    axes,
    propose(known, history, isBarred, rng) {
      const split = splitObservations(known, countGood(known, settings), history.goals)
      const rankWeight = rankWeights(split.good.length)
      fit(good, split.good, rankWeight, settings.good)
      const others = thin(split.bad, settings.maxBad)
      fit(bad, others.kept, others.weightOf, settings.bad)
      const weight =
        prior &&
        priorWeight(
          prior,
          known.filter(({ trial }) => isFinished(trial)),
          history.goals[0]!.direction,
        )
      let best: Float64Array | undefined
      let bestScore = Number.NEGATIVE_INFINITY
      let candidate: Float64Array = new Float64Array(axes.count)
      for (let c = 0; c < settings.candidates; c++) {
        if (c < settings.neighbours) neighbour(candidate, split.good, good, axes, settings.neighbourStep, rng)
        else if (prior !== undefined && c % PRIOR_TURN === 0) drawFrom(prior, rng, candidate)
        else good.sample(rng, candidate)
        axes.settle(candidate)
        if (isBarred(candidate)) continue
        const logGood = good.logDensity(candidate) + (prior === undefined ? 0 : weight! * prior.logDensity(candidate))
        // Most of the work is the bad mixture: it is added up only until the candidate cannot win any more.
        const ceiling = logGood - bestScore
        const logBad = bad.logDensity(candidate, ceiling)
        if (!(logBad < ceiling)) continue
        const replaced = best ?? new Float64Array(axes.count)
        bestScore = logGood - logBad
        best = candidate
        candidate = replaced
      }
      return best
    },
  }
}

function drawFrom(prior: OptimumPrior, rng: Rng, out: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j] = rng.next()
  prior.warp(out)
}

/** How many count as good; looks no further than it must. */
function countGood(known: readonly Observation[], { goodShare, maxGood }: TpeSettings): number {
  let ranked = 0
  for (const { stage } of known) {
    if (!Number.isNaN(stage)) ranked++
    if (ranked * goodShare >= maxGood) return maxGood
  }
  return Math.ceil(goodShare * ranked)
}

/** Logarithmic in the rank, as CMA-ES weighs its parents; 1 on average. */
function rankWeights(n: number): (rank: number) => number {
  let total = 0
  for (let rank = 0; rank < n; rank++) total += Math.log((n + 1) / (rank + 1))
  return (rank) => (n * Math.log((n + 1) / (rank + 1))) / total
}

/**
 * At most `most` observations for all: the newer half as they are, then the older ones by even strides, each standing for those it steps
 * over. The heaviest come last, where the mixture begins to add up.
 * @param observations by ascending number
 */
function thin(
  observations: readonly Observation[],
  most: number,
): { kept: readonly Observation[]; weightOf: (index: number) => number } {
  if (observations.length <= most) return { kept: observations, weightOf: () => 1 }
  const recent = Math.ceil(most / 2)
  const older = observations.length - recent
  const strides = most - recent
  const kept = observations.slice(older)
  for (let i = 0; i < strides; i++) kept.push(observations[Math.floor(((i + 0.5) * older) / strides)]!)
  return { kept, weightOf: (index) => (index < recent ? 1 : older / strides) }
}

/** One of the best points (the first most often), changed in one parameter or a few. */
function neighbour(
  out: Float64Array,
  good: readonly Observation[],
  mixture: Parzen,
  axes: Axes,
  step: number,
  rng: Rng,
): void {
  const rank = Math.min(good.length - 1, Math.floor(-Math.log(1 - rng.next())))
  const base = good[rank]!.position
  const always = rng.int(axes.count)
  const share = Math.min(1, 2 / axes.count)
  for (let j = 0; j < axes.count; j++) {
    const isChanged = rng.next() < share || j === always
    if (Number.isNaN(base[j]!) || (isChanged && axes.unordered[j])) out[j] = rng.next()
    else if (!isChanged) out[j] = base[j]!
    else out[j] = Math.min(1, Math.max(0, base[j]! + step * mixture.widthOf(j) * rng.normal()))
  }
}

function pending(position: Float64Array, number: number, history: History): Observation {
  const trial = history.trials.find((known) => known.number === number) ?? history.trials[0]!
  return { trial, stage: Number.NaN, loss: Number.POSITIVE_INFINITY, violation: 0, position, key: keyOf(position) }
}
