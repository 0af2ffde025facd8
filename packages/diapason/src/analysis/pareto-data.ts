import { isFeasible } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { paretoFront } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { finiteTrials } from './importance.ts'
import { thinned } from './thinned.ts'

/** Trials by two of their goals. */
export interface ParetoData {
  readonly x: Goal
  readonly y: Goal
  /** All goals of the study: a trial may be on the front by one that is not shown. */
  readonly goals: readonly Goal[]
  /** Those of the front, by ascending x. */
  readonly front: readonly ParetoPoint[]
  /** The others. */
  readonly points: readonly ParetoPoint[]
  /** Complete trials with finite values. */
  readonly of: number
}

/** A complete trial. */
export interface ParetoPoint {
  readonly number: number
  readonly x: number
  readonly y: number
  /** Breaks a constraint: then it is not on the front. */
  readonly isInfeasible?: true
}

/**
 * Complete trials by two goals, with the front over all of them.
 * @param shown positions of the two goals, default the first two
 * @param most  how many points that are not on the front, default 2,000
 */
export function paretoData(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  [a, b]: readonly [number, number] = [0, 1],
  most = 2000,
): ParetoData | undefined {
  const [x, y] = [goals[a], goals[b]]
  if (x === undefined || y === undefined) return undefined
  const finite = finiteTrials(trials, -1)
  const front = new Set(paretoFront(finite, goals))
  const pointOf = (trial: (typeof finite)[number]): ParetoPoint => {
    const { number, values } = trial
    const point = { number, x: values[a] ?? Number.NaN, y: values[b] ?? Number.NaN }
    return isFeasible(trial) ? point : { ...point, isInfeasible: true }
  }
  return {
    x,
    y,
    goals,
    front: [...front].map(pointOf).sort((p, q) => p.x - q.x),
    points: thinned(
      finite.filter((trial) => !front.has(trial)),
      most,
    ).map(pointOf),
    of: finite.length,
  }
}
