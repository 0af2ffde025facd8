const STEPS_A_UNIT = 16
/** exp(−37) is half a unit in the last place of 1. */
const END = 37

let table: Float64Array | undefined

/**
 * exp(−x) for x ≥ 0 with a relative error of at most 4.2e-8, and 0 from 37 on: the nearest entry of a table times a cubic, several times as fast as
 * Math.exp. For sums of densities that are compared.
 */
export function decay(x: number): number {
  if (!(x < END)) return 0
  table ??= Float64Array.from({ length: END * STEPS_A_UNIT + 1 }, (_, i) => Math.exp(-i / STEPS_A_UNIT))
  const i = Math.floor(x * STEPS_A_UNIT + 0.5)
  const r = i / STEPS_A_UNIT - x
  return table[i]! * (1 + r * (1 + r * (0.5 + r * 0.16666666666666666)))
}
