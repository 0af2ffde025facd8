import type { Fidelity, Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { isFinished, lastReport, type Report, type TrialRecord, type TrialState } from '../trial/trial-record.ts'
import { wasPruned } from './savings.ts'
import { thinned, thinnedBestLast } from './thinned.ts'

/** What a trial reported. */
export interface Curve {
  readonly number: number
  readonly state: TrialState
  readonly points: readonly Report[]
}

/** Learning curves, and where pruning cut them. */
export interface CurvesData {
  /** The first goal: reports follow it. */
  readonly goal: Goal
  /** What steps count, such as `epochs`. */
  readonly unit: string
  /** The best is the last. */
  readonly curves: readonly Curve[]
  /** Number of the best complete trial that reported. */
  readonly best: number | undefined
  /** Steps after which trials were pruned, and how many; ascending. */
  readonly stops: readonly { readonly step: number; readonly count: number }[]
  /** How many trials reported. */
  readonly of: number
}

/** How much {@link curvesData} returns at most. */
export interface CurvesOptions {
  /** Default 200. */
  readonly curves?: number
  /** Points of each, default 200. */
  readonly points?: number
}

/** Learning curves of the trials that reported. Cost: O(trials log trials + points). */
export function curvesData(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  fidelity: Fidelity | undefined,
  { curves: most = 200, points = 200 }: CurvesOptions = {},
): CurvesData {
  const goal = goals[0] ?? { name: 'value', direction: 'minimize' as const }
  const reported = trials.filter(({ reports }) => reports.length > 0)
  const rank = (trial: TrialRecord): number => {
    const value = trial.state === 'complete' ? trial.values[0] : lastReport(trial)?.[1]
    return lossOf(value ?? Number.NaN, goal.direction)
  }
  const sorted = reported
    .map((trial) => ({ trial, isComplete: trial.state === 'complete', loss: rank(trial) }))
    .sort((a, b) => Number(b.isComplete) - Number(a.isComplete) || (a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : 0))
  const best = sorted[0]?.isComplete ? sorted[0].trial.number : undefined
  const stops = new Map<number, number>()
  for (const trial of reported) {
    const step = isFinished(trial) && wasPruned(trial) ? lastReport(trial)?.[0] : undefined
    if (step !== undefined) stops.set(step, (stops.get(step) ?? 0) + 1)
  }
  return {
    goal,
    unit: fidelity?.name ?? 'step',
    curves: thinnedBestLast(sorted, most).map(({ trial: { number, state, reports } }) => ({
      number,
      state,
      points: withLast(thinned(reports, points), reports),
    })),
    best,
    stops: [...stops].map(([step, count]) => ({ step, count })).sort((a, b) => a.step - b.step),
    of: reported.length,
  }
}

/** A curve that was thinned out still ends where it ended. */
function withLast(shown: readonly Report[], all: readonly Report[]): readonly Report[] {
  const last = all[all.length - 1]
  return last === undefined || shown[shown.length - 1] === last ? shown : [...shown, last]
}
