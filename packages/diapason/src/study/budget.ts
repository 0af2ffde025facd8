import { OptionError } from '../errors.ts'

/** A span of time: milliseconds, or a number with a unit: `'500ms'`, `'90s'`, `'10m'`, `'1.5h'`, `'2d'`. */
export type Duration = number | string

const MILLISECONDS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A duration in milliseconds.
 * @param name the option it came from, for the error
 * @throws {OptionError} where it cannot be read or is not above 0
 */
export function parseDuration(name: string, duration: Duration): number {
  const match = typeof duration === 'string' ? /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|m|h|d)\s*$/.exec(duration) : undefined
  const milliseconds = match ? Number(match[1]) * (MILLISECONDS[match[2] ?? ''] ?? Number.NaN) : duration
  if (typeof milliseconds === 'number' && milliseconds > 0 && !Number.isNaN(milliseconds)) return milliseconds
  throw new OptionError(
    `${name} is ${JSON.stringify(duration)}`,
    "Write milliseconds, or a number with a unit such as '90s', '10m', '1.5h'",
  )
}

/**
 * A whole number of at least `min`.
 * @throws {OptionError} naming the option
 */
export function parseCount(name: string, count: number, min = 1): number {
  if (Number.isInteger(count) && count >= min) return count
  throw new OptionError(`${name} is ${count}`, `Give a whole number of at least ${min}`)
}
