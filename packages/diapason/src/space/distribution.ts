import { SpaceError } from '../errors.ts'

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

/**
 * Checks ranges and puts `high` of a stepped range on its grid.
 * @param path the parameter's name, for the error
 * @throws {SpaceError} saying what came and what to do
 */
export function checkDistribution(path: string, distribution: Distribution): Distribution {
  if (distribution.kind === 'categorical') {
    checkChoices(path, distribution.choices)
    return distribution
  }
  const { low, high, log, step } = distribution
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw new SpaceError(path, `the range must be finite, got ${low} to ${high}`, 'Give two finite numbers')
  }
  if (low > high) throw new SpaceError(path, `low ${low} is above high ${high}`, 'Swap them')
  if (distribution.kind === 'int' && !(Number.isSafeInteger(low) && Number.isSafeInteger(high))) {
    throw new SpaceError(path, `int needs integer bounds, got ${low} to ${high}`, 'Round them or use float')
  }
  if (log && low <= 0)
    throw new SpaceError(path, `a log scale needs low > 0, got ${low}`, 'Raise low or drop { log: true }')
  if (step === null) return distribution
  if (!(step > 0) || !Number.isFinite(step))
    throw new SpaceError(path, `step must be above 0, got ${step}`, 'Give a positive step')
  if (log && (distribution.kind === 'float' || step !== 1)) {
    throw new SpaceError(path, 'log and step exclude each other', 'Keep one of them')
  }
  if (distribution.kind === 'int' && !Number.isInteger(step)) {
    throw new SpaceError(path, `the step of an int must be an integer, got ${step}`, 'Round it or use float')
  }
  return { ...distribution, high: gridValue(low, step, gridSize(low, high, step) - 1) }
}

/** How many values low, low + step, … up to high; a tolerance of 1e-8 steps absorbs decimal fractions such as 0.1. */
export function gridSize(low: number, high: number, step: number): number {
  return Math.floor((high - low) / step + 1e-8) + 1
}

/** The index-th grid value, rounded to 15 digits so that 0 + 3 · 0.1 is 0.3. */
export function gridValue(low: number, step: number, index: number): number {
  return Number((low + index * step).toPrecision(15))
}

function checkChoices(path: string, choices: readonly ParamValue[]): void {
  if (!Array.isArray(choices) || choices.length === 0) {
    throw new SpaceError(path, 'choice needs at least one option', 'List the options in an array')
  }
  for (const [i, value] of choices.entries()) {
    if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
      throw new SpaceError(
        path,
        `option ${i} is ${describeType(value)}`,
        'Options are strings, numbers, booleans or null; name larger things by a string',
      )
    }
    if (choices.findIndex((other) => Object.is(other, value)) !== i) {
      throw new SpaceError(path, `option ${JSON.stringify(value)} is listed twice`, 'List each option once')
    }
  }
}

function describeType(value: unknown): string {
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** Equal in every field: the same values with the same scale. */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  if (a === b) return true
  if (a.kind === 'categorical' || b.kind === 'categorical') {
    return (
      a.kind === b.kind && a.kind === 'categorical' && b.kind === 'categorical' && sameChoices(a.choices, b.choices)
    )
  }
  return a.kind === b.kind && a.low === b.low && a.high === b.high && a.log === b.log && a.step === b.step
}

/** May both stand under one name in one study? Ranges may change; kind, scale and choices may not (Optuna's rule). */
export function compatibleDistributions(a: Distribution, b: Distribution): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind === 'categorical' || b.kind === 'categorical') return sameDistribution(a, b)
  return a.log === b.log
}

function sameChoices(a: readonly ParamValue[], b: readonly ParamValue[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]))
}
