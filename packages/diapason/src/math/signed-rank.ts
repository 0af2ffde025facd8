// Wilcoxon's signed-rank test, one-sided.
// Notation: d, the differences; n of them; W, the sum of the ranks of |d| over positive d, ties sharing their mean rank. A zero counts half on
// each side. Exact where there are neither ties nor zeros and n ≤ 50, else normal with the variance Σ ranks² / 4: SciPy's
// wilcoxon(d, alternative='greater', zero_method='zsplit', method='exact' | 'asymptotic').
import { normalCdf } from './normal.ts'

const EXACT_UP_TO = 50

/** How likely differences at least so positive are, were they symmetric about 0. 1 where there are none. O(n³) up to 50, else O(n log n). */
export function signedRankPValue(differences: readonly number[]): number {
  const n = differences.length
  const sorted = differences.toSorted((a, b) => Math.abs(a) - Math.abs(b))
  let positive = 0
  let variance = 0
  let isExact = n <= EXACT_UP_TO
  for (let start = 0, end = 0; start < n; start = end) {
    const size = Math.abs(sorted[start]!)
    while (end < n && Math.abs(sorted[end]!) === size) end++
    const rank = (start + end + 1) / 2
    if (end - start > 1 || size === 0) isExact = false
    for (let i = start; i < end; i++) positive += size === 0 ? rank / 2 : sorted[i]! > 0 ? rank : 0
    variance += ((end - start) * rank ** 2) / 4
  }
  if (isExact) return exactTail(n, positive)
  return variance === 0 ? 1 : normalCdf((meanOf(n) - positive) / Math.sqrt(variance))
}

const meanOf = (n: number): number => (n * (n + 1)) / 4

/** P(W ≥ w): of all 2ⁿ signs, the share that gives so much. */
function exactTail(n: number, w: number): number {
  const chances = new Float64Array((n * (n + 1)) / 2 + 1)
  chances[0] = 1
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = (rank * (rank + 1)) / 2; sum >= 0; sum--) {
      chances[sum] = (chances[sum]! + (sum >= rank ? chances[sum - rank]! : 0)) / 2
    }
  }
  return chances.subarray(w).reduce((total, chance) => total + chance, 0)
}
