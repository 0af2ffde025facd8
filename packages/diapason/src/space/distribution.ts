import { SpaceError } from '../errors.ts'
import { type Grid, integerGrid, isTooFine, realGrid } from './grid.ts'
import { valueText } from './value-text.ts'

/** What a parameter may be: numbers from `float` and `int`, any of these from `choice`. */
export type ParamValue = string | number | boolean | null

/** Real numbers in [low, high]; `log` samples the exponent evenly; `step` keeps to the grid low, low + step, … */
export type FloatDistribution = {
  readonly kind: 'float'
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly step: number | null
}

/** Integers in [low, high], both ends included. */
export type IntDistribution = {
  readonly kind: 'int'
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly step: number
}

/** One of a list, without order; values of different types are different (`1`, `'1'` and `true`). */
export type CategoricalDistribution = { readonly kind: 'categorical'; readonly choices: readonly ParamValue[] }

/** Where a stored parameter came from; data, so that it can be stored, compared and sent to workers. */
export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution

type NumberDistribution = FloatDistribution | IntDistribution

/**
 * Checks ranges and puts `high` of a stepped range on its grid.
 * @param path the parameter's name, for the error
 * @returns the distribution itself where nothing changed
 * @throws {SpaceError} saying what came and what to do
 */
export function checkDistribution(path: string, distribution: Distribution): Distribution {
  if (distribution.kind === 'categorical') {
    checkChoices(path, distribution.choices)
    return distribution
  }
  checkRange(path, distribution)
  checkStep(path, distribution)
  const grid = gridOf(distribution)
  const high = grid === undefined ? distribution.high : grid.valueAt(grid.size - 1)
  return high === distribution.high ? distribution : { ...distribution, high }
}

function checkRange(path: string, { kind, low, high, log }: NumberDistribution): void {
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    const got = `${valueText(low)} to ${valueText(high)}`
    throw new SpaceError(path, `a range needs two finite numbers, got ${got}`, 'Give it two finite numbers')
  }
  if (low > high) throw new SpaceError(path, `low ${low} is above high ${high}`, 'Swap them')
  if (log && low <= 0) {
    throw new SpaceError(path, `a log scale needs low > 0, got ${low}`, 'Raise low or drop { log: true }')
  }
  if (kind === 'float') return
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    const problem = `int needs integer bounds within ±(2^53 − 1), got ${low} to ${high}`
    throw new SpaceError(path, problem, 'Round them or use float')
  }
  if (high - low >= 2 ** 53) {
    const problem = `an int range holds at most 2^53 values, ${low} to ${high} has more`
    throw new SpaceError(path, problem, 'Narrow it or use float')
  }
}

function checkStep(path: string, { kind, low, high, log, step }: NumberDistribution): void {
  if (step === null) return
  if (typeof step !== 'number' || !(step > 0) || !Number.isFinite(step)) {
    throw new SpaceError(path, `step must be a number above 0, got ${valueText(step)}`, 'Give a positive step')
  }
  if (log && (kind === 'float' || step !== 1)) {
    throw new SpaceError(path, 'log and step exclude each other', 'Keep one of them')
  }
  if (kind === 'int' && !Number.isInteger(step)) {
    throw new SpaceError(path, `the step of an int must be an integer, got ${step}`, 'Round it or use float')
  }
  if (kind === 'float' && isTooFine(low, high, step)) {
    const problem = `step ${step} is too fine for numbers from ${low} to ${high}, which doubles cannot tell apart`
    throw new SpaceError(path, problem, 'Give a wider step or none')
  }
}

/** The values of a stepped range, in order; undefined where a float has no step. */
export function gridOf({ kind, low, high, step }: NumberDistribution): Grid | undefined {
  if (step === null) return undefined
  return kind === 'int' ? integerGrid(low, high, step) : realGrid(low, high, step)
}

function checkChoices(path: string, choices: readonly ParamValue[]): void {
  if (!Array.isArray(choices) || choices.length === 0) {
    throw new SpaceError(
      path,
      `choice needs a list of options, got ${valueText(choices)}`,
      'List at least one in an array',
    )
  }
  // A Set tells values apart as sameValue does.
  const seen = new Set<unknown>()
  for (const [i, value] of choices.entries()) {
    if (!isParamValue(value)) {
      const problem = `option ${i} is ${valueText(value)}`
      throw new SpaceError(
        path,
        problem,
        'Options are strings, numbers, booleans or null; name larger things by a string',
      )
    }
    if (seen.has(value))
      throw new SpaceError(path, `option ${valueText(value)} is listed twice`, 'List each option once')
    seen.add(value)
  }
}

/** Can a parameter hold it? */
export function isParamValue(value: unknown): value is ParamValue {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The same value of the same type: NaN equals itself, −0 equals 0 (no database keeps them apart). */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

/** Equal in every field: the same values with the same scale. */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  if (a === b) return true
  if (a.kind === 'categorical') return b.kind === 'categorical' && sameChoices(a.choices, b.choices)
  return a.kind === b.kind && a.low === b.low && a.high === b.high && a.log === b.log && a.step === b.step
}

/** May both stand under one name in one study? Ranges may change; kind, scale and choices may not (Optuna's rule). */
export function compatibleDistributions(a: Distribution, b: Distribution): boolean {
  if (a.kind === 'categorical' || b.kind === 'categorical') return sameDistribution(a, b)
  return a.kind === b.kind && a.log === b.log
}

function sameChoices(a: readonly ParamValue[], b: readonly ParamValue[]): boolean {
  return a.length === b.length && a.every((value, i) => sameValue(value, b[i]))
}
