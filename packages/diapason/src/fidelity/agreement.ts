import { OptionError } from '../errors.ts'
import { spearman, spearmanInterval } from '../math/rank-correlation.ts'
import type { Direction } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'

/** When a cheap result is believed. */
export interface AgreementTerms {
  /** Configurations that must have been trained both ways: at least 5. Default 10. */
  readonly least?: number
  /** After so many without agreement it is given up. Default 15. */
  readonly most?: number
  /** What the lower end of the 95 % interval of Spearman's correlation must exceed: from −1 up to 1. Default 0.5. */
  readonly correlation?: number
}

/** How well the order of configurations at a step agrees with that at the end. */
export interface Agreement {
  readonly step: number
  /** Complete trials that were compared. */
  readonly configurations: number
  /** Spearman's; NaN where all results are alike. */
  readonly correlation: number
  /** 95 %; undefined where there is none. */
  readonly interval: readonly [low: number, high: number] | undefined
  /** `open`: too few configurations to tell. */
  readonly verdict: 'open' | 'agrees' | 'disagrees'
}

/** @throws {OptionError} for terms outside their range */
export function checkedTerms({ least = 10, most = 15, correlation = 0.5 }: AgreementTerms): Required<AgreementTerms> {
  if (!(Number.isInteger(least) && least >= 5))
    throw new OptionError(`least is ${least}`, 'An interval needs at least 5 configurations')
  if (!(Number.isInteger(most) && most >= least))
    throw new OptionError(`most is ${most}`, `Give a whole number from least (${least}) on`)
  if (!(correlation >= -1 && correlation < 1))
    throw new OptionError(`correlation is ${correlation}`, 'Give a number from -1 up to 1')
  return { least, most, correlation }
}

/** {@link agreementAt} for every step but the last; undefined while one of them is open. */
export function agreementsAt(
  trials: readonly TrialRecord[],
  direction: Direction,
  steps: readonly number[],
  terms: Required<AgreementTerms>,
): readonly Agreement[] | undefined {
  const found = steps.slice(0, -1).map((step) => agreementAt(trials, direction, step, steps, terms))
  return found.some(({ verdict }) => verdict === 'open') ? undefined : found
}

/**
 * Compares the order of complete trials at a step with their order at the end, by the first trials that can be compared: as many as it
 * takes for the interval to lie above `correlation`, from `least` to `most`.
 *
 * Those that come later do not count any more: once results at the step stop trials, complete ones are no fair sample.
 * @param steps ascending, the last one that of a whole trial; `step` is one of them
 * Source of the interval: see `spearmanInterval`. Cost: O(trials + most² log most).
 */
export function agreementAt(
  trials: readonly TrialRecord[],
  direction: Direction,
  step: number,
  steps: readonly number[],
  { least, most, correlation: wanted }: Required<AgreementTerms>,
): Agreement {
  const until = steps[steps.indexOf(step) + 1] ?? Number.POSITIVE_INFINITY
  const early: number[] = []
  const late: number[] = []
  let latest: Agreement = { step, configurations: 0, correlation: Number.NaN, interval: undefined, verdict: 'open' }
  for (const trial of trials) {
    if (trial.state !== 'complete') continue
    const report = trial.reports.find(([at]) => at >= step)
    if (report === undefined || report[0] >= until) continue
    early.push(lossOf(report[1], direction))
    late.push(lossOf(trial.values[0] ?? Number.NaN, direction))
    latest = { ...latest, configurations: early.length }
    if (early.length < least) continue
    const correlation = spearman(early, late)
    const interval = spearmanInterval(correlation, early.length)
    const agrees = interval !== undefined && interval[0] > wanted
    const verdict = agrees ? 'agrees' : early.length >= most ? 'disagrees' : 'open'
    latest = { step, configurations: early.length, correlation, interval, verdict }
    if (verdict !== 'open') break
  }
  return latest
}
