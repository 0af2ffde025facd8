import { median } from '../math/stats.ts'
import { bestConfigurations, type Confirmation, earlierRepeats, repeatBest } from '../study/confirm.ts'
import type { Goals } from '../study/goals.ts'
import { isSearch } from '../study/ledger.ts'
import type { Objective, OptimizeResult } from '../study/optimize.ts'
import type { OptimizeOptions } from '../study/run-limits.ts'
import { startTimer } from '../study/waiting.ts'
import type { CompleteTrial } from '../trial/trial-record.ts'
import type { AnyStudy } from './progress.ts'
import { countedTrials } from './run-plan.ts'

/** Share of a run's budget in which its best configurations are trained again, where nobody says otherwise. */
export const CONFIRM_SHARE = 0.15
/** Two finalists, two runs each. */
const LEAST_RUNS = 4
const MOST_FINALISTS = 8
/** There are as many finalists as get so many runs each. */
const RUNS_PER_FINALIST = 3

/** What is run, within which budget. */
export interface SearchRequest {
  readonly study: AnyStudy
  readonly objective: Objective<unknown, Goals>
  /** The whole budget: `total` in trials, `time` in milliseconds. */
  readonly options: OptimizeOptions & { readonly time?: number }
  /** Of the budget, kept for confirmation, in [0, 1). */
  readonly share: number
  /** Somebody asked the run to end. */
  readonly isInterrupted: () => boolean
  /** Tells whoever watches. */
  readonly say: (words: string) => void
}

/** How it ended. */
export interface SearchResult {
  readonly result: OptimizeResult
  /** Undefined where the budget left too little for it, or repeats could tell nothing. */
  readonly confirmation?: Confirmation<unknown>
}

/**
 * Searches, and in the last part of the budget trains the best configurations again with fresh seeds: the best of many
 * scores is a lucky one. No running trial is cut short for that; where too little would be left for it, the search goes on to the end.
 */
export async function searchAndConfirm(request: SearchRequest): Promise<SearchResult> {
  const { study, objective, options, share, isInterrupted } = request
  const startedAt = performance.now()
  const before = study.trials.length
  const kept = options.total === undefined ? 0 : Math.round(share * (options.total - countedTrials(study.trials)))
  const isPossible = share > 0 && study.goals.length === 1 && (options.time !== undefined || kept >= LEAST_RUNS)
  if (!isPossible) return { result: await study.optimize(objective, options) }

  const left = () => (options.time === undefined ? undefined : options.time - (performance.now() - startedAt))
  const affordable = () => affordableRuns(study, options, left())
  let isTimeToConfirm = false
  const timer = startTimer((1 - share) * (options.time ?? Number.POSITIVE_INFINITY), () => {
    isTimeToConfirm = affordable() >= LEAST_RUNS
    if (isTimeToConfirm) study.stop()
  })
  const search = await study
    .optimize(objective, { ...options, ...(kept >= LEAST_RUNS && { total: (options.total ?? 0) - kept }) })
    .finally(timer.cancel)

  const hasEnded = isInterrupted() || !(search.reason === 'trials' || (search.reason === 'stop' && isTimeToConfirm))
  if (hasEnded) return { result: search }
  const runs = affordable()
  const repeated = runs < LEAST_RUNS ? undefined : await confirmBest(request, runs, left())
  const confirmation = repeated?.confirmation
  const cutBy = isInterrupted() ? 'stop' : repeated?.cutBy
  const rest = left()
  // What could not be used is searched with.
  const more =
    confirmation === undefined && cutBy === undefined && (rest === undefined || rest > 0)
      ? await study.optimize(objective, { ...options, ...(rest !== undefined && { time: rest }) })
      : undefined
  const isUsedUp = options.total !== undefined && countedTrials(study.trials) >= options.total
  return {
    result: {
      reason: more?.reason ?? cutBy ?? (isUsedUp || options.time === undefined ? 'trials' : 'time'),
      trials: study.trials.length - before,
      elapsedMs: Math.round(performance.now() - startedAt),
    },
    ...(confirmation && { confirmation }),
  }
}

/** Trainings that the rest of the budget will do; 0 where there is nothing to choose from. */
function affordableRuns(study: AnyStudy, { total, concurrency = 1 }: OptimizeOptions, leftMs?: number): number {
  const search = study.trials.filter((trial) => trial.state === 'complete' && isSearch(trial))
  if (search.length < 2 || bestConfigurations(study).length < 2) return 0
  const costMs = median(
    (search as CompleteTrial[]).map(({ startedAt, finishedAt }) => finishedAt - (startedAt ?? finishedAt)),
  )
  const byTime = leftMs === undefined ? Number.POSITIVE_INFINITY : (concurrency * leftMs) / Math.max(1, costMs)
  const byTrials = total === undefined ? Number.POSITIVE_INFINITY : total - countedTrials(study.trials)
  return Math.floor(Math.min(byTime, byTrials))
}

async function confirmBest({ study, objective, options, say }: SearchRequest, runs: number, leftMs?: number) {
  const { concurrency, signal, trialTimeout, abortGraceMs, lease } = options
  const room = Math.min(MOST_FINALISTS, Math.max(2, Math.floor(runs / RUNS_PER_FINALIST)))
  const finalists = bestConfigurations(study).slice(0, room)
  say(`training the best ${finalists.length} again with fresh seeds: the best of many scores is a lucky one`)
  return repeatBest(study, objective, {
    runs: runs + earlierRepeats(study, finalists),
    finalists: finalists.length,
    ...(leftMs !== undefined && { time: leftMs }),
    ...(concurrency !== undefined && { concurrency }),
    ...(signal && { signal }),
    ...(trialTimeout !== undefined && { trialTimeout }),
    ...(abortGraceMs !== undefined && { abortGraceMs }),
    ...(lease !== undefined && { lease }),
  })
}
