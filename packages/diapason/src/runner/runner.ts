import type { LeaseLeft } from '../study/events.ts'
import type { Goals } from '../study/goals.ts'
import type { LiveTrial } from '../study/live-trial.ts'
import type { Objective } from '../study/optimize.ts'

/**
 * Where an objective runs: this process, worker processes, any command. A study hands its trials to `run`, at most `jobs`
 * at a time; whatever becomes of one trial (it throws, its process dies) rejects that call alone.
 */
export interface Runner {
  /** Trials at the same time. */
  readonly jobs: number
  /**
   * Runs one trial to its end. Reports go through `trial`, which also says when to stop early.
   * @returns what the objective returned, unchecked
   * @throws what the objective threw (TrialPruned included), or an error that says how its process ended
   */
  readonly run: Objective<unknown, Goals>
  /**
   * Sees to it that the running trials are over in time, even where this process is suspended by then; each call replaces the
   * one before. Absent where trials are suspended together with this process.
   */
  limit?(lease: LeaseLeft): void
  /** Ends what `run` needed: processes, files. Trials that still run are cut off. */
  close(): Promise<void>
}

/** A line that an objective wrote where it ran. */
export interface OutputLine {
  /** Undefined between trials. */
  readonly trial: LiveTrial<unknown>['number'] | undefined
  readonly stream: 'stdout' | 'stderr'
  readonly line: string
}
