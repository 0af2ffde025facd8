import { hypervolume } from '../math/hypervolume.ts'
import { dominates } from '../math/pareto.ts'
import { isFeasible } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { usualRange } from './far-values.ts'
import { finiteTrials } from './importance.ts'
import { thinned } from './thinned.ts'

/** How the front of several goals grew. */
export interface HypervolumeData {
  readonly goals: readonly Goal[]
  /** The corner from which the volume is measured: in each goal the worst value, but for a few that lie far out. */
  readonly reference: readonly number[]
  /** After each trial that changed the front: the share of the box between the reference and the best value of each goal. */
  readonly points: readonly { readonly number: number; readonly share: number }[]
  /** Highest number of a complete trial. */
  readonly last: number
  readonly of: number
}

/** Fronts that are measured at most. */
const MOST_POINTS = 300

/**
 * The dominated hypervolume after each trial that changed the front, as a share of what the best values of all goals at once would have.
 * Cost: O(trials · front), and a hypervolume for each of at most 300 changes.
 */
export function hypervolumeData(trials: readonly TrialRecord[], goals: readonly Goal[]): HypervolumeData {
  const complete = finiteTrials(trials, -1).filter(isFeasible)
  const ranges = goals.map((goal, g) => {
    const values = complete.map((trial) => trial.values[g] ?? Number.NaN)
    const [low, high] = usualRange(values, goal.direction) ?? [0, 1]
    return goal.direction === 'minimize' ? { best: low, worst: high } : { best: high, worst: low }
  })
  const reference = ranges.map(({ worst }) => worst)
  // 0 is the best value of a goal, 1 the reference.
  const scaled = (values: readonly number[]) =>
    goals.map(({ direction }, g) => {
      const { best, worst } = ranges[g] ?? { best: 0, worst: 1 }
      const [zero, one, at] = [best, worst, values[g] ?? Number.NaN].map((value) => lossOf(value, direction))
      return one === zero ? 0 : ((at ?? 0) - (zero ?? 0)) / ((one ?? 1) - (zero ?? 0))
    })
  const changes: { number: number; front: readonly (readonly number[])[] }[] = []
  let front: readonly (readonly number[])[] = []
  for (const { number, values } of complete) {
    const point = scaled(values)
    if (front.some((held) => dominates(held, point) || held.every((x, i) => x === point[i]))) continue
    front = [...front.filter((held) => !dominates(point, held)), point]
    changes.push({ number, front })
  }
  const lastChange = changes.at(-1)
  const shown = thinned(changes, MOST_POINTS)
  const measured = lastChange === undefined || shown.includes(lastChange) ? shown : [...shown, lastChange]
  const ones = goals.map(() => 1)
  return {
    goals,
    reference,
    points: measured.map((change) => ({ number: change.number, share: hypervolume(change.front, ones) })),
    last: complete.at(-1)?.number ?? -1,
    of: complete.length,
  }
}
