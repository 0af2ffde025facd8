import { isSearch } from '../study/ledger.ts'
import { latestParts } from '../trial/training-parts.ts'
import type { TrialRecord } from '../trial/trial-record.ts'

/**
 * The trials by which a search is judged, each configuration once: those that continue each other as the last, and neither repeats of the
 * best nor what an ablation trained, whose luckiest run would pass for an improvement. Cost: O(trials).
 */
export function searchTrials(trials: readonly TrialRecord[]): readonly TrialRecord[] {
  return latestParts(trials).filter(isSearch)
}
