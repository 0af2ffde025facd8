import { ablate } from '../analysis/ablate.ts'
import { StudyError } from '../errors.ts'
import type { OptimizeResult } from '../study/optimize.ts'
import { counted } from '../text/numbers.ts'
import { type SearchRequest, type SearchResult, searchAndConfirm } from './search-and-confirm.ts'

/** Share of a run's time that is kept for the ablation, where one is asked for. */
const ABLATION_SHARE = 0.15

/** The result of a run that had nothing to search for. */
export const NOTHING_RUN: OptimizeResult = { reason: 'trials', trials: 0, elapsedMs: 0 }

/** A search, and what is to be known of its winner. */
export interface AblationRequest extends SearchRequest {
  /** Trainings between the default and the winner, beside the budget of trials; 0: none. */
  readonly ablations: number
  /** The study holds as many trials as its budget allows: nothing but the ablation is to be done. */
  readonly isSearchDone: boolean
}

/** Searches and confirms, then trains configurations between the default and the winner, out of the same time. */
export async function searchAndAblate(request: AblationRequest): Promise<SearchResult> {
  const { study, options, ablations, isSearchDone, isInterrupted } = request
  if (ablations === 0) return searchAndConfirm(request)
  const { time } = options
  const startedAt = performance.now()
  const searching = time === undefined ? options : { ...options, time: (1 - ABLATION_SHARE) * time }
  const found = isSearchDone ? { result: NOTHING_RUN } : await searchAndConfirm({ ...request, options: searching })
  const { reason } = found.result
  if (isInterrupted() || reason === 'stop' || reason === 'signal') return found
  const before = study.trials.length
  const rest = time === undefined ? {} : { time: Math.max(1, time - (performance.now() - startedAt)) }
  await ablateWinner({ ...request, options: { ...options, ...rest } }, found)
  const trials = found.result.trials + study.trials.length - before
  return { ...found, result: { ...found.result, trials, elapsedMs: Math.round(performance.now() - startedAt) } }
}

/** Where there is nothing to go over, it says why and trains nothing. */
async function ablateWinner(
  { study, objective, options, say, ablations }: AblationRequest,
  { confirmation }: Partial<SearchResult>,
): Promise<void> {
  const winner = confirmation?.winner.number ?? (study.goals.length === 1 ? study.bestTrials[0]?.number : undefined)
  const { concurrency, signal, trialTimeout, abortGraceMs, lease, time } = options
  say(`up to ${counted(ablations, 'training')} between the default and the winner: which changes earned it?`)
  try {
    await ablate(study, objective, {
      runs: ablations,
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
