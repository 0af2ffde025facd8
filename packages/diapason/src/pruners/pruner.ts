import type { History } from '../trial/history.ts'
import type { Method } from '../trial/method.ts'
import type { RunningTrial } from '../trial/trial-record.ts'

/** What to do with a trial that has just reported: let it go on, stop it for good, or stop it so that it may be continued later. */
export type Decision =
  | { readonly action: 'continue' }
  | { readonly action: 'prune'; readonly reason: string }
  | { readonly action: 'pause'; readonly reason: string }

/** The decision not to interfere. */
export const CONTINUE: Decision = { action: 'continue' }

/**
 * Decides after each report whether a trial goes on. A pruner is a pure function of what it is given and looks at
 * reports alone, so that every worker and every restart decides alike. With several goals, reports follow the first.
 *
 * Histories show each configuration once: a trial that was paused and continued stands under the number it had at first.
 */
export interface Pruner {
  /** Kebab-case, as on the command line: `median`. */
  readonly name: string

  /**
   * @param history the trials to compare with; holds `trial` itself as well
   * @param trial   running, with at least one report; its latest report is the last of `trial.reports`
   */
  decide(history: History, trial: RunningTrial): Decision

  /**
   * The number of the paused trial to continue before anything new is begun; undefined where there is none. Needed by pruners that
   * pause.
   * @param isLast nothing new may be begun any more
   */
  promote?(history: History, isLast: boolean): number | undefined

  /**
   * By what rule it decides now, for pruners that change theirs: told to listeners and kept with the first trial of each rule. Absent, or
   * undefined: there is nothing to tell.
   */
  describe?(history: History): Method | undefined

  /**
   * The part of the history that a trial is compared with and sampled from: Hyperband keeps its brackets apart by it.
   * Absent: all of it.
   */
  view?(history: History, number: number): History
}
