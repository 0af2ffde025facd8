import { isSearch } from '../study/ledger.ts'
import { isFeasible } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { latestParts, shownState } from '../trial/training-parts.ts'
import { type CompleteTrial, isFinished, type PrunedTrial, type TrialRecord } from '../trial/trial-record.ts'
import { thinned } from './thinned.ts'

/** One trial's value. */
export interface HistoryPoint {
  readonly number: number
  readonly value: number
  /** A pruned or paused trial's value is its last report; an infeasible one is complete and breaks a constraint. */
  readonly state: 'complete' | 'infeasible' | 'pruned' | 'paused'
  /** No part of the search: a repeat of the best, or a step of an ablation. */
  readonly isBeside?: true
}

/** How a goal's values went from trial to trial. */
export interface HistoryData {
  readonly goal: Goal
  /** By ascending number; thinned out where there are more than were asked for. */
  readonly points: readonly HistoryPoint[]
  /** Each complete trial of the search that was better than all before, by number of the trial. */
  readonly improvements: readonly { readonly number: number; readonly value: number }[]
  /** Numbers of failed trials; thinned out likewise. */
  readonly failed: readonly number[]
  /** The default configuration's trial, if it is complete. */
  readonly default: { readonly number: number; readonly value: number } | undefined
  /** How many trials are finished, and the highest number among them (−1: none). */
  readonly finished: number
  readonly last: number
  /** Trials of the search that have finished since the best, and finished ones that are no part of it: repeats of the best, steps of an ablation. */
  readonly sinceBest: number
  readonly beside: number
  /** How many trials were paused and count with the one that continues them. */
  readonly joined: number
  /** How many points there were before thinning. */
  readonly of: number
}

/** Which values {@link historyData} takes. */
export interface HistoryOptions {
  /** Position of the goal, default 0. Pruned trials have a value of the first alone. */
  readonly goal?: number
  /** The trial that ran the default configuration. */
  readonly defaultTrial?: TrialRecord | undefined
  /** About how many points are wanted at most, default 4,000: more cannot be told apart on a screen. */
  readonly points?: number
}

/** The values of finished trials in order of number; of those that continue each other, the last. Cost: O(trials). */
export function historyData(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  { goal: index = 0, defaultTrial, points: most = 4000 }: HistoryOptions = {},
): HistoryData {
  const goal = goals[index] ?? { name: `value${index}`, direction: 'minimize' as const }
  const points: HistoryPoint[] = []
  const failed: number[] = []
  const improvements: { number: number; value: number }[] = []
  let bestLoss = Number.POSITIVE_INFINITY
  let last = -1
  let finished = 0
  let sinceBest = 0
  let beside = 0
  const shown = latestParts(trials)
  for (const trial of shown) {
    if (!isFinished(trial)) continue
    last = trial.number
    finished++
    if (isSearch(trial)) sinceBest++
    else beside++
    if (trial.state === 'failed') failed.push(trial.number)
    else {
      const value = trial.values[index]
      if (value === undefined) continue
      const { number } = trial
      const state = stateOf(trial)
      points.push({ number, value, state, ...(!isSearch(trial) && { isBeside: true }) })
      const loss = lossOf(value, goal.direction)
      if (state !== 'complete' || !(loss < bestLoss) || !isSearch(trial)) continue
      bestLoss = loss
      sinceBest = 0
      improvements.push({ number, value })
    }
  }
  const held = defaultTrial?.state === 'complete' ? defaultTrial : undefined
  const value = held?.values[index]
  return {
    goal,
    points: thinnedPoints(points, most, new Set(improvements.map(({ number }) => number))),
    improvements,
    failed: thinned(failed, most),
    default: held === undefined || value === undefined ? undefined : { number: held.number, value },
    finished,
    last,
    sinceBest,
    beside,
    joined: trials.length - shown.length,
    of: points.length,
  }
}

function stateOf(trial: CompleteTrial | PrunedTrial): HistoryPoint['state'] {
  if (trial.state === 'complete') return isFeasible(trial) ? 'complete' : 'infeasible'
  return shownState(trial) === 'paused' ? 'paused' : 'pruned'
}

/** Keeps, of each run of neighbours, the lowest, the highest and the first; and every improvement. */
function thinnedPoints(
  points: readonly HistoryPoint[],
  most: number,
  keep: ReadonlySet<number>,
): readonly HistoryPoint[] {
  if (points.length <= most) return points
  const size = Math.ceil((points.length * 3) / most)
  const chosen = new Set<HistoryPoint>()
  for (let from = 0; from < points.length; from += size) {
    const run = points.slice(from, from + size)
    const byValue = run.toSorted((a, b) => a.value - b.value)
    for (const point of [run[0], byValue[0], byValue.at(-1)]) if (point !== undefined) chosen.add(point)
  }
  return points.filter((point) => chosen.has(point) || keep.has(point.number))
}
