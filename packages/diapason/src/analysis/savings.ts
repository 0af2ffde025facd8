import { ATTR } from '../study/study-parts.ts'
import { continuationOf } from '../trial/continuation.ts'
import type { Fidelity } from '../trial/history.ts'
import { lastReport, type PrunedTrial, type TrialRecord } from '../trial/trial-record.ts'

/** What trials spent in steps (epochs, folds, …), and what pruning kept them from spending. */
export interface Savings {
  /** What is counted: the fidelity's name, or `steps`. */
  readonly unit: string
  /** Steps of a whole trial: the fidelity's max, or the most steps that a complete trial reported. */
  readonly full: number
  /** Steps of all finished trials, failed and interrupted ones included. */
  readonly spent: number
  /** Σ (full − steps) over pruned trials. */
  readonly saved: number
  /** saved / (spent + saved): the share of the work that pruning spared, in [0, 1]. */
  readonly share: number
}

/**
 * Counts the steps that finished trials reported, and those that pruned ones were spared. Trials that were stopped by the end
 * of a run count as spent, not as saved; so do failed ones. A trial's steps are its last report; where a study counts from 0,
 * one more. A trial that went on from another one's checkpoint counts from there, and what it went on from is not spared.
 * @returns undefined where no trial reported, or nothing says how long a whole trial is
 * Cost: O(trials).
 */
export function measureSavings(trials: readonly TrialRecord[], fidelity: Fidelity | undefined): Savings | undefined {
  const reported = trials.filter((trial) => trial.reports.length > 0)
  const offset = reported.some((trial) => trial.reports[0]?.[0] === 0) ? 1 : 0
  const stepsOf = (trial: TrialRecord) => (lastReport(trial)?.[0] ?? -offset) + offset
  const complete = reported.filter(({ state }) => state === 'complete')
  const full = fidelity?.max ?? complete.reduce((most, trial) => Math.max(most, stepsOf(trial)), 0)
  if (reported.length === 0 || full === 0) return undefined
  const continued = new Set(trials.flatMap((trial) => continuationOf(trial)?.trial ?? []))
  let spent = 0
  let saved = 0
  for (const trial of trials) {
    if (trial.state === 'waiting' || trial.state === 'running') continue
    // A complete trial that reported nothing is taken for a whole one.
    spent +=
      trial.state === 'complete' && trial.reports.length === 0
        ? full
        : stepsOf(trial) - (resumedAt(trial) ?? -offset) - offset
    if (wasPruned(trial) && !continued.has(trial.number)) saved += Math.max(0, full - stepsOf(trial))
  }
  return { unit: fidelity?.name ?? 'steps', full, spent, saved, share: saved === 0 ? 0 : saved / (spent + saved) }
}

/** The step that a trial went on from; undefined where it was trained from the beginning. */
function resumedAt(trial: TrialRecord): number | undefined {
  return trial.systemAttrs[ATTR.resumed] === false ? undefined : continuationOf(trial)?.step
}

/** Was it a pruner that ended the trial, rather than the end of its run? */
export function wasPruned(trial: TrialRecord): trial is PrunedTrial {
  return trial.state === 'pruned' && !wasStopped(trial)
}

/** Did the end of its run, by the clock or by a person, cut the trial short? It is stored as pruned, or as failed without reports. */
export function wasStopped(trial: TrialRecord): boolean {
  return trial.systemAttrs[ATTR.stopped] !== undefined
}
