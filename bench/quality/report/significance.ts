import { normalCdf } from '../../../packages/diapason/src/math/normal.ts'
import { midRanks } from '../../../packages/diapason/src/math/rank-correlation.ts'

/** Beyond so many differences, or where some tie, the normal approximation takes over. */
const EXACT_UP_TO = 50

/**
 * Wilcoxon's signed-rank test, two-sided: may the differences come from a distribution symmetric around 0?
 * Differences of 0 are left out. Exact without ties up to 50 differences; else the normal approximation with the
 * correction for ties and without one for continuity, as SciPy's `wilcoxon(x)` with its defaults.
 * @returns the p-value; 1 where no difference is left
 */
export function wilcoxonSignedRank(differences: ArrayLike<number>): number {
  const left = Float64Array.from(differences).filter((d) => d !== 0)
  const n = left.length
  if (n === 0) return 1
  const ranks = midRanks(left.map(Math.abs))
  let positive = 0
  for (let i = 0; i < n; i++) if (left[i]! > 0) positive += ranks[i]!
  const least = Math.min(positive, (n * (n + 1)) / 2 - positive)
  const tied = new Set(ranks).size < n
  if (!tied && left.length === differences.length && n <= EXACT_UP_TO) return Math.min(1, 2 * exactTail(least, n))
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieCorrection(ranks)
  return Math.min(1, 2 * normalCdf((least - (n * (n + 1)) / 4) / Math.sqrt(variance)))
}

/** Holm's step-down correction: p-values that may be compared with the level itself, in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!)
  const corrected = new Array<number>(pValues.length)
  let most = 0
  for (const [place, i] of order.entries()) {
    most = Math.max(most, Math.min(1, (pValues.length - place) * pValues[i]!))
    corrected[i] = most
  }
  return corrected
}

/** P(W ≤ w) where each of the ranks 1…n is positive with probability ½. */
function exactTail(w: number, n: number): number {
  // ways[s]: how many sets of ranks add up to s, as a share of all sets.
  const ways = new Float64Array(w + 1)
  ways[0] = 1
  for (let rank = 1; rank <= n; rank++) {
    for (let s = w; s >= 0; s--) ways[s] = (ways[s]! + (s >= rank ? ways[s - rank]! : 0)) / 2
  }
  return ways.reduce((sum, share) => sum + share, 0)
}

function tieCorrection(ranks: Float64Array): number {
  const counts = new Map<number, number>()
  for (const rank of ranks) counts.set(rank, (counts.get(rank) ?? 0) + 1)
  let sum = 0
  for (const count of counts.values()) sum += count ** 3 - count
  return sum / 48
}
