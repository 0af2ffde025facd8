import type { Axes } from '../models/axes.ts'
import type { Bonus } from '../models/bonus.ts'
import { costBonus, costModelOf } from '../models/cost-model.ts'
import type { Observation } from './observations.ts'

/** So many of the newest trials teach what one takes. */
const TIMED_TRIALS = 300

/**
 * What the time of a trial takes off its acquisition, by the times of the complete ones (those cut short say nothing about the whole).
 * @returns undefined where too few are known
 */
export function priceOf(finished: readonly Observation[], axes: Axes, power: number): Bonus | undefined {
  const points: Float64Array[] = []
  const costs: number[] = []
  for (const { trial, position } of finished.slice(-TIMED_TRIALS)) {
    if (trial.state !== 'complete' || trial.startedAt === undefined) continue
    points.push(position)
    // Clocks tell whole milliseconds, and may be set back.
    costs.push(Math.max(1, trial.finishedAt - trial.startedAt))
  }
  const model = costModelOf(axes, points, costs)
  return model && costBonus(model, power)
}
