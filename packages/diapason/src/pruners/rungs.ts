import { OptionError } from '../errors.ts'
import type { Fidelity } from '../trial/history.ts'
import { checkedNumber } from './option-checks.ts'

/** Where rungs stand; shared by {@link ashaPruner} and {@link hyperbandPruner}. */
export interface RungOptions {
  /** The first rung, in the unit of the reports: > 0. Default: the study's fidelity's `min`, or 1 without a fidelity. */
  readonly min?: number
  /** The length of a whole trial; rungs stand below it. Default: the study's fidelity's `max`. */
  readonly max?: number
  /** One trial in `eta` goes on at a rung, to a rung `eta` times higher: ≥ 2. Default 3. */
  readonly eta?: number
}

/** The rungs' range once the study is known; `max` is Infinity where nobody said. */
export interface RungRange {
  readonly min: number
  readonly max: number
  readonly eta: number
}

/** The rungs of one bracket and how they decide; see {@link ashaPruner}. */
export interface Ladder extends RungRange {
  readonly skipRungs: number
  readonly startupTrials: number
}

/** @throws {OptionError} for an option outside its range */
export function checkRungOptions(options: RungOptions): void {
  checkedNumber('eta', options.eta, 3, { low: 2 })
  checkedNumber('min', options.min, 1, { low: Number.MIN_VALUE })
  checkedNumber('max', options.max, 1, { low: Number.MIN_VALUE })
  requireOrder(options.min ?? 0, options.max ?? Number.POSITIVE_INFINITY)
}

/** @throws {OptionError} when options and fidelity do not leave a range */
export function rungRange(options: RungOptions, fidelity: Fidelity | undefined): RungRange {
  const min = options.min ?? fidelity?.min ?? 1
  const max = options.max ?? fidelity?.max ?? Number.POSITIVE_INFINITY
  requireOrder(min, max)
  // A fidelity that starts at 0 would put every rung there.
  return { min: min > 0 ? min : 1, max, eta: options.eta ?? 3 }
}

/** The step of rung `index`. Rounded, so that 0.1 · 3 is 0.3 and a report at 0.3 reaches it. */
export function rungStep({ min, eta }: RungRange, index: number): number {
  return Number((min * eta ** index).toPrecision(12))
}

function requireOrder(min: number, max: number): void {
  if (min <= max) return
  throw new OptionError(`min must not be above max, got ${min} and ${max}`, 'Lower min or raise max')
}
