// Dominance among points whose coordinates are losses: less is better in each. No coordinate is NaN.

/** Is `a` at least as good everywhere and better somewhere? */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let better = false
  for (let g = 0; g < a.length; g++) {
    const x = a[g]!
    const y = b[g] ?? Number.POSITIVE_INFINITY
    if (x > y) return false
    if (x < y) better = true
  }
  return better
}

/**
 * The front each point belongs to: 0 for those that no other dominates, 1 for those that only points of front 0 dominate, and
 * so on. Equal points share a front. O(n² · goals).
 * @param isBetter another order to go by than {@link dominates}; transitive
 */
export function frontsOf(
  points: readonly ArrayLike<number>[],
  isBetter: (a: number, b: number) => boolean = (a, b) => dominates(points[a]!, points[b]!),
): number[] {
  const n = points.length
  const worse: number[][] = points.map(() => [])
  const rivals = new Uint32Array(n)
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const [winner, loser] = isBetter(a, b) ? [a, b] : isBetter(b, a) ? [b, a] : [-1, -1]
      if (winner < 0) continue
      worse[winner]!.push(loser)
      rivals[loser]!++
    }
  }
  const front = new Array<number>(n).fill(0)
  let current = [...front.keys()].filter((i) => rivals[i] === 0)
  for (let rank = 0; current.length > 0; rank++) {
    const next: number[] = []
    for (const i of current) {
      front[i] = rank
      for (const loser of worse[i]!) if (--rivals[loser]! === 0) next.push(loser)
    }
    current = next
  }
  return front
}

/**
 * How much room each point of a front has: the sum over the coordinates of the distance between its two neighbours, in spans of
 * the front; Infinity at the ends. O(n log n · goals).
 * Source: K. Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6 (2002), §III-B.
 */
export function crowdingDistances(front: readonly ArrayLike<number>[]): Float64Array {
  const distances = new Float64Array(front.length)
  const goals = front[0]?.length ?? 0
  for (let g = 0; g < goals; g++) {
    const order = [...front.keys()].sort((a, b) => compare(front[a]![g]!, front[b]![g]!) || a - b)
    const valueAt = (place: number) => front[order[place]!]![g]!
    const last = order.length - 1
    const span = valueAt(last) - valueAt(0)
    for (const [place, i] of order.entries()) {
      const isEnd = place === 0 || place === last
      const room = isEnd ? Number.POSITIVE_INFINITY : (valueAt(place + 1) - valueAt(place - 1)) / span
      // Of equal or infinite coordinates there is no distance.
      distances[i]! += Number.isNaN(room) ? 0 : room
    }
  }
  return distances
}

/** Not their difference: that of two infinities is NaN. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
