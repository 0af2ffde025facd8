import { lossOf } from '../trial/ranking.ts'
import { checkedNumber } from './option-checks.ts'
import { CONTINUE, type Pruner } from './pruner.ts'
import { bestValue, reportDirection } from './reports.ts'
import { atStep, countOf, readable } from './wording.ts'

/** Options of {@link patientPruner}. */
export interface PatientOptions {
  /** Reports without progress that a trial is forgiven: a whole number ≥ 0. No default. */
  readonly patience: number
  /** How much worse than before the recent best may be and still count as no setback: ≥ 0, in the metric's unit. Default 0. */
  readonly minDelta?: number
}

/**
 * Lets another pruner stop a trial only once its own curve has turned: when the best of the last `patience` + 1
 * reports is worse than the best before them by more than `minDelta`. Without another pruner it stops the trial itself.
 *
 * Decides as Optuna's PatientPruner for curves of numbers; a plateau at exactly the best value is no setback. On purpose, recent
 * reports that are all NaN count as one (Optuna waits for ever).
 *
 * @param inner   the pruner that decides in the end, or undefined
 * @param options see {@link PatientOptions}
 * @throws {OptionError} for an option outside its range
 * @example
 * await createStudy({ name: 'digits', goals: { loss: 'minimize' }, space, pruner: patientPruner(medianPruner(), { patience: 3 }) })
 */
export function patientPruner(inner: Pruner | undefined, options: PatientOptions): Pruner {
  const patience = checkedNumber('patience', options.patience, 0, { low: 0, whole: true })
  const minDelta = checkedNumber('minDelta', options.minDelta, 0, { low: 0 })
  const view = inner?.view?.bind(inner)
  const promote = inner?.promote?.bind(inner)
  return {
    name: 'patient',
    decide(history, trial) {
      const split = trial.reports.length - patience - 1
      const latest = trial.reports[trial.reports.length - 1]
      if (split <= 0 || latest === undefined) return CONTINUE
      const direction = reportDirection(history)
      const before = bestValue(trial.reports.slice(0, split), direction)
      const recent = bestValue(trial.reports.slice(split), direction)
      const turned = Number.isNaN(recent) || lossOf(before, direction) + minDelta < lossOf(recent, direction)
      if (!turned) return CONTINUE
      if (inner !== undefined) return inner.decide(history, trial)
      const since = `the best of the last ${countOf(patience + 1, 'report')}, ${readable(recent)}`
      return {
        action: 'prune',
        reason: `${atStep(history, latest[0])}: ${since}, is worse than ${readable(before)} before`,
      }
    },
    ...(view === undefined ? {} : { view }),
    ...(promote === undefined ? {} : { promote }),
  }
}
