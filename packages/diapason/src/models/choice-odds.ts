import type { Rng } from '../math/rng.ts'

/**
 * The probability of each option of an axis without order; they move towards what the better points hold.
 * The step is that of a sample as large as the effective number of parents, so that chance alone settles nothing.
 * The least probability keeps the chance of trying another option in some axis at 27 % a point.
 * Source of the update and of the least probability: R. Hamano et al., "CatCMA", GECCO 2024, arXiv:2405.09962 (its natural gradient; the
 * rate here is fixed).
 * @param chosen best first: the option of each point, −1 where the axis was inactive
 * @param axes   number of axes without order
 */
export function learnOdds(
  odds: Float64Array,
  chosen: readonly number[],
  { weights, mu, muEff }: { readonly weights: Float64Array; readonly mu: number; readonly muEff: number },
  axes: number,
): Float64Array {
  const size = odds.length
  if (size === 1) return odds
  let seen = 0
  for (let i = 0; i < mu; i++) if (chosen[i]! >= 0) seen += weights[i]!
  const rate = muEff / (muEff + 2 * Math.min(size, 2 * mu))
  const next = odds.map((p) => p * (1 - rate * seen))
  for (let i = 0; i < mu; i++) if (chosen[i]! >= 0) next[chosen[i]!]! += rate * weights[i]!
  const least = (1 - 0.73 ** (1 / axes)) / (size - 1)
  return withFloor(next, Math.min(least, 1 / size))
}

/** Lifts what is below the floor; the others give in proportion to what they have above it. */
function withFloor(odds: Float64Array, floor: number): Float64Array {
  const above = odds.reduce((sum, p) => sum + Math.max(0, p - floor), 0)
  const share = above > 0 ? (1 - floor * odds.length) / above : 0
  return odds.map((p) => floor + Math.max(0, p - floor) * share)
}

/** An option by its odds. O(options). */
export function drawOption(odds: Float64Array, rng: Rng): number {
  let rest = rng.next()
  for (let i = 0; i < odds.length; i++) {
    rest -= odds[i]!
    if (rest < 0) return i
  }
  return odds.length - 1
}
