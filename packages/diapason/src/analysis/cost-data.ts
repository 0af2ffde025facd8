import { tookMs } from '../text/study-words.ts'
import { isFeasible } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { earlierParts } from '../trial/training-parts.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { finiteTrials } from './importance.ts'
import { searchTrials } from './search-trials.ts'
import { thinned } from './thinned.ts'

/** A complete trial by what it took. */
export interface CostPoint {
  readonly number: number
  readonly seconds: number
  readonly value: number
  /** Breaks a constraint: then it is not on the front. */
  readonly isInfeasible?: true
}

/** What quality costs: complete trials by duration and value. */
export interface CostData {
  readonly goal: Goal
  /** Those that no quicker trial equals, by ascending duration. */
  readonly front: readonly CostPoint[]
  /** The others, thinned out. */
  readonly points: readonly CostPoint[]
  readonly of: number
}

/**
 * Complete trials by what they took, and the best for each duration. What a trial continues took its time, too. @param most how many points beside the front, default 2,000
 */
export function costData(trials: readonly TrialRecord[], goals: readonly Goal[], index = 0, most = 2000): CostData {
  const goal = goals[index] ?? { name: `value${index}`, direction: 'minimize' as const }
  const earlier = earlierParts(trials)
  const searched = new Set(searchTrials(trials).map(({ number }) => number))
  const timed: readonly CostPoint[] = finiteTrials(trials, index).flatMap((trial) => {
    const took = sumOf([...(earlier.get(trial.number) ?? []), trial].map(tookMs))
    if (!(took > 0)) return []
    const point = { number: trial.number, seconds: took / 1000, value: trial.values[index] ?? Number.NaN }
    return [isFeasible(trial) ? point : { ...point, isInfeasible: true as const }]
  })
  const loss = ({ value }: CostPoint) => lossOf(value, goal.direction)
  const front: CostPoint[] = []
  for (const point of timed
    .filter(({ number, isInfeasible }) => !isInfeasible && searched.has(number))
    .sort((a, b) => a.seconds - b.seconds || loss(a) - loss(b))) {
    const best = front.at(-1)
    if (best === undefined || loss(point) < loss(best)) front.push(point)
  }
  const held = new Set(front)
  return {
    goal,
    front,
    points: thinned(
      timed.filter((point) => !held.has(point)),
      most,
    ),
    of: timed.length,
  }
}

function sumOf(spans: readonly (number | undefined)[]): number {
  return spans.reduce<number>((sum, span) => sum + (span ?? 0), 0)
}
