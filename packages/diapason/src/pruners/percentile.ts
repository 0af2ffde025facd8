import { quantileOfSorted } from '../math/stats.ts'
import type { History } from '../trial/history.ts'
import { completeTrials, lossOf } from '../trial/ranking.ts'
import type { RunningTrial } from '../trial/trial-record.ts'
import { checkedNumber } from './option-checks.ts'
import { CONTINUE, type Decision, type Pruner } from './pruner.ts'
import { bestValue, isDue, reportDirection, type Schedule, valueUpTo } from './reports.ts'
import { atStep, countOf, worseThan } from './wording.ts'

/** Options of {@link percentilePruner} and {@link medianPruner}. */
export interface PercentileOptions {
  /** Complete trials that must exist before any is stopped: a whole number ≥ 0. Default 5. */
  readonly startupTrials?: number
  /** No trial is stopped before this step, in the unit of the reports: ≥ 0. Default 0. */
  readonly warmupSteps?: number
  /** Steps from one look at a trial to the next, counted from the warm-up: > 0. Default 1. */
  readonly intervalSteps?: number
  /** Complete trials with a report at or before this step, without which there is nothing to compare: a whole number ≥ 1. Default 1. */
  readonly minPeers?: number
}

/**
 * Stops a trial whose best report so far is worse than the given percentile of what complete trials had reported by
 * the same step. `percentilePruner(25)` keeps the best quarter going; `percentilePruner(50)` is {@link medianPruner}.
 *
 * Decides as Optuna's PercentilePruner when all trials report at the same steps. Three differences, on purpose:
 * a peer without a report at exactly this step counts with its latest one before it (Optuna finds no peer then and never
 * prunes); with several goals reports follow the first (Optuna refuses); infinite reports take part in the percentile.
 *
 * Cost: O(n log n) for n complete trials, a few milliseconds for 10,000.
 *
 * @param keep    percent of trials worth keeping, 0 to 100
 * @param options see {@link PercentileOptions}
 * @throws {OptionError} for an option outside its range
 * @example
 * await createStudy({ name: 'digits', goals: { accuracy: 'maximize' }, space, pruner: percentilePruner(25, { warmupSteps: 3 }) })
 */
export function percentilePruner(keep: number, options: PercentileOptions = {}): Pruner {
  checkedNumber('percentile', keep, 50, { low: 0, high: 100 })
  return createPercentilePruner('percentile', keep, `the ${ordinal(keep)} percentile`, options)
}

/** The rule behind `percentilePruner` and `medianPruner`, which differ by name and wording alone. */
export function createPercentilePruner(name: string, keep: number, bar: string, options: PercentileOptions): Pruner {
  const startupTrials = checkedNumber('startupTrials', options.startupTrials, 5, { low: 0, whole: true })
  const minPeers = checkedNumber('minPeers', options.minPeers, 1, { low: 1, whole: true })
  const schedule: Schedule = {
    warmupSteps: checkedNumber('warmupSteps', options.warmupSteps, 0, { low: 0 }),
    intervalSteps: checkedNumber('intervalSteps', options.intervalSteps, 1, { low: Number.MIN_VALUE }),
  }

  function decide(history: History, trial: RunningTrial): Decision {
    const step = trial.reports[trial.reports.length - 1]?.[0]
    if (step === undefined || !isDue(trial.reports, schedule)) return CONTINUE
    const complete = completeTrials(history.trials)
    if (complete.length === 0 || complete.length < startupTrials) return CONTINUE
    const direction = reportDirection(history)
    const best = bestValue(trial.reports, direction)
    if (Number.isNaN(best)) return { action: 'prune', reason: `${atStep(history, step)}: only NaN was reported so far` }
    const losses = new Float64Array(complete.length)
    let peers = 0
    for (const peer of complete) {
      const value = valueUpTo(peer.reports, step)
      if (value !== undefined) losses[peers++] = finite(lossOf(value, direction))
    }
    if (peers < minPeers) return CONTINUE
    const threshold = quantileOfSorted(losses.subarray(0, peers).sort(), keep / 100)
    if (finite(lossOf(best, direction)) <= threshold) return CONTINUE
    const shown = direction === 'minimize' ? threshold : -threshold
    const reason = `${worseThan(best, bar, shown, direction)} of ${countOf(peers, 'trial')}`
    return { action: 'prune', reason: `${atStep(history, step)}: ${reason}` }
  }

  return { name, decide }
}

// Interpolating between infinities gives NaN; beyond 1e300 nobody needs the difference.
function finite(loss: number): number {
  return Math.min(Math.max(loss, -1e300), 1e300)
}

function ordinal(n: number): string {
  if (!Number.isInteger(n)) return `${n}th`
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${ending}`
}
