import type { Fidelity, Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { earlierParts, pausesOf, type ShownState, shownState } from '../trial/training-parts.ts'
import { isFinished, lastReport, type Report, type TrialRecord } from '../trial/trial-record.ts'
import { wasPruned } from './savings.ts'
import { searchTrials } from './search-trials.ts'
import { thinned, thinnedBestLast } from './thinned.ts'

/** What a trial reported. */
export interface Curve {
  readonly number: number
  readonly state: ShownState
  readonly points: readonly Report[]
  /** Where the training was paused and which trial that was, where this one continues others. */
  readonly pauses?: readonly { readonly trial: number; readonly step: number }[]
}

/** Learning curves, and where pruning cut them. */
export interface CurvesData {
  /** The first goal: reports follow it. */
  readonly goal: Goal
  /** What steps count, such as `epochs`. */
  readonly unit: string
  /** The best is the last. */
  readonly curves: readonly Curve[]
  /** Number of the best complete trial of the search that reported. */
  readonly best: number | undefined
  /** Steps after which trials were pruned, or paused and not continued so far, and how many; ascending. */
  readonly stops: readonly { readonly step: number; readonly count: number }[]
  /** How many of the stops are pauses. */
  readonly paused: number
  /** How many trials reported; those that continue each other count once. */
  readonly of: number
}

/** How much {@link curvesData} returns at most. */
export interface CurvesOptions {
  /** Default 200. */
  readonly curves?: number
  /** Points of each, default 200. */
  readonly points?: number
}

/** Learning curves of the search's trials that reported, repeats left out; those that continue each other have one, as the last left it. Cost: O(trials log trials + points). */
export function curvesData(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  fidelity: Fidelity | undefined,
  { curves: most = 200, points = 200 }: CurvesOptions = {},
): CurvesData {
  const goal = goals[0] ?? { name: 'value', direction: 'minimize' as const }
  const reported = searchTrials(trials).filter(({ reports }) => reports.length > 0)
  const earlier = earlierParts(trials)
  const rank = (trial: TrialRecord): number => {
    const value = trial.state === 'complete' ? trial.values[0] : lastReport(trial)?.[1]
    return lossOf(value ?? Number.NaN, goal.direction)
  }
  const sorted = reported
    .map((trial) => ({ trial, isComplete: trial.state === 'complete', loss: rank(trial) }))
    .sort((a, b) => Number(b.isComplete) - Number(a.isComplete) || (a.loss < b.loss ? -1 : a.loss > b.loss ? 1 : 0))
  const best = sorted[0]?.isComplete ? sorted[0].trial.number : undefined
  const stops = new Map<number, number>()
  let paused = 0
  for (const trial of reported) {
    const step = isFinished(trial) && wasPruned(trial) ? lastReport(trial)?.[0] : undefined
    if (step === undefined) continue
    stops.set(step, (stops.get(step) ?? 0) + 1)
    if (shownState(trial) === 'paused') paused++
  }
  return {
    goal,
    unit: fidelity?.name ?? 'step',
    curves: thinnedBestLast(sorted, most).map(({ trial }) => {
      const { number, reports } = trial
      const before = earlier.get(number)
      const curve = { number, state: shownState(trial), points: withLast(thinned(reports, points), reports) }
      return before === undefined ? curve : { ...curve, pauses: pausesOf(trial, before) }
    }),
    best,
    stops: [...stops].map(([step, count]) => ({ step, count })).sort((a, b) => a.step - b.step),
    paused,
    of: reported.length,
  }
}

/** A curve that was thinned out still ends where it ended. */
function withLast(shown: readonly Report[], all: readonly Report[]): readonly Report[] {
  const last = all[all.length - 1]
  return last === undefined || shown[shown.length - 1] === last ? shown : [...shown, last]
}
