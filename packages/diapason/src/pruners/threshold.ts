import { OptionError } from '../errors.ts'
import { checkedNumber } from './option-checks.ts'
import { CONTINUE, type Pruner } from './pruner.ts'
import { isDue, type Schedule } from './reports.ts'
import { atStep, readable } from './wording.ts'

/** Options of {@link thresholdPruner}: at least one bound. */
export interface ThresholdOptions {
  /** A report below this stops the trial. Default: no bound. */
  readonly lower?: number
  /** A report above this stops the trial. Default: no bound. */
  readonly upper?: number
  /** No trial is stopped before this step, in the unit of the reports: ≥ 0. Default 0. */
  readonly warmupSteps?: number
  /** Steps from one look at a trial to the next, counted from the warm-up: > 0. Default 1. */
  readonly intervalSteps?: number
}

/**
 * Stops a trial whose latest report lies outside fixed bounds or is NaN: for runs that have diverged, or are known
 * to be useless. Decides as Optuna's ThresholdPruner, with several goals too, where reports follow the first.
 *
 * @param options see {@link ThresholdOptions}
 * @throws {OptionError} without a bound, for a bound that is NaN, or for a lower bound above the upper one
 * @example
 * await createStudy({ name: 'digits', goals: { loss: 'minimize' }, space, pruner: thresholdPruner({ upper: 10 }) })
 */
export function thresholdPruner(options: ThresholdOptions): Pruner {
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = options
  if (options.lower === undefined && options.upper === undefined) {
    throw new OptionError('thresholdPruner() needs a bound, got neither lower nor upper', 'Give at least one of them')
  }
  if (!(lower <= upper)) {
    throw new OptionError(`lower must not be above upper, got ${lower} and ${upper}`, 'Swap them, or drop one')
  }
  const schedule: Schedule = {
    warmupSteps: checkedNumber('warmupSteps', options.warmupSteps, 0, { low: 0 }),
    intervalSteps: checkedNumber('intervalSteps', options.intervalSteps, 1, { low: Number.MIN_VALUE }),
  }
  return {
    name: 'threshold',
    decide(history, trial) {
      const latest = trial.reports[trial.reports.length - 1]
      if (latest === undefined || !isDue(trial.reports, schedule)) return CONTINUE
      const [step, value] = latest
      if (value >= lower && value <= upper) return CONTINUE
      const bound =
        value < lower ? `below the lower bound ${readable(lower)}` : `above the upper bound ${readable(upper)}`
      const why = Number.isNaN(value) ? 'NaN was reported' : `${readable(value)} is ${bound}`
      return { action: 'prune', reason: `${atStep(history, step)}: ${why}` }
    },
  }
}
