import { OptionError } from '../errors.ts'

/** A range of numbers an option may take, with its words. */
export interface Range {
  readonly low: number
  readonly high?: number
  readonly whole?: boolean
}

/**
 * Returns the option's value, or its default when it was not given.
 * @throws {OptionError} when it lies outside its range
 */
export function checkedNumber(name: string, value: number | undefined, standard: number, range: Range): number {
  if (value === undefined) return standard
  const { low, high = Number.POSITIVE_INFINITY, whole = false } = range
  if (value >= low && value <= high && Number.isFinite(value) && (!whole || Number.isInteger(value))) return value
  const kind = whole ? 'a whole number' : 'a number'
  const span = high === Number.POSITIVE_INFINITY ? `of at least ${low}` : `from ${low} to ${high}`
  throw new OptionError(`${name} must be ${kind} ${span}, got ${String(value)}`, `Leave it out for ${standard}`)
}
