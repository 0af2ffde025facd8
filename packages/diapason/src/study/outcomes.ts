import { messageOf, StudyStopped, TrialPruned } from '../errors.ts'
import type { Outcome } from '../storage/storage.ts'
import type { Goal } from '../trial/history.ts'
import { lastReport, type RunningTrial, type TrialRecord } from '../trial/trial-record.ts'
import { parseResult } from './goals.ts'

/** How an objective ended: with a value, with an error, or not at all after it was told to stop. */
export type Ending = { readonly returned: unknown } | { readonly thrown: unknown } | 'abandoned'

/** What a trial's end means, told from how its objective ended. */
export function outcomeOf(ending: Ending, trial: RunningTrial, goals: readonly Goal[]): Outcome {
  if (ending === 'abandoned') return { state: 'failed', reason: 'the objective did not return' }
  if ('thrown' in ending) {
    if (ending.thrown instanceof TrialPruned) return { state: 'pruned', values: prunedValues(trial, goals.length) }
    return { state: 'failed', reason: messageOf(ending.thrown) }
  }
  const parsed = parseResult(goals, ending.returned)
  return parsed.ok ? { state: 'complete', values: parsed.values } : { state: 'failed', reason: parsed.reason }
}

/** What a trial's end means, told from why its signal was aborted. */
export function outcomeOfAbort(reason: unknown, trial: RunningTrial, goals: number): Outcome {
  const wasCutShort = reason instanceof StudyStopped && trial.reports.length > 0
  if (reason instanceof TrialPruned || wasCutShort) return { state: 'pruned', values: prunedValues(trial, goals) }
  return { state: 'failed', reason: messageOf(reason) }
}

/** The value of a pruned trial: its last report, unless that is NaN or there are several goals. */
export function prunedValues(trial: TrialRecord, goals: number): readonly number[] {
  const last = lastReport(trial)
  return last === undefined || Number.isNaN(last[1]) || goals > 1 ? [] : [last[1]]
}
