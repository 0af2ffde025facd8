import { ablate } from '../analysis/ablate.ts'
import { StudyError } from '../errors.ts'
import { counted } from '../text/numbers.ts'
import type { SearchRequest, SearchResult } from './search-and-confirm.ts'

/** Share of a run's time that is kept for the ablation, where one is asked for. */
export const ABLATION_SHARE = 0.15

/**
 * Trains configurations between the default and the winner, so that the end can say which changes earned how much. Where there is nothing
 * to go over, it says why and trains nothing.
 * @param runs trainings at most
 */
export async function ablateWinner(
  { study, objective, options, say }: SearchRequest,
  { confirmation }: Partial<SearchResult>,
  runs: number,
): Promise<void> {
  const winner = confirmation?.winner.number ?? (study.goals.length === 1 ? study.bestTrials[0]?.number : undefined)
  const { concurrency, signal, trialTimeout, abortGraceMs, lease, time } = options
  say(`up to ${counted(runs, 'training')} between the default and the winner: which changes earned it?`)
  try {
    await ablate(study, objective, {
      runs,
      ...(winner !== undefined && { winner }),
      ...(time !== undefined && { time }),
      ...(concurrency !== undefined && { concurrency }),
      ...(signal && { signal }),
      ...(trialTimeout !== undefined && { trialTimeout }),
      ...(abortGraceMs !== undefined && { abortGraceMs }),
      ...(lease !== undefined && { lease }),
    })
  } catch (error) {
    if (!(error instanceof StudyError)) throw error
    say(`no ablation: ${error.message}`)
  }
}
