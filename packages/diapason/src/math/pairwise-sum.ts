/**
 * A sum in NumPy's order of additions (pairwise from 128 on, eight running sums below), for decisions that hang on the last bit.
 * Its rounding error grows with log n rather than n.
 */
export function pairwiseSum(values: ArrayLike<number>, from = 0, to = values.length): number {
  const count = to - from
  if (count > 128) {
    const half = Math.floor(count / 2)
    const cut = from + half - (half % 8)
    return pairwiseSum(values, from, cut) + pairwiseSum(values, cut, to)
  }
  let sum = 0
  let at = from
  if (count >= 8) {
    const sums = Float64Array.from({ length: 8 }, (_, i) => values[from + i]!)
    for (at = from + 8; at + 8 <= to; at += 8) for (let i = 0; i < 8; i++) sums[i]! += values[at + i]!
    sum = sums[0]! + sums[1]! + (sums[2]! + sums[3]!) + (sums[4]! + sums[5]! + (sums[6]! + sums[7]!))
  }
  for (; at < to; at++) sum += values[at]!
  return sum
}
