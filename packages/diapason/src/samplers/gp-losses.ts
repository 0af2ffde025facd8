import type { Rng } from '../math/rng.ts'
import { warpLosses } from '../models/warping.ts'
import type { Direction, Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { Observation } from './observations.ts'

/**
 * A loss for every finished observation, as if all had gone to the end.
 *
 * A pruned trial is worth what its last report was worth among the others at that step: where it would have stood between
 * the values that longer trials had then, there it stands between the losses they ended with, and behind them all, in proportion, where
 * it was worse than each of them. Longer trials that were pruned themselves count with the loss found for them. Where no longer trial
 * reported by then, the last report itself is taken.
 * Trials that break a constraint stand behind all that keep theirs. Failed trials, and those without a usable report, have the loss Infinity. O(n log n) for each step at which trials were pruned.
 * @param finished complete, pruned and failed ones
 */
export function finalLosses(finished: readonly Observation[], direction: Direction): Float64Array {
  const losses = Float64Array.from(finished, ({ loss }) => loss)
  const pruned = [...finished.keys()].filter((i) => finished[i]!.stage < Number.POSITIVE_INFINITY)
  pruned.sort((a, b) => finished[b]!.stage - finished[a]!.stage)
  for (let start = 0, end = 0; start < pruned.length; start = end) {
    const { stage } = finished[pruned[start]!]!
    while (end < pruned.length && finished[pruned[end]!]!.stage === stage) end++
    const ladder = ladderAt(stage, finished, losses, direction)
    if (ladder === undefined) continue
    for (const i of pruned.slice(start, end))
      if (losses[i]! < Number.POSITIVE_INFINITY) losses[i] = climbLadder(losses[i]!, ladder)
  }
  return behindFeasible(finished, losses)
}

/** How far behind the feasible ones those begin that break a constraint, in ranges of losses. */
const BREACH = 0.5

/**
 * The losses, but for observations that break a constraint: these lie behind all that keep theirs, in proportion to how much they break, so
 * that the model learns the way back. Where nothing keeps its constraints, the breach is the loss.
 */
function behindFeasible(finished: readonly Observation[], losses: Float64Array): Float64Array {
  if (finished.every(({ violation }) => violation === 0)) return losses
  const feasible = losses.filter((loss, i) => finished[i]!.violation === 0 && Number.isFinite(loss))
  const most = finished.reduce(
    (max, { violation }) => (violation < Number.POSITIVE_INFINITY ? Math.max(max, violation) : max),
    0,
  )
  const low = feasible.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = feasible.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const range = high > low ? high - low : Math.max(1, Math.abs(high))
  return losses.map((loss, i) => {
    const { violation } = finished[i]!
    if (violation === 0 || loss === Number.POSITIVE_INFINITY) return loss
    return feasible.length === 0 ? violation : high + range * (BREACH + violation / (most || 1))
  })
}

/** Ascending: what trials had at a step, and what they ended with. */
interface Ladder {
  readonly earlier: Float64Array
  readonly atEnd: Float64Array
}

function ladderAt(
  stage: number,
  finished: readonly Observation[],
  losses: Float64Array,
  direction: Direction,
): Ladder | undefined {
  const earlier: number[] = []
  const atEnd: number[] = []
  for (const [i, observation] of finished.entries()) {
    if (!(observation.stage > stage) || losses[i]! === Number.POSITIVE_INFINITY) continue
    const value = lossBy(observation, stage, direction)
    if (value === undefined) continue
    earlier.push(value)
    atEnd.push(losses[i]!)
  }
  if (earlier.length === 0) return undefined
  return { earlier: Float64Array.from(earlier).sort(), atEnd: Float64Array.from(atEnd).sort() }
}

/** The last finite loss reported at or before a step. */
function lossBy({ trial }: Observation, step: number, direction: Direction): number | undefined {
  let latest: number | undefined
  for (const [at, value] of trial.reports) {
    if (at > step) break
    if (Number.isFinite(value)) latest = lossOf(value, direction)
  }
  return latest
}

/** The quantile that a loss has on the left of the ladder, read off on the right. */
function climbLadder(loss: number, ladder: Ladder): number {
  const { earlier, atEnd } = ladder
  const worst = earlier[earlier.length - 1]!
  if (loss > worst) return atEnd[atEnd.length - 1]! + slopeOf(ladder) * (loss - worst)
  let below = 0
  while (below < earlier.length && earlier[below]! < loss) below++
  let upTo = below
  while (upTo < earlier.length && earlier[upTo]! === loss) upTo++
  // In the middle of equal ones, and between neighbours where there is none.
  const rung = Math.max(0, (below + upTo - 1) / 2)
  const low = atEnd[Math.floor(rung)]!
  const high = atEnd[Math.ceil(rung)]!
  return low + (high - low) * (rung - Math.floor(rung))
}

/**
 * What a difference at the step is worth at the end, beyond the ladder: as on it, but never more than it was. Were it nothing, all that was
 * stopped would count as much as the worst of the few that were kept, and the model would look for better ones in the corners.
 */
function slopeOf({ earlier, atEnd }: Ladder): number {
  const last = earlier.length - 1
  const slope = (atEnd[last]! - atEnd[0]!) / (earlier[last]! - earlier[0]!)
  return slope > 0 && slope < 1 ? slope : 1
}

/** Share of the plain weighted sum in the scalarisation, so that weakly dominated points lose. */
const SUM_SHARE = 0.05

/**
 * Several goals made one by a random weighting: the worst weighted loss, each goal warped and put on [0, 1] (augmented Chebyshev).
 * Every point of the front is best for some weights. Trials that did not complete have the loss Infinity.
 * Source: J. Knowles, "ParEGO", IEEE Trans. Evol. Comput. 10 (2006).
 */
export function scalarisedLosses(finished: readonly Observation[], goals: readonly Goal[], rng: Rng): Float64Array {
  const weights = goals.map(() => -Math.log(1 - rng.next()))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const worst = new Float64Array(finished.length)
  const sum = new Float64Array(finished.length)
  for (const [g, { direction }] of goals.entries()) {
    const losses = Float64Array.from(finished, ({ trial }) =>
      trial.state === 'complete' ? lossOf(trial.values[g] ?? Number.NaN, direction) : Number.POSITIVE_INFINITY,
    )
    const targets = warpLosses(losses, 'ranks')
    const top = targets.reduce((a, b) => Math.max(a, b))
    const range = top - targets.reduce((a, b) => Math.min(a, b))
    for (const [i, target] of targets.entries()) {
      const weighted = range > 0 ? ((weights[g]! / total) * (top - target)) / range : 0
      worst[i] = losses[i] === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(worst[i]!, weighted)
      sum[i]! += weighted
    }
  }
  return behindFeasible(
    finished,
    worst.map((loss, i) => loss + SUM_SHARE * sum[i]!),
  )
}
