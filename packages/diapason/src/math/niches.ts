import type { Rng } from './rng.ts'

/**
 * All points of the unit simplex whose coordinates are multiples of 1 / divisions: C(divisions + goals − 1, goals − 1) of them.
 * Source: I. Das, J. Dennis, SIAM J. Optim. 8 (1998).
 */
export function simplexLattice(goals: number, divisions: number): number[][] {
  if (goals === 1) return [[1]]
  const compositions = (parts: number, total: number): number[][] =>
    parts === 1
      ? [[total]]
      : Array.from({ length: total + 1 }, (_, first) => first).flatMap((first) =>
          compositions(parts - 1, total - first).map((rest) => [first, ...rest]),
        )
  return compositions(goals, divisions).map((point) => point.map((part) => part / divisions))
}

/** The finest lattice of at most `most` points, of one division at least. */
export function latticeOfSize(goals: number, most: number): number[][] {
  let divisions = 1
  while (latticeSize(goals, divisions + 1) <= most && goals > 1) divisions++
  return simplexLattice(goals, divisions)
}

function latticeSize(goals: number, divisions: number): number {
  let size = 1
  for (let i = 1; i < goals; i++) size = (size * (divisions + i)) / i
  return Math.round(size)
}

/**
 * Chooses `room` members of a front so that every direction of a lattice has somebody near it, as NSGA-III does: directions that the
 * points chosen before leave empty come first, and give their nearest member; ties are broken by chance.
 * Source: K. Deb, H. Jain, IEEE Trans. Evol. Comput. 18 (2014), §IV.
 * @param front      losses, less is better; Infinity counts as far beyond the others
 * @param before     losses of those that are chosen already
 * @param directions points of the unit simplex
 * @returns places in `front`
 */
export function chooseByNiche(
  front: readonly (readonly number[])[],
  before: readonly (readonly number[])[],
  room: number,
  directions: readonly (readonly number[])[],
  rng: Rng,
): number[] {
  const scaled = scaleToFront([...before, ...front])
  const nearest = scaled.map((point) => nearestDirection(point, directions))
  const members = directions.map((): number[] => [])
  const count = new Array<number>(directions.length).fill(0)
  for (const [i, { direction }] of nearest.entries()) {
    if (i < before.length) count[direction]!++
    else members[direction]!.push(i)
  }
  for (const list of members) list.sort((a, b) => nearest[a]!.distance - nearest[b]!.distance || a - b)
  const chosen: number[] = []
  while (chosen.length < room) {
    const open = [...members.keys()].filter((d) => members[d]!.length > 0)
    if (open.length === 0) break
    const least = Math.min(...open.map((d) => count[d]!))
    const candidates = open.filter((d) => count[d] === least)
    const direction = candidates[rng.int(candidates.length)]!
    const list = members[direction]!
    const [taken = 0] = list.splice(least === 0 ? 0 : rng.int(list.length), 1)
    count[direction]!++
    chosen.push(taken - before.length)
  }
  return chosen
}

/** Losses moved and stretched so that the best of each goal is 0 and the plane through the extreme points cuts each axis at 1. */
function scaleToFront(points: readonly (readonly number[])[]): number[][] {
  const goals = points[0]?.length ?? 0
  const finite = finiteLosses(points, goals)
  const ideal = Array.from({ length: goals }, (_, g) => Math.min(...finite.map((point) => point[g]!)))
  const widths = Array.from({ length: goals }, (_, g) => Math.max(...finite.map((point) => point[g]! - ideal[g]!)))
  const moved = finite.map((point) => point.map((loss, g) => (loss - ideal[g]!) / (widths[g]! || 1)))
  const cuts = interceptsOf(extremesOf(moved, goals))
  return cuts === undefined ? moved : moved.map((point) => point.map((loss, g) => loss / cuts[g]!))
}

/** Infinite losses put twice as far out as the finite ones reach. */
function finiteLosses(points: readonly (readonly number[])[], goals: number): number[][] {
  const ranges = Array.from({ length: goals }, (_, g) => {
    const finite = points.map((point) => point[g]!).filter(Number.isFinite)
    const low = finite.length === 0 ? 0 : Math.min(...finite)
    const high = finite.length === 0 ? 0 : Math.max(...finite)
    const span = high - low || 1
    return { below: low - span, above: high + span }
  })
  return points.map((point) =>
    point.map((loss, g) => (Number.isFinite(loss) ? loss : loss > 0 ? ranges[g]!.above : ranges[g]!.below)),
  )
}

/** For each goal the point that lies nearest to its axis. */
function extremesOf(points: readonly (readonly number[])[], goals: number): (readonly number[])[] {
  return Array.from({ length: goals }, (_, axis) => {
    const reach = (point: readonly number[]) => Math.max(...point.map((loss, g) => (g === axis ? loss : loss * 1e6)))
    return points.reduce((best, point) => (reach(point) < reach(best) ? point : best))
  })
}

/** Where the plane through the points cuts the axes; undefined where there is no such plane, or it cuts one behind the origin. */
function interceptsOf(points: readonly (readonly number[])[]): number[] | undefined {
  const rows = points.map((point) => [...point, 1])
  const size = rows.length
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i
    }
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    const head = rows[column]!
    if (!(Math.abs(head[column]!) > 1e-12)) return undefined
    for (const [i, row] of rows.entries()) {
      if (i === column) continue
      const factor = row[column]! / head[column]!
      for (let k = column; k <= size; k++) row[k]! -= factor * head[k]!
    }
  }
  const cuts = rows.map((row, i) => row[i]! / row[size]!)
  return cuts.every((cut) => cut > 1e-12 && Number.isFinite(cut)) ? cuts : undefined
}

function nearestDirection(
  point: readonly number[],
  directions: readonly (readonly number[])[],
): { direction: number; distance: number } {
  let best = { direction: 0, distance: Number.POSITIVE_INFINITY }
  for (const [d, direction] of directions.entries()) {
    const along = dot(point, direction) / dot(direction, direction)
    const distance = Math.hypot(...point.map((loss, g) => loss - along * direction[g]!))
    if (distance < best.distance) best = { direction: d, distance }
  }
  return best
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0)
