import { pausedAt } from '../trial/continuation.ts'
import type { History } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import { CONTINUE, type Decision } from './pruner.ts'
import { indexFrom, reportDirection } from './reports.ts'
import { type RungRange, rungStep } from './rungs.ts'
import { atStep, readable } from './wording.ts'

/** The rungs at which trials pause. */
export interface PausingLadder extends RungRange {
  readonly skipRungs: number
  /** The rung above which nobody is promoted for now; asked where a trial has come above the lowest rungs. */
  readonly ceiling: () => number
}

/** A trial that has reached a rung, and its loss there. */
export interface Ranked {
  readonly trial: TrialRecord
  readonly loss: number
}

/** A paused trial to go on with, and the rung it waits at. */
export interface Promotion {
  readonly number: number
  readonly step: number
}

/** Judges the trial at the highest rung that its latest report is the first to reach. */
export function decideToPause(history: History, trial: RunningTrial, ladder: PausingLadder): Decision {
  const latest = trial.reports[trial.reports.length - 1]
  if (latest === undefined) return CONTINUE
  const before = trial.reports[trial.reports.length - 2]?.[0] ?? Number.NEGATIVE_INFINITY
  const rung = rungReached(latest[0], ladder)
  if (rung === undefined || rungStep(ladder, rung) <= before || latest[0] >= ladder.max) return CONTINUE
  const [step, value] = latest
  if (Number.isNaN(value)) return { action: 'prune', reason: `${atStep(history, step)}: NaN was reported` }
  const others = rankedAt(history, rungStep(ladder, rung)).filter(({ trial: { number } }) => number !== trial.number)
  if (others.length === 0) return CONTINUE
  const loss = lossOf(value, reportDirection(history))
  const better = others.filter((other) => other.loss < loss).length
  const reached = others.length + 1
  const rank = `${readable(value)} is number ${better + 1} of ${reached}`
  if (isClosed(ladder, rung))
    return {
      action: 'pause',
      reason: `${atStep(history, step)}: ${rank}, and longer trainings would not change the order`,
    }
  const kept = Math.floor(reached / ladder.eta)
  if (better < kept) return CONTINUE
  const few = kept === 0 ? 'none goes on yet' : `the best ${kept} go on`
  return { action: 'pause', reason: `${atStep(history, step)}: ${rank}, and ${few}` }
}

/**
 * The best paused trial that may go on, of the highest rung that has one.
 * @param least trials of each rung that go on however few have reached it, the ceiling or not
 */
export function bestPromotion(history: History, ladder: PausingLadder, least: number): Promotion | undefined {
  for (let rung = highestRung(history, ladder); rung >= ladder.skipRungs; rung--) {
    const step = rungStep(ladder, rung)
    const ranked = rankedAt(history, step)
    const share = isClosed(ladder, rung) ? 0 : Math.floor(ranked.length / ladder.eta)
    const found = ranked.slice(0, Math.max(least, share)).find(({ trial }) => {
      const at = pausedAt(trial)
      return at !== undefined && rungReached(at, ladder) === rung
    })
    if (found !== undefined) return { number: found.trial.number, step }
  }
  return undefined
}

/** How many of each rung go on in any case: one, once nothing new may be begun and nothing runs. */
export function leastPromoted({ trials }: History, isLast: boolean): number {
  return isLast && trials.every(({ state }) => state !== 'running' && state !== 'waiting') ? 1 : 0
}

/** The trials that have reached a rung, best first; of equals the earlier one. */
export function rankedAt(history: History, rung: number): Ranked[] {
  const direction = reportDirection(history)
  const ranked: Ranked[] = []
  for (const trial of history.trials) {
    const report = trial.reports[indexFrom(trial.reports, rung)]
    if (report !== undefined) ranked.push({ trial, loss: lossOf(report[1], direction) })
  }
  return ranked.sort(byLoss)
}

/** Best first; of equals the earlier trial. */
export function byLoss(a: Ranked, b: Ranked): number {
  // Not their difference: that of two infinities is NaN.
  return a.loss === b.loss ? a.trial.number - b.trial.number : a.loss < b.loss ? -1 : 1
}

function isClosed(ladder: PausingLadder, rung: number): boolean {
  // Nobody closes the lowest rung, so the order need not be looked at.
  return rung > ladder.skipRungs && rung >= ladder.ceiling()
}

/** The highest rung at or below a step; undefined below the first. */
function rungReached(step: number, ladder: PausingLadder): number | undefined {
  let rung = ladder.skipRungs
  while (rungStep(ladder, rung) <= step) rung++
  return rung === ladder.skipRungs ? undefined : rung - 1
}

function highestRung(history: History, ladder: PausingLadder): number {
  let highest = -1
  for (const trial of history.trials) {
    const step = pausedAt(trial)
    if (step !== undefined) highest = Math.max(highest, rungReached(step, ladder) ?? -1)
  }
  return highest
}
