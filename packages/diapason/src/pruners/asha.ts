import type { History } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { Report, RunningTrial } from '../trial/trial-record.ts'
import { checkedNumber } from './option-checks.ts'
import { CONTINUE, type Decision, type Pruner } from './pruner.ts'
import { indexFrom, reportDirection } from './reports.ts'
import { checkRungOptions, type Ladder, type RungOptions, rungRange, rungStep } from './rungs.ts'
import { atStep, readable } from './wording.ts'

/** Options of {@link ashaPruner}. */
export interface AshaOptions extends RungOptions {
  /** How many of the lowest rungs to leave out, for metrics that mislead early on: a whole number ≥ 0. Default 0. */
  readonly skipRungs?: number
  /** Trials, this one included, that must have reached a rung before it stops any: a whole number ≥ 1. Default 1. */
  readonly startupTrials?: number
}

/**
 * Asynchronous successive halving in its stopping form: at the rungs `min · eta^k` a trial goes on when it is among the
 * best `max(1, floor(n / eta))` of the n trials that have reached the rung so far, ties included. Nobody waits for others. With
 * a fidelity of 1 to 27 epochs the rungs are 1, 3 and 9; at 27 a trial is complete.
 *
 * A rung is reached by the first report at or after it, so a trial that reports every second epoch takes part at epochs 2, 4 and
 * 10. Reports below the first rung decide nothing.
 *
 * Decides as Optuna's SuccessiveHalvingPruner with `min_resource = min`, `reduction_factor = eta`,
 * `min_early_stopping_rate = skipRungs`. On purpose: rungs come from the study's fidelity rather than from the first
 * complete trial; no rung stands at `max`, where stopping saves nothing; a trial that reported NaN at a rung stays there
 * as one that lost (Optuna forgets it); eta is 3, not 4.
 *
 * Source: Li, Jamieson, Rostamizadeh, Gonina, Hardt, Recht, Talwalkar, "A system for massively parallel hyperparameter
 * tuning", MLSys 2020. Cost: O(n) for n trials, and only at rungs.
 *
 * @param options see {@link AshaOptions}
 * @throws {OptionError} for an option outside its range
 * @example
 * await createStudy({ name: 'digits', goals: { loss: 'minimize' }, space, fidelity: { name: 'epochs', min: 1, max: 27 }, pruner: ashaPruner() })
 */
export function ashaPruner(options: AshaOptions = {}): Pruner {
  checkRungOptions(options)
  const skipRungs = checkedNumber('skipRungs', options.skipRungs, 0, { low: 0, whole: true })
  const startupTrials = checkedNumber('startupTrials', options.startupTrials, 1, { low: 1, whole: true })
  return {
    name: 'asha',
    decide: (history, trial) =>
      decideAtRungs(history, trial, { ...rungRange(options, history.fidelity), skipRungs, startupTrials }),
  }
}

/** Judges the trial at every rung that its latest report is the first to reach. */
export function decideAtRungs(history: History, trial: RunningTrial, ladder: Ladder): Decision {
  const latest = trial.reports[trial.reports.length - 1]
  if (latest === undefined) return CONTINUE
  const before = trial.reports[trial.reports.length - 2]?.[0] ?? Number.NEGATIVE_INFINITY
  for (let index = ladder.skipRungs; ; index++) {
    const rung = rungStep(ladder, index)
    if (rung > latest[0] || rung >= ladder.max) return CONTINUE
    if (rung <= before) continue
    const decision = decideAtRung(history, trial, latest, rung, ladder)
    if (decision.action !== 'continue') return decision
  }
}

function decideAtRung(
  history: History,
  trial: RunningTrial,
  [step, value]: Report,
  rung: number,
  { eta, startupTrials }: Ladder,
): Decision {
  if (Number.isNaN(value)) return { action: 'prune', reason: `${atStep(history, step)}: NaN was reported` }
  const direction = reportDirection(history)
  const loss = lossOf(value, direction)
  let reached = 1
  let better = 0
  for (const peer of history.trials) {
    if (peer.number === trial.number) continue
    const theirs = peer.reports[indexFrom(peer.reports, rung)]
    if (theirs === undefined) continue
    reached++
    if (lossOf(theirs[1], direction) < loss) better++
  }
  const kept = Math.max(1, Math.floor(reached / eta))
  if (better < kept || reached < startupTrials) return CONTINUE
  const rank = `${readable(value)} is number ${better + 1} of ${reached}`
  return { action: 'prune', reason: `${atStep(history, step)}: ${rank}, and the best ${kept} go on` }
}
