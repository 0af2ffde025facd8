import { createRng } from '../math/rng.ts'
import type { Embedding } from '../models/embedding.ts'
import type { Hyperparameters } from '../models/gp-evidence.ts'
import { fitHyperparameters, posteriorOf, priorMode } from '../models/gp-fit.ts'
import { sampleHyperparameters } from '../models/gp-slices.ts'
import type { View } from '../models/warping.ts'
import type { Direction } from '../trial/history.ts'
import { dataOf, type Judged, mostTelling } from './gp-data.ts'
import { finalLosses } from './gp-losses.ts'
import type { Observation } from './observations.ts'

/** Beyond, hyperparameters are fitted to the most telling ones: more hardly move them. */
const FITTED_POINTS = 150
const MAX_EVALUATIONS = 40
/** Multiplications that one fit may cost, about a fifth of a second. */
const FIT_WORK = 2e8
/** They are fitted again each time there are so many times as many trials. */
const GROWTH = 1.1
const FIRST_FIT = 5
/** Draws are dearer than a fit: they rest on fewer points. */
const DRAWN_POINTS = 80
const BURN_IN = 2

/**
 * Hyperparameters for a history, fitted now and then.
 *
 * To be a pure function of the history and yet warm-started, the fit for n trials is that of the first c ≤ n by number, c the largest of
 * 5, 6, …, 20, 22, … (steps of a tenth); it starts from the fit for the first c / 2, found in the same way, and from
 * the priors' mode. What was found is kept as long as those trials stay the same.
 */
export interface FittedHyperparameters {
  /**
   * @param finished by ascending number, at least one
   * @returns the most probable ones, or draws from all that are probable
   */
  of(finished: readonly Observation[], direction: Direction, view: View): readonly Hyperparameters[]
}

/** What was found, and from which trials. */
interface Fit {
  readonly members: readonly Observation[]
  readonly hyper: Hyperparameters
  readonly draws: readonly Hyperparameters[]
}

/** An empty cache for one embedding. @param draws how many are drawn from the posterior; 0: the most probable are taken */
export function createFittedHyperparameters(embedding: Embedding, draws: number): FittedHyperparameters {
  const known: { readonly [V in View]: Map<number, Fit> } = {
    values: new Map(),
    ranks: new Map(),
    plain: new Map(),
  }

  function fitted(finished: readonly Observation[], direction: Direction, view: View): Fit {
    const count = checkpoint(finished.length)
    const members = finished.slice(0, count)
    const held = known[view].get(count)
    if (held?.members.every((member, i) => member === members[i])) return held
    const starts = [priorMode(embedding.axes)]
    if (count >= 2 * FIRST_FIT) starts.unshift(fitted(members.slice(0, count >> 1), direction, view).hyper)
    const judged = { observations: members, losses: finalLosses(members, direction) }
    const hyper = fit(embedding, judged, view, starts)
    const drawn = draws === 0 ? [hyper] : drawAround(hyper, embedding, judged, view, draws)
    const found = { members, hyper, draws: drawn }
    known[view].set(count, found)
    return found
  }
  return { of: (...of) => fitted(...of).draws }
}

/** Draws from the posterior; the same for the same trials. */
function drawAround(
  mode: Hyperparameters,
  embedding: Embedding,
  judged: Judged,
  view: View,
  count: number,
): readonly Hyperparameters[] {
  const data = dataOf(embedding, mostTelling(judged, DRAWN_POINTS), view)
  const rng = createRng(judged.losses.length).split(`slices/${view}`)
  return sampleHyperparameters(posteriorOf(data), mode, { count, burnIn: BURN_IN, rng })
}

/** Fits to the most telling of the observations, within a bounded amount of work. */
export function fit(
  embedding: Embedding,
  judged: Judged,
  view: View,
  starts: readonly Hyperparameters[] = [priorMode(embedding.axes)],
): Hyperparameters {
  const data = dataOf(embedding, mostTelling(judged, FITTED_POINTS), view)
  const n = data.stride
  const workPerEvaluation = n ** 2 * (n / 2 + embedding.count + 10)
  const affordable = Math.floor(FIT_WORK / workPerEvaluation / starts.length)
  return fitHyperparameters(data, starts, Math.max(2, Math.min(MAX_EVALUATIONS, affordable)))
}

function checkpoint(count: number): number {
  let at = Math.min(count, FIRST_FIT)
  for (let next = at; next <= count; next = Math.max(at + 1, Math.floor(at * GROWTH))) at = next
  return at
}
