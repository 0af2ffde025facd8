import type { Rng } from '../../../packages/diapason/src/math/rng.ts'
import type { Entries } from '../../../packages/diapason/src/space/nodes.ts'
import type { ParamValues } from '../../../packages/diapason/src/space/search-space.ts'

/** What a search is to minimise. 0 is the optimum; NaN is an evaluation that failed. */
export interface Problem {
  readonly space: Entries
  regret(params: ParamValues): number | Promise<number>
  /** Where evaluations report curves: the loss after each epoch, from 1 on; NaN from where training diverged. */
  train?(params: ParamValues): (epoch: number) => number
}

/** A family of problems: each seed gives another one (another place of the optimum), or the same one for tables. */
export interface ProblemFamily {
  readonly name: string
  make(rng: Rng): Problem
}

/** One line of the race's tables: a family of problems and how searches of it are judged. */
export interface Task extends ProblemFamily {
  /** How far the longest budget goes: in evaluations, or in full trainings where there are curves. */
  readonly evaluations: number
  /** Epochs of a full training, where evaluations report curves. The regret is that of a full training. */
  readonly epochs?: number
  /** `log`: regrets spread over decades and are averaged as logarithms, never below `floor`. */
  readonly scale: 'linear' | 'log'
  /** Smallest regret that is told from 0 on a log scale. */
  readonly floor: number
  /** What a failed evaluation counts as. */
  readonly worst: number
  /** Not to be looked at while developing: the task itself, or its problems of the seeds for claims. */
  readonly heldOut: boolean | 'by seed'
  /** Expected regret of the best of `evaluations` random configurations, over the problems of these seeds; absent: not known. */
  randomRegret?(evaluations: number, seeds: readonly number[]): number
}
