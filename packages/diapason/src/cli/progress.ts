import type { ParamValues } from '../space/search-space.ts'
import type { Confirmation } from '../study/confirm.ts'
import type { Goals } from '../study/goals.ts'
import type { OptimizeResult } from '../study/optimize.ts'
import type { Study } from '../study/study.ts'
import type { Fidelity, Goal } from '../trial/history.ts'
import type { FinishedTrial, RunningTrial, TrialRecord } from '../trial/trial-record.ts'

/** A study whose types nobody at the command line knows. */
export type AnyStudy = Study<unknown, Goals>

/** When a run ends, whichever comes first. */
export interface RunBudget {
  /** Trials that the study will hold finished in all, those of earlier runs included. */
  readonly trials: number | undefined
  /** Wall time of this run, in milliseconds. */
  readonly timeMs: number | undefined
  /** Value of the first goal that is good enough. */
  readonly target: number | undefined
}

/** What is known before the first trial starts. */
export interface RunInfo {
  readonly study: string
  /** The storage as a person would write it, passwords masked. */
  readonly storage: string
  readonly goals: readonly Goal[]
  readonly fidelity: Fidelity | undefined
  readonly sampler: string
  readonly pruner: string
  readonly seed: number
  /** Trials at the same time: worker processes, or commands; 1 with `runner: 'in-process'`. */
  readonly jobs: number
  readonly runner: 'in-process' | 'worker-pool' | 'command'
  readonly budget: RunBudget
  /** The space in one phrase: `6 parameters, 4 of them always active; without end`. */
  readonly space: string
  /** The default configuration by path, where the space declares one. */
  readonly defaults: ParamValues | undefined
  /** Trials that the study held before this run, in every state; empty for a new study. */
  readonly earlier: readonly TrialRecord[]
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** What happens during a run. `at` is in milliseconds since 1970. */
export type RunEvent =
  | { readonly type: 'trial-start'; readonly at: number; readonly trial: RunningTrial }
  /** `trial` holds the report already. */
  | {
      readonly type: 'report'
      readonly at: number
      readonly trial: RunningTrial
      readonly step: number
      readonly value: number
    }
  | { readonly type: 'trial-end'; readonly at: number; readonly trial: FinishedTrial; readonly isBest: boolean }
  /** A sentence for the person who watches: "finishing 2 trials; press Ctrl-C again to stop at once". */
  | { readonly type: 'notice'; readonly at: number; readonly level: 'info' | 'warning'; readonly text: string }
  /** A line that the objective wrote in a worker process. `trial` is undefined between trials. */
  | {
      readonly type: 'output'
      readonly at: number
      readonly trial: number | undefined
      readonly stream: 'stdout' | 'stderr'
      readonly line: string
    }

/** What is known once no trial runs any more. */
export interface RunSummary {
  readonly study: AnyStudy
  /** Undefined where the run failed; `error` says why. */
  readonly result: OptimizeResult | undefined
  readonly error: string | undefined
  /** What training the best again said; undefined where that was not done. */
  readonly confirmation?: Confirmation<unknown> | undefined
  readonly endedAt: number
}

/**
 * Shows a run to somebody: a person at a terminal, a log file, a program. Calls come in this order: `start` once, `event`
 * any number of times, `stop` once. None of them may throw because a stream was closed.
 */
export interface ProgressView {
  start(info: RunInfo): void
  event(event: RunEvent): void
  /** Leaves the terminal as it was and returns once all is written. */
  stop(summary: RunSummary): Promise<void> | void
}
