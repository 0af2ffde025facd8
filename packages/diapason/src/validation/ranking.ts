// How well scores put the examples of one class before the others. Curves after T. Fawcett, Pattern Recognition Letters 27, 2006;
// the pairwise mean after D. J. Hand and R. J. Till, Machine Learning 45, 2001.
import { meanOf } from './metric.ts'

type Averaging = 'macro' | 'weighted'

/**
 * The probability that an example of the class scores above one of the others, ties counted half; NaN where either is missing.
 * O(n log n).
 */
export function rocAuc(isOfClass: ArrayLike<boolean>, scores: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
  let rankSum = 0
  let ofClass = 0
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++
    for (let i = start; i < end; i++) {
      if (!isOfClass[order[i]!]) continue
      rankSum += (start + 1 + end) / 2
      ofClass++
    }
  }
  const others = order.length - ofClass
  return ofClass === 0 || others === 0 ? Number.NaN : (rankSum - (ofClass * (ofClass + 1)) / 2) / (ofClass * others)
}

/** Each class against all others. @param first the class of the first column, default 0 */
export function rocAucOneVsRest(
  truth: ArrayLike<number>,
  columns: readonly Float64Array[],
  averaging: Averaging,
  first = 0,
): number {
  const labels = Array.from(truth)
  const areas = columns.map((scores, c) =>
    rocAuc(
      labels.map((label) => label === c + first),
      scores,
    ),
  )
  return averaging === 'macro'
    ? meanOf(areas)
    : weightedMean(
        areas,
        areas.map((_, c) => labels.filter((label) => label === c + first).length),
      )
}

/** Each pair of classes among their own examples, both ways round. */
export function rocAucOneVsOne(truth: ArrayLike<number>, columns: readonly Float64Array[], averaging: Averaging) {
  const areas: number[] = []
  const weights: number[] = []
  for (let a = 0; a < columns.length; a++) {
    for (let b = a + 1; b < columns.length; b++) {
      const places = Array.from(truth).flatMap((label, i) => (label === a || label === b ? [i] : []))
      const areaOf = (c: number) =>
        rocAuc(
          places.map((i) => truth[i] === c),
          places.map((i) => columns[c]![i]!),
        )
      areas.push((areaOf(a) + areaOf(b)) / 2)
      weights.push(places.length)
    }
  }
  return averaging === 'macro' ? meanOf(areas) : weightedMean(areas, weights)
}

/** Precision averaged over the gains in recall, threshold by threshold; NaN where nobody is of the class. O(n log n). */
export function averagePrecision(truth: ArrayLike<number>, scores: ArrayLike<number>, label: number): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!)
  let found = 0
  let area = 0
  for (let start = 0, end = 0; start < order.length; start = end) {
    const before = found
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) {
      if (truth[order[end++]!] === label) found++
    }
    area += ((found - before) * found) / end
  }
  return found === 0 ? Number.NaN : area / found
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  let sum = 0
  let total = 0
  for (const [i, weight] of weights.entries()) {
    sum += weight * values[i]!
    total += weight
  }
  return sum / total
}
