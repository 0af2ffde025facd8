import type { ParamValues, SearchSpace } from '../space/search-space.ts'
import type { TrialRecord } from './trial-record.ts'

/** Which way a goal's values should go. */
export type Direction = 'minimize' | 'maximize'
/** What a study optimises: a metric's name and its direction. */
export type Goal = { readonly name: string; readonly direction: Direction }

/** What reports and budgets are measured in, such as epochs from 1 to 27. */
export type Fidelity = { readonly name: string; readonly min: number; readonly max: number }

/**
 * The read-only view of a study that samplers and pruners decide by: never a storage, a clock or a study.
 * A snapshot: it does not change while it is looked at. Records of finished trials keep their identity from
 * one history to the next, so that what was computed for one may be cached by it (WeakMap).
 */
export interface History {
  /** The declared space, or what define-by-run trials have shown so far. */
  readonly space: SearchSpace
  /** At least one. */
  readonly goals: readonly Goal[]
  /** All trials in every state, by ascending number. An array that is given again may have grown; its finished trials are the same. */
  readonly trials: readonly TrialRecord[]
  readonly fidelity: Fidelity | undefined
  /** The study's seed, for what must stay the same from call to call, such as the scrambling of a sequence; default 0. */
  readonly seed?: number | undefined
  /**
   * Which points may be tried, by the study's `where`; the same function from one history to the next. Absent: all of them. A sampler
   * that does not ask it is not in error, but the study then draws at random what stands in for its refused points.
   */
  readonly isAllowed?: ((params: ParamValues) => boolean) | undefined
}
