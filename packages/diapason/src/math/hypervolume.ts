/**
 * The volume that points dominate up to a reference point, less being better in every coordinate; what lies beyond the reference counts for
 * nothing. Exact, by slices along the last coordinate: O(n log n) for two coordinates, n times as much for each further one.
 */
export function hypervolume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const inside = points.filter((point) => point.every((x, i) => x < reference[i]!))
  if (inside.length === 0) return 0
  if (reference.length === 1) return reference[0]! - Math.min(...inside.map((point) => point[0]!))
  const last = reference.length - 1
  const sorted = inside.toSorted((a, b) => a[last]! - b[last]!)
  if (last === 1) return area(sorted, reference)
  let volume = 0
  for (const [i, point] of sorted.entries()) {
    const depth = (sorted[i + 1]?.[last] ?? reference[last]!) - point[last]!
    if (depth > 0) {
      const slice = sorted.slice(0, i + 1).map((each) => each.slice(0, last))
      volume += depth * hypervolume(slice, reference.slice(0, last))
    }
  }
  return volume
}

/** Of points by ascending second coordinate: each adds the strip that its first coordinate gains. */
function area(sorted: readonly (readonly number[])[], [right, top]: readonly number[]): number {
  let least = right!
  let sum = 0
  for (const [x, y] of sorted) {
    if (x! >= least) continue
    sum += (least - x!) * (top! - y!)
    least = x!
  }
  return sum
}
