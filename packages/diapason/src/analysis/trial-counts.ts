import { latestParts, shownState } from '../trial/training-parts.ts'
import type { TrialRecord, TrialState } from '../trial/trial-record.ts'

/** How many trials there are in each state. */
export type TrialCounts = { readonly [S in TrialState]: number }

/** Counts trials by state. */
export function countTrials(trials: readonly TrialRecord[]): TrialCounts {
  const counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 }
  for (const { state } of trials) counts[state]++
  return counts
}

/** How many configurations the trials of a study trained, and how many of these wait to be continued. */
export interface ConfigurationCounts {
  /** Trials that continue each other count once. */
  readonly count: number
  /** Paused and not continued so far. */
  readonly paused: number
  /** Trials that were paused, continued or not; in storage they are pruned ones. */
  readonly pauses: number
}

/** Counts configurations; undefined where no trial was paused, so that each trial is one. Cost: O(trials). */
export function countConfigurations(trials: readonly TrialRecord[]): ConfigurationCounts | undefined {
  const latest = latestParts(trials)
  const pausedIn = (some: readonly TrialRecord[]) => some.filter((trial) => shownState(trial) === 'paused').length
  const pauses = pausedIn(trials)
  if (pauses === 0 && latest.length === trials.length) return undefined
  return { count: latest.length, paused: pausedIn(latest), pauses }
}
