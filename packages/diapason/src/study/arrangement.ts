import type { Pruner } from '../pruners/pruner.ts'
import type { Goal } from '../trial/history.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import type { Goals, ObjectiveResult } from './goals.ts'
import type { LiveTrial } from './live-trial.ts'

/** What a run tells an objective that wants more of it than one trial after the other. */
export interface RunPort {
  /** Trainings at the same time. */
  readonly concurrency: number
  readonly goals: readonly Goal[]
  /** The study's trials as far as they are known here, by number. */
  trials(): readonly TrialRecord[]
  /**
   * Asks the pruner anew about a trial that has waited: others may have brought news.
   * @throws {TrialPruned} where it should stop; let it pass
   */
  reconsider(number: number): Promise<void>
  /**
   * Trains one part of a trial (a fold) in another process, where the run has some.
   * @returns what the part returned, unchecked
   */
  readonly runPart?: (trial: LiveTrial<unknown>, part: number, signal: AbortSignal) => Promise<unknown>
}

/** How an objective wants to be run. It keeps to `RunPort.concurrency` itself. */
export interface Arrangement<P, G extends Goals> {
  readonly objective: (params: P, trial: LiveTrial<P>) => ObjectiveResult<G> | Promise<ObjectiveResult<G>>
  /** Trials in progress at the same time, most of which wait. */
  readonly openTrials: number
  /** Takes the place of the study's pruner. */
  readonly pruner?: Pruner
}
