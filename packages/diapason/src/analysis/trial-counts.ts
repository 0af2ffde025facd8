import type { TrialRecord, TrialState } from '../trial/trial-record.ts'

/** How many trials there are in each state. */
export type TrialCounts = { readonly [S in TrialState]: number }

/** Counts trials by state. */
export function countTrials(trials: readonly TrialRecord[]): TrialCounts {
  const counts = { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 }
  for (const { state } of trials) counts[state]++
  return counts
}
