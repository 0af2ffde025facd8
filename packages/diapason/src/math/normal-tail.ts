import { normalCdf } from './normal.ts'

/** Beyond so many standard deviations the tail counts as empty (it holds 3.4e-6). */
const END = 4.5
const STEPS_A_UNIT = 256

let table: Float64Array | undefined

/**
 * Φ(−z) for z ≥ 0 to 5e-7, and 0 from 4.5 on: a table with straight lines between its entries, several times as fast as {@link normalCdf}.
 * For densities that are compared, not for probabilities that are reported.
 */
export function normalTail(z: number): number {
  if (!(z < END)) return 0
  table ??= Float64Array.from({ length: END * STEPS_A_UNIT + 1 }, (_, i) => normalCdf(-i / STEPS_A_UNIT))
  const at = z * STEPS_A_UNIT
  const i = Math.floor(at)
  const left = table[i]!
  return left + (at - i) * (table[i + 1]! - left)
}
