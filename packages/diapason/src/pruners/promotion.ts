import { pausedAt } from '../trial/continuation.ts'
import type { History } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import { checkedNumber } from './option-checks.ts'
import { CONTINUE, type Decision, type Pruner } from './pruner.ts'
import { indexFrom, reportDirection } from './reports.ts'
import { checkRungOptions, type RungOptions, type RungRange, rungRange, rungStep } from './rungs.ts'
import { atStep, readable } from './wording.ts'

/** Options of {@link promotionPruner}. */
export interface PromotionOptions extends RungOptions {
  /** How many of the lowest rungs to leave out, for metrics that mislead early on: a whole number ≥ 0. Default 0. */
  readonly skipRungs?: number
}

/** The rungs at which trials pause. */
interface PausingLadder extends RungRange {
  readonly skipRungs: number
}

/**
 * Asynchronous successive halving in its promoting form: at the rungs `min · eta^k` every trial pauses that is not
 * among the best `floor(n / eta)` of the n that have reached the rung. Whoever is free continues the best paused trial that has come to be
 * among them, of the highest rung that has one, and begins a new configuration only where there is none.
 *
 * Compared with `ashaPruner`, which stops for good: no trial is trained on because it came early, and none is lost because
 * better ones came first. It pays where objectives resume, see `LiveTrial.checkpoint`; one that cannot is trained anew from
 * the beginning.
 *
 * The first trial to reach a rung goes on, so that a complete one is there soon. Once nothing new may be begun, at least the best of
 * each rung goes on, so that the most promising configuration of all comes to its end. A trial that reported NaN at a rung
 * is stopped for good.
 *
 * Source: Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, algorithm 2. Cost: O(n) for n
 * trials at a rung, O(n log n) for a promotion.
 *
 * @param options see {@link PromotionOptions}
 * @throws {OptionError} for an option outside its range
 * @example
 * await createStudy({ name: 'digits', goals: { loss: 'minimize' }, space, fidelity: { name: 'epochs', min: 1, max: 27 }, pruner: promotionPruner() })
 */
export function promotionPruner(options: PromotionOptions = {}): Pruner {
  checkRungOptions(options)
  const skipRungs = checkedNumber('skipRungs', options.skipRungs, 0, { low: 0, whole: true })
  const ladderFor = ({ fidelity }: History): PausingLadder => ({ ...rungRange(options, fidelity), skipRungs })
  return {
    name: 'promotion',
    decide: (history, trial) => decideAtHighestRung(history, trial, ladderFor(history)),
    promote: (history, isLast) => bestPromotion(history, ladderFor(history), isLast),
  }
}

/** Judges the trial at the highest rung that its latest report is the first to reach. */
function decideAtHighestRung(history: History, trial: RunningTrial, ladder: PausingLadder): Decision {
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
  const kept = Math.floor(reached / ladder.eta)
  if (better < kept) return CONTINUE
  const rank = `${readable(value)} is number ${better + 1} of ${reached}`
  const few = kept === 0 ? 'none goes on yet' : `the best ${kept} go on`
  return { action: 'pause', reason: `${atStep(history, step)}: ${rank}, and ${few}` }
}

function bestPromotion(history: History, ladder: PausingLadder, isLast: boolean): number | undefined {
  const isQuiet = history.trials.every(({ state }) => state !== 'running' && state !== 'waiting')
  const least = isLast && isQuiet ? 1 : 0
  for (let rung = highestRung(history, ladder); rung >= ladder.skipRungs; rung--) {
    const ranked = rankedAt(history, rungStep(ladder, rung))
    const kept = Math.max(least, Math.floor(ranked.length / ladder.eta))
    const found = ranked.slice(0, kept).find(({ trial }) => {
      const step = pausedAt(trial)
      return step !== undefined && rungReached(step, ladder) === rung
    })
    if (found !== undefined) return found.trial.number
  }
  return undefined
}

interface Ranked {
  readonly trial: TrialRecord
  readonly loss: number
}

/** The trials that have reached a rung, best first; of equals the earlier one. */
function rankedAt(history: History, rung: number): Ranked[] {
  const direction = reportDirection(history)
  const ranked: Ranked[] = []
  for (const trial of history.trials) {
    const report = trial.reports[indexFrom(trial.reports, rung)]
    if (report !== undefined) ranked.push({ trial, loss: lossOf(report[1], direction) })
  }
  // Not their difference: that of two infinities is NaN.
  return ranked.sort((a, b) => (a.loss === b.loss ? a.trial.number - b.trial.number : a.loss < b.loss ? -1 : 1))
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
