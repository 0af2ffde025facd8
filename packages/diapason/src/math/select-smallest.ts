/**
 * Puts the `count` smallest first, in no particular order; the rest stands behind them.
 * @param order   what is compared, such as positions in other arrays; reordered in place
 * @param count   clamped to what there is
 * @param compare as for sorting; equal ones may end on either side
 * Cost: O(length) on average. Source: C. A. R. Hoare, "Algorithm 65: Find", CACM 4 (1961); pivots are medians of three.
 */
export function selectSmallest(order: Uint32Array, count: number, compare: (a: number, b: number) => number): void {
  let low = 0
  let high = order.length - 1
  const last = count - 1
  while (low < high && last >= 0 && last < order.length - 1) {
    const pivot = middleOf(order[low]!, order[(low + high) >> 1]!, order[high]!, compare)
    let i = low
    let j = high
    while (i <= j) {
      while (compare(order[i]!, pivot) < 0) i++
      while (compare(order[j]!, pivot) > 0) j--
      if (i > j) break
      const held = order[i]!
      order[i++] = order[j]!
      order[j--] = held
    }
    if (last <= j) high = j
    else if (last >= i) low = i
    else return
  }
}

function middleOf(a: number, b: number, c: number, compare: (a: number, b: number) => number): number {
  if (compare(a, b) < 0) return compare(b, c) < 0 ? b : compare(a, c) < 0 ? c : a
  return compare(a, c) < 0 ? a : compare(b, c) < 0 ? c : b
}
