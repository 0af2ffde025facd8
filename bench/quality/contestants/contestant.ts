import type { Entries } from '../../../packages/diapason/src/space/nodes.ts'
import type { ParamValues } from '../../../packages/diapason/src/space/search-space.ts'

/** What a search is started with. */
export interface SearchRequest {
  readonly space: Entries
  readonly seed: number
  /** So many evaluations will follow at most; some methods plan by it. */
  readonly evaluations: number
  /** Epochs of a whole training, where evaluations report curves. */
  readonly epochs?: number
}

/** What a contestant wants evaluated. */
export interface Proposal {
  readonly params: ParamValues
  /** Train up to this epoch; default: to the end. */
  readonly until?: number
  /** Processor milliseconds that it took to think of it. */
  readonly milliseconds: number
}

/** One search, driven from outside: `ask`, any number of `report`, `tell`, and again. */
export interface Searcher {
  ask(): Promise<Proposal>
  /** After an epoch. @returns true: stop this training */
  report(epoch: number, value: number): Promise<boolean>
  /** @param value NaN where the evaluation failed; the last report where it was stopped. @returns milliseconds */
  tell(value: number): Promise<number>
  close(): Promise<void>
}

/** Somebody who takes part. */
export interface Contestant {
  /** On the command line and in traces: `optuna-tpe`. */
  readonly id: string
  /** In tables: `Optuna TPE`. */
  readonly label: string
  /** Group on the command line: `ours`, `optuna`. */
  readonly family: string
  /** Whatever changes the results changes it. */
  readonly version: string
  /** Evaluations that it gets where others get one: 2 for random search with twice the budget. */
  readonly evaluationsAStep: number
  /** Its searches end after so many evaluations or full trainings, however long the task; default: never before the task's end. */
  readonly mostEvaluations?: number
  /** Thinks for seconds: gets fewer seeds. */
  readonly slow: boolean
  /** Tasks it runs on: whole evaluations, curves that may be stopped, or both. */
  readonly runsOn: 'whole' | 'curves' | 'both'
  start(request: SearchRequest): Promise<Searcher>
}
