import { createRng } from '../math/rng.ts'
import { createSobol } from '../math/sobol.ts'
import type { Axes } from '../models/axes.ts'
import { optimumPriorOf } from '../models/optimum-prior.ts'
import type { History } from '../trial/history.ts'
import { pointAt } from './unit-point.ts'

/** Points of the sequence in a row that may be refused before the search for an allowed one is given up. */
const TRIES = 20_000

/** Well-spread positions by number: a scrambled Sobol sequence, scrambled by the study's seed. */
export interface SpreadPoints {
  /**
   * The settled position that belongs to a trial number: that point of the sequence, or where the study allows some points only, that
   * one of the allowed ones. So workers need not agree on anything.
   * @returns undefined where 20,000 points in a row are refused
   */
  at(history: History, axes: Axes, number: number): Float64Array | undefined
}

/**
 * An empty cache; it serves one study at a time.
 * @param followsPriors every other point is drawn from what the parameters' priors say; else all are even
 */
export function createSpreadPoints(followsPriors: boolean): SpreadPoints {
  let held: { axes: Axes; seed: number; isAllowed: History['isAllowed']; at: SpreadPoints['at'] } | undefined
  return {
    at(history, axes, number) {
      const { seed = 0, isAllowed } = history
      if (held?.axes !== axes || held.seed !== seed || held.isAllowed !== isAllowed) {
        held = { axes, seed, isAllowed, at: sequenceOf(axes, seed, history, followsPriors) }
      }
      return held.at(history, axes, number)
    },
  }
}

function sequenceOf(
  axes: Axes,
  seed: number,
  { space, isAllowed }: History,
  followsPriors: boolean,
): SpreadPoints['at'] {
  const prior = followsPriors ? optimumPriorOf(space) : undefined
  const sobol = createSobol(axes.count, createRng(seed).split('sobol'))
  const point = (index: number): Float64Array => {
    const position = new Float64Array(axes.count)
    sobol.point(index, position)
    if (index % 2 === 0) prior?.warp(position)
    axes.settle(position)
    return position
  }
  if (isAllowed === undefined) return (_history, _axes, number) => point(number)
  /** Places of the allowed points in the sequence, as far as it has been looked at. */
  const allowed: number[] = []
  let looked = 0
  let refused = 0
  return (_history, _axes, number) => {
    while (allowed.length <= number && refused < TRIES) {
      refused++
      if (isAllowed(pointAt(space, point(looked)))) {
        allowed.push(looked)
        refused = 0
      }
      looked++
    }
    return number < allowed.length ? point(allowed[number]!) : undefined
  }
}
