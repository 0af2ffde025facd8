import type { Distribution } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'

/** A value reported at a step (an epoch, a fold, seconds …). NaN and ±Infinity are legal. */
export type Report = readonly [step: number, value: number]

/** JSON data kept with a study or a trial; numbers may be NaN or ±Infinity. */
export type Attributes = { readonly [key: string]: unknown }

interface TrialBase {
  /** Key in its storage, unique there. */
  readonly id: number
  /** Position in its study: 0, 1, 2, … without gaps. */
  readonly number: number
  /** Values by path; only the active parameters, in the order they were suggested. */
  readonly params: ParamValues
  readonly distributions: { readonly [path: string]: Distribution }
  /** Ascending by step. */
  readonly reports: readonly Report[]
  readonly userAttrs: Attributes
  readonly systemAttrs: Attributes
  /** Milliseconds since 1970, or undefined while waiting. */
  readonly startedAt: number | undefined
}

/** Queued; nobody runs it yet. */
export type WaitingTrial = TrialBase & { readonly state: 'waiting' }
/** Handed out. */
export type RunningTrial = TrialBase & { readonly state: 'running' }
/** Ended with one value a goal (±Infinity is legal, NaN is not). */
export type CompleteTrial = TrialBase & {
  readonly state: 'complete'
  readonly values: readonly number[]
  readonly finishedAt: number
}
/** Stopped early; `values` holds its last report, or nothing. */
export type PrunedTrial = TrialBase & {
  readonly state: 'pruned'
  readonly values: readonly number[]
  readonly finishedAt: number
}
/** Ended without a usable value. */
export type FailedTrial = TrialBase & { readonly state: 'failed'; readonly reason: string; readonly finishedAt: number }

/** A trial that will not change any more. */
export type FinishedTrial = CompleteTrial | PrunedTrial | FailedTrial
/** A trial as it is stored; a snapshot that never changes. */
export type TrialRecord = WaitingTrial | RunningTrial | FinishedTrial
/** The five states. */
export type TrialState = TrialRecord['state']

/** Is the trial complete, pruned or failed? */
export function isFinished(trial: TrialRecord): trial is FinishedTrial {
  return trial.state !== 'waiting' && trial.state !== 'running'
}

/** The step and value reported last, or undefined. */
export function lastReport(trial: TrialRecord): Report | undefined {
  return trial.reports[trial.reports.length - 1]
}

/** System attribute of queued trials: the values that somebody fixed (Optuna's key). */
export const FIXED_PARAMS = 'fixed_params'

/** The values that were fixed when the trial was queued; undefined where a sampler chose all of them. */
export function fixedParams(trial: TrialRecord): ParamValues | undefined {
  const fixed = trial.systemAttrs[FIXED_PARAMS]
  return typeof fixed === 'object' && fixed !== null ? (fixed as ParamValues) : undefined
}
