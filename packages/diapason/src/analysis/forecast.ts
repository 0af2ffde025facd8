import { isSearch } from '../study/ledger.ts'
import type { Goal } from '../trial/history.ts'
import { reachedLoss } from '../trial/ranking.ts'
import { latestParts } from '../trial/training-parts.ts'
import { type FinishedTrial, isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { bestQuantile } from './efficiency-data.ts'
import { wasStopped } from './savings.ts'

/** What so much more time would bring, if trials came as they have so far. */
export interface ForecastStep {
  readonly hours: number
  /** How many trials that is. */
  readonly trials: number
  /** That one of them is better than the best so far, in [0, 1]. */
  readonly chance: number
  /** By how much the best would improve in the middle of all cases, and at least in one of ten; undefined where nothing tells. */
  readonly likely: number | undefined
  readonly lucky: number | undefined
}

/** What more time would bring, and what the time before has brought. */
export interface Forecast {
  readonly goal: Goal
  /** Finished trials of the search, and how many have come since the best. */
  readonly trials: number
  readonly sinceBest: number
  /** At the pace so far, times without a trial left out. */
  readonly trialsPerHour: number
  /** By ascending time, as many trials again as there are among them; spans beyond four times the trials so far are left out. */
  readonly steps: readonly ForecastStep[]
  /** What the last hour brought, or the last half where all took less than two: how long that is, its trials, and by how much the best improved. */
  readonly recent: { readonly ms: number; readonly trials: number; readonly gain: number | undefined }
}

const HOUR_MS = 3_600_000
/** Hours that are looked ahead, as far as the trials so far tell anything. */
const AHEAD = [0.25, 1, 8]
const MOST_GROWTH = 3
/** From fewer trials nothing can be foretold. */
const FEWEST_TRIALS = 8

/**
 * What more time would bring, told from the trials so far: as much as the last growth by the same factor has. From n trials to n + m the
 * count grows as from n² / (n + m) to n, and the best of so many, drawn without replacement, is known exactly. For
 * random search this is fair; a search that learns does better while it does, and worse once it has converged. Trials that continue each other count once.
 * @returns undefined with fewer than eight trials, none complete, or no time taken
 * Source: J. Bergstra, Y. Bengio, JMLR 13 (2012), §2.2; that a record comes among m more of n + m equal draws has the chance m / (n + m).
 * Cost: O(trials log trials).
 */
export function forecast(trials: readonly TrialRecord[], goals: readonly Goal[], index = 0): Forecast | undefined {
  const goal = goals[index]
  const isCounted = (trial: TrialRecord): trial is FinishedTrial =>
    isFinished(trial) && !wasStopped(trial) && isSearch(trial)
  const counted = latestParts(trials).filter(isCounted)
  // The time of a training that was paused is that of all its trials.
  const busy = busyMs(trials.filter(isCounted))
  if (goal === undefined || counted.length < FEWEST_TRIALS || busy === 0) return undefined
  const losses = counted.map((trial) => reachedLoss(trial, index, goal))
  const best = losses.reduce((least, loss) => Math.min(least, loss), Number.POSITIVE_INFINITY)
  if (best === Number.POSITIVE_INFINITY) return undefined
  const sorted = Float64Array.from(losses).sort()
  const trialsPerHour = (counted.length * HOUR_MS) / busy
  return {
    goal,
    trials: counted.length,
    sinceBest: counted.length - 1 - losses.indexOf(best),
    trialsPerHour,
    steps: spansAhead(counted.length, trialsPerHour).map(({ hours, more }) => stepOf(sorted, hours, more)),
    recent: recentGain(counted, losses, best, busy),
  }
}

function spansAhead(n: number, trialsPerHour: number): readonly { readonly hours: number; readonly more: number }[] {
  const fixed = AHEAD.map((hours) => ({ hours, more: Math.round(hours * trialsPerHour) }))
  const near = fixed.filter(({ more }) => more >= 1 && more <= MOST_GROWTH * n)
  return [...near, { hours: n / trialsPerHour, more: n }].sort((a, b) => a.hours - b.hours)
}

function stepOf(sorted: Float64Array, hours: number, more: number): ForecastStep {
  const n = sorted.length
  const before = Math.max(1, Math.round((n * n) / (n + more)))
  const gain = (q: number) => {
    const was = bestQuantile(sorted, before, q)
    return was === undefined || was === Number.POSITIVE_INFINITY ? undefined : was - (sorted[0] ?? 0)
  }
  return { hours, trials: more, chance: more / (n + more), likely: gain(0.5), lucky: gain(0.9) }
}

function recentGain(
  counted: readonly FinishedTrial[],
  losses: readonly number[],
  best: number,
  busy: number,
): Forecast['recent'] {
  const ms = Math.min(HOUR_MS, busy / 2)
  const end = counted.reduce((last, { finishedAt }) => Math.max(last, finishedAt), Number.NEGATIVE_INFINITY)
  let before = Number.POSITIVE_INFINITY
  let recent = 0
  for (const [i, { finishedAt }] of counted.entries()) {
    if (finishedAt > end - ms) recent++
    else before = Math.min(before, losses[i] ?? before)
  }
  return { ms, trials: recent, gain: before === Number.POSITIVE_INFINITY ? undefined : before - best }
}

/** How long at least one trial ran. */
function busyMs(trials: readonly FinishedTrial[]): number {
  const spans = trials.flatMap(({ startedAt, finishedAt }) =>
    startedAt === undefined ? [] : [{ startedAt, finishedAt }],
  )
  let total = 0
  let until = Number.NEGATIVE_INFINITY
  for (const { startedAt, finishedAt } of spans.sort((a, b) => a.startedAt - b.startedAt)) {
    total += Math.max(0, finishedAt - Math.max(startedAt, until))
    until = Math.max(until, finishedAt)
  }
  return total
}
