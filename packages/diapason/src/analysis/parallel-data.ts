import type { Parameter, SearchSpace } from '../space/search-space.ts'
import { isSearch } from '../study/ledger.ts'
import { isFeasible } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { bestTrial, lossOf } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { finiteTrials, importance } from './importance.ts'
import { onAxis, type ParamAxis, paramAxis } from './param-axis.ts'
import { thinnedBestLast } from './thinned.ts'

/** One trial across all axes. */
export interface ParallelLine {
  readonly number: number
  /** By axis: a number, or a place among categories; null where the parameter was inactive. */
  readonly places: readonly (number | null)[]
  readonly value: number
  /** 0: the worst, 1: the best, by rank. */
  readonly quality: number
  /** Breaks a constraint: then it counts as worse than those that do not. */
  readonly isInfeasible?: true
}

/** Trials as lines across their parameters, the goal last. */
export interface ParallelData {
  readonly goal: Goal
  readonly axes: readonly ParamAxis[]
  /** The best is the last. */
  readonly lines: readonly ParallelLine[]
  readonly of: number
  /** Parameters that the space has. */
  readonly params: number
}

/** Which trials and parameters {@link parallelData} takes. */
export interface ParallelOptions {
  /** Position of the goal, default 0. */
  readonly goal?: number
  /** How many parameters at most, the most important ones; default 8. */
  readonly axes?: number
  /** How many trials at most, default 300. */
  readonly lines?: number
}

/** Complete trials across the parameters that matter most, in the order of the space. Cost: O(trials · parameters). */
export function parallelData(
  trials: readonly TrialRecord[],
  space: SearchSpace,
  goals: readonly Goal[],
  { goal: index = 0, axes: most = 8, lines = 300 }: ParallelOptions = {},
): ParallelData {
  const goal = goals[index] ?? { name: `value${index}`, direction: 'minimize' as const }
  const complete = finiteTrials(trials, index)
  const chosen = leadingParams(trials, space, goals, index, most)
  const loss = (trial: (typeof complete)[number]) => lossOf(trial.values[index] ?? Number.NaN, goal.direction)
  const best = bestTrial(trials.filter(isSearch), goal)
  const place = (trial: (typeof complete)[number]) => (trial === best ? 0 : isFeasible(trial) ? 1 : 2)
  const sorted = complete.toSorted((a, b) => place(a) - place(b) || loss(a) - loss(b))
  const ranked = sorted.map((trial, i) => ({ trial, quality: sorted.length < 2 ? 1 : 1 - i / (sorted.length - 1) }))
  return {
    goal,
    axes: chosen.map(paramAxis),
    lines: thinnedBestLast(ranked, lines).map(({ trial, quality }) => ({
      number: trial.number,
      places: chosen.map((parameter) => {
        const place = onAxis(parameter, trial.params[parameter.name])
        return Number.isNaN(place) ? null : place
      }),
      value: trial.values[index] ?? Number.NaN,
      quality,
      ...(isFeasible(trial) ? {} : { isInfeasible: true as const }),
    })),
    of: complete.length,
    params: space.parameters.length,
  }
}

/** The most important parameters that can vary, in the order of the space. */
export function leadingParams(
  trials: readonly TrialRecord[],
  space: SearchSpace,
  goals: readonly Goal[],
  index: number,
  most: number,
): Parameter[] {
  const goal = goals[index]
  const varied = space.parameters.filter(({ column }) => column.size > 1)
  if (varied.length <= most) return varied
  const { params } = importance(trials, goals, goal === undefined ? {} : { goal: goal.name })
  const rank = new Map(params.map(({ path }, i) => [path, i]))
  const place = ({ name }: Parameter) => rank.get(name) ?? params.length
  const leading = new Set(varied.toSorted((a, b) => place(a) - place(b)).slice(0, most))
  return varied.filter((parameter) => leading.has(parameter))
}
