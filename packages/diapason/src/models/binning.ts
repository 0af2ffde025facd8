import type { Column } from '../space/column.ts'

/** Where a position is not there: the parameter was inactive. */
export const ABSENT = 255

/** An axis cut into bins. */
export interface BinnedAxis {
  /** Edges in [0, 1], one more than there are bins: from 0 to 1. */
  readonly edges: Float64Array
  /** Bins have no order. */
  readonly unordered: boolean
}

/** Points whose coordinates are bins; what trees grow on. */
export interface BinnedPoints {
  readonly axes: readonly BinnedAxis[]
  readonly count: number
  /** Column-major: the bins of axis j start at j · count. ABSENT where inactive. */
  readonly bins: Uint8Array
}

/** Limits of {@link binPoints}. */
export const MOST_BINS = 128

/**
 * Cuts axes into bins: a value of a finite axis has its own while there are no more than `mostBins`; else cuts lie halfway between
 * neighbours, so that each bin holds about as many points.
 * @param positions row-major count × columns, in [0, 1], NaN where inactive
 * @param mostBins  at most 254, default 128
 * Cost: O(columns · count log count).
 */
export function binPoints(
  columns: readonly Pick<Column, 'kind' | 'size' | 'edge'>[],
  positions: Float64Array,
  count: number,
  mostBins = MOST_BINS,
): BinnedPoints {
  const d = columns.length
  const bins = new Uint8Array(count * d).fill(ABSENT)
  const axes = columns.map((column, j): BinnedAxis => {
    const edges =
      column.size <= mostBins ? cellEdges(column) : cutsBetween(axisValues(positions, count, d, j), mostBins)
    for (let i = 0; i < count; i++) {
      const position = positions[i * d + j]!
      if (!Number.isNaN(position)) bins[j * count + i] = binOf(edges, position)
    }
    return { edges, unordered: column.kind === 'categorical' && column.size <= mostBins }
  })
  return { axes, count, bins }
}

/** The bin in which a position lies. O(log bins). */
export function binOf(edges: Float64Array, position: number): number {
  let low = 0
  let high = edges.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (edges[middle]! <= position) low = middle
    else high = middle - 1
  }
  return low
}

function cellEdges({ size, edge }: Pick<Column, 'size' | 'edge'>): Float64Array {
  return Float64Array.from({ length: size + 1 }, (_, i) => edge(i))
}

function axisValues(positions: Float64Array, count: number, d: number, j: number): Float64Array {
  const values = new Float64Array(count)
  let at = 0
  for (let i = 0; i < count; i++) {
    const position = positions[i * d + j]!
    if (!Number.isNaN(position)) values[at++] = position
  }
  return values.subarray(0, at).sort()
}

/** Edges halfway between neighbours of a sorted list. */
function cutsBetween(sorted: Float64Array, mostBins: number): Float64Array {
  const cuts: number[] = [0]
  const distinct = sorted.reduce((sum, value, i) => sum + (i > 0 && value > sorted[i - 1]! ? 1 : 0), 1)
  const every = distinct <= mostBins ? 0 : sorted.length / mostBins
  let next = every
  for (let i = 1; i < sorted.length; i++) {
    if (!(sorted[i]! > sorted[i - 1]!) || i < next) continue
    cuts.push((sorted[i]! + sorted[i - 1]!) / 2)
    next = i + every
  }
  cuts.push(1)
  return Float64Array.from(cuts)
}
