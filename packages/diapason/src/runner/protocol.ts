import type { ParamValues } from '../space/search-space.ts'
import type { Attributes } from '../trial/trial-record.ts'
import type { ThrownMessage } from './thrown.ts'

/**
 * What pool and worker say to each other, over the channel of `fork` with structured clones. A worker says `ready` once
 * the study file is loaded, then runs one trial at a time and ends each with `returned` or `threw`.
 */
export type ToWorker =
  /** Only values by path travel: the worker rebuilds the nested parameters from the study file's own space. */
  | { readonly type: 'run'; readonly trial: TrialFacts }
  | { readonly type: 'answer'; readonly call: number; readonly answer: CallAnswer }
  /** Asks for the state that the report `call` offered: its trial is being paused. */
  | { readonly type: 'state'; readonly call: number }
  | { readonly type: 'abort'; readonly reason: ThrownMessage }

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'unloadable'; readonly thrown: ThrownMessage }
  | ({ readonly type: 'report'; readonly call: number } & ReportMessage)
  | { readonly type: 'state'; readonly call: number; readonly answer: CallAnswer }
  | { readonly type: 'checkpoint'; readonly call: number }
  | { readonly type: 'attr'; readonly call: number; readonly key: string; readonly value: unknown }
  | { readonly type: 'constraint'; readonly call: number; readonly name: string; readonly excess: number }
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'threw'; readonly thrown: ThrownMessage }

/** A report, and whether the worker has a state to go with it. */
export interface ReportMessage {
  readonly step: number
  readonly value: number
  readonly hasState: boolean
}

/** What of a study file a worker runs. */
export type StudyPart = 'objective' | 'test'

/** The facts of a trial that a worker needs. */
export interface TrialFacts {
  readonly number: number
  readonly values: ParamValues
  readonly budget: number
  readonly seed: number
  readonly attrs: Attributes
  /** A part of the trial alone, such as a fold. */
  readonly part?: number
}

/** What one side asked the other for: a decision about a report, a checkpoint, a state; or why there is none. */
export type CallAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly thrown: ThrownMessage }
