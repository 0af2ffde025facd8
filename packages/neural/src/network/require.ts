import { NetworkError } from '../errors.ts'

/** @throws NetworkError unless `value` is a whole number, at least `least` (default 1) */
export function requireCount(where: string, value: number, least = 1): void {
  requireRange(where, value, Number.isSafeInteger(value) && value >= least, `a whole number, at least ${least}`)
}

/** @throws NetworkError unless `isRight`; `wanted` completes "must be …" */
export function requireRange(where: string, value: unknown, isRight: boolean, wanted: string): void {
  if (!isRight) throw new NetworkError(where, `must be ${wanted}, got ${String(value)}`, 'Change the value')
}

/** @throws NetworkError unless `value` is one of `allowed` */
export function requireOneOf(where: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value))
    throw new NetworkError(where, `'${value}' is unknown`, `Use one of ${allowed.join(', ')}`)
}
