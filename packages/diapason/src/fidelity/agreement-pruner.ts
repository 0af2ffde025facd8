import { CONTINUE, type Pruner } from '../pruners/pruner.ts'
import { reportDirection } from '../pruners/reports.ts'
import { countOf, readable } from '../pruners/wording.ts'
import type { History } from '../trial/history.ts'
import type { Method } from '../trial/method.ts'
import { type Agreement, type AgreementTerms, agreementsAt, checkedTerms } from './agreement.ts'

/** Where {@link agreementPruner} asks for agreement, and for how much. */
export interface AgreementOptions extends AgreementTerms {
  /** The steps at which trials may be stopped, ascending; the last one is that of a whole trial. */
  readonly steps: readonly number[]
  /** What steps count, for sentences; default: the study's fidelity, else `steps`. */
  readonly unit?: string
}

/**
 * Lets another pruner stop trials at a step only once the order of the first configurations at that step was seen to agree with their
 * order at the end. Where it does not they go on, and so does everybody until all steps are judged: whoever is stopped at one is lost
 * to the judgement of the others. A trial that reported NaN is left to the other pruner at once.
 *
 * What was found is told in a sentence (event `method`, `diapason show`).
 * @throws {OptionError} for an option outside its range
 * Cost: that of the other pruner, and O(trials).
 * @example agreementPruner(ashaPruner(), { steps: [1, 3, 9, 27] })
 */
export function agreementPruner(inner: Pruner, options: AgreementOptions): Pruner {
  const { steps } = options
  const terms = checkedTerms(options)
  const judged = (history: History) => agreementsAt(history.trials, reportDirection(history), steps, terms)
  const mayStopAt = (history: History, step: number) => {
    const reached = steps.findLast((each) => each <= step)
    return judged(history)?.find((agreement) => agreement.step === reached)?.verdict === 'agrees'
  }
  return {
    ...inner,
    name: `agreement-${inner.name}`,
    decide(history, trial) {
      const [step, value] = trial.reports[trial.reports.length - 1] ?? [Number.NEGATIVE_INFINITY, 0]
      return Number.isNaN(value) || mayStopAt(history, step) ? inner.decide(history, trial) : CONTINUE
    },
    describe(history) {
      const found = judged(history)
      const unit = options.unit ?? history.fidelity?.name ?? 'steps'
      return found && methodOf(found, steps.at(-1) ?? 0, unit)
    },
  }
}

function methodOf(found: readonly Agreement[], whole: number, unit: string): Method {
  return {
    name: found.map(({ step, verdict }) => `${readable(step)}-${verdict}`).join('-'),
    sentence: found.map((agreement) => sentenceOf(agreement, whole, unit)).join(' '),
  }
}

function sentenceOf(
  { step, configurations, correlation, interval, verdict }: Agreement,
  whole: number,
  unit: string,
): string {
  const [low, high] = interval ?? [Number.NaN, Number.NaN]
  const measured = `rank correlation ${readable(correlation, 2)}, 95 % interval ${readable(low, 2)} to ${readable(high, 2)}`
  const what = `The order of ${countOf(configurations, 'configuration')} at ${readable(step)} ${unit}`
  const [finding, then] =
    verdict === 'agrees'
      ? ['agrees with', 'trials may be stopped there.']
      : ['does not surely agree with', 'nobody is stopped there.']
  return `${what} ${finding} that at ${readable(whole)} (${measured}): ${then}`
}
