// What a tree says about some axes when all others are averaged over their whole range, exactly: every leaf is a box, and boxes
// are added up with their shares of the volume of the axes that are averaged away.
// Notation: B(j) the number of bins of axis j, w their widths, m(b) the marginal in bin b.
import type { Forest } from './forest.ts'
import type { RegressionTree } from './regression-tree.ts'

/** Marginals of one tree. */
export interface TreeMarginals {
  /** Mean over the whole space. */
  readonly mean: number
  /** Variance over the whole space. */
  readonly variance: number
  /** By axis, mean response in each bin. */
  readonly single: readonly Float64Array[]
  /** By pair as asked for, row-major B(a) × B(b). */
  readonly pairs: readonly Float64Array[]
}

/** Where the walk is: the box of the node. */
interface Region {
  /** Ordered axes: first bin, and one past the last. */
  readonly low: Int32Array
  readonly high: Int32Array
  /** Unordered axes: 1 for the bins that are in. */
  readonly inside: readonly Uint8Array[]
  /** By axis, the box's share of the whole width. */
  readonly width: Float64Array
}

/** Marginals of a tree for every axis and for some pairs of axes. Cost: O(leaves · (axes + pairs) · a few bins). */
export function treeMarginals(
  { points }: Forest,
  tree: RegressionTree,
  pairs: readonly (readonly [number, number])[] = [],
): TreeMarginals {
  const { axes } = points
  const d = axes.length
  const sizes = axes.map(({ edges }) => edges.length - 1)
  const single = sizes.map((size) => new Float64Array(size + 1))
  // Differences in both directions, one row and column more than there are bins; summed up at the end.
  const double = pairs.map(([a, b]) => new Float64Array((sizes[a]! + 1) * (sizes[b]! + 1)))
  let mean = 0
  let squares = 0
  const region: Region = {
    low: new Int32Array(d),
    high: Int32Array.from(sizes),
    inside: axes.map(({ unordered }, j) => new Uint8Array(unordered ? sizes[j]! : 0).fill(1)),
    width: new Float64Array(d).fill(1),
  }

  function widthOf(j: number): number {
    const { edges, unordered } = axes[j]!
    if (!unordered) return edges[region.high[j]!]! - edges[region.low[j]!]!
    let width = 0
    for (let b = 0; b < sizes[j]!; b++) if (region.inside[j]![b] === 1) width += edges[b + 1]! - edges[b]!
    return width
  }

  /** Calls back with each run [from, to) of bins that the box covers on an axis. */
  function runs(j: number, visit: (from: number, to: number) => void): void {
    if (!axes[j]!.unordered) {
      visit(region.low[j]!, region.high[j]!)
      return
    }
    for (let b = 0; b < sizes[j]!; b++) if (region.inside[j]![b] === 1) visit(b, b + 1)
  }

  function addLeaf(value: number): void {
    let volume = 1
    for (let j = 0; j < d; j++) volume *= region.width[j]!
    if (volume === 0) return
    mean += value * volume
    squares += value * value * volume
    for (let j = 0; j < d; j++) {
      const part = (value * volume) / region.width[j]!
      const sums = single[j]!
      runs(j, (from, to) => {
        sums[from]! += part
        sums[to]! -= part
      })
    }
    for (let p = 0; p < pairs.length; p++) {
      const [a, b] = pairs[p]!
      const part = (value * volume) / (region.width[a]! * region.width[b]!)
      const sums = double[p]!
      const stride = sizes[b]! + 1
      runs(a, (a0, a1) =>
        runs(b, (b0, b1) => {
          sums[a0 * stride + b0]! += part
          sums[a0 * stride + b1]! -= part
          sums[a1 * stride + b0]! -= part
          sums[a1 * stride + b1]! += part
        }),
      )
    }
  }

  function visit(node: number): void {
    const j = tree.axis[node]!
    if (j < 0) {
      addLeaf(tree.value[node]!)
      return
    }
    const mask = tree.goesLeft[node]
    const width = region.width[j]!
    if (mask === undefined) visitOrdered(node, j)
    else visitUnordered(node, j, mask)
    region.width[j] = width
  }

  function visitOrdered(node: number, j: number): void {
    const { low, high, width } = region
    const [from, to] = [low[j]!, high[j]!]
    const split = Math.min(to, Math.max(from, tree.cut[node]! + 1))
    high[j] = split
    width[j] = widthOf(j)
    visit(tree.left[node]!)
    high[j] = to
    low[j] = split
    width[j] = widthOf(j)
    visit(tree.right[node]!)
    low[j] = from
  }

  function visitUnordered(node: number, j: number, mask: Uint8Array): void {
    const held = region.inside[j]!
    const before = held.slice()
    for (const side of [1, 0]) {
      for (let b = 0; b < before.length; b++) held[b] = before[b] === 1 && mask[b] === side ? 1 : 0
      region.width[j] = widthOf(j)
      visit(side === 1 ? tree.left[node]! : tree.right[node]!)
    }
    held.set(before)
  }

  visit(0)
  for (const sums of single) for (let b = 1; b < sums.length; b++) sums[b]! += sums[b - 1]!
  return {
    mean,
    variance: Math.max(0, squares - mean * mean),
    single: single.map((sums, j) => sums.subarray(0, sizes[j])),
    pairs: double.map((sums, p) => summedGrid(sums, sizes[pairs[p]![0]]!, sizes[pairs[p]![1]]!)),
  }
}

/** Turns differences in both directions into values, without the extra row and column. */
function summedGrid(differences: Float64Array, rows: number, columns: number): Float64Array {
  const stride = columns + 1
  const out = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    let along = 0
    for (let c = 0; c < columns; c++) {
      along += differences[r * stride + c]!
      out[r * columns + c] = along + (r > 0 ? out[(r - 1) * columns + c]! : 0)
    }
  }
  return out
}

/** The variance of a marginal over one axis. */
export function marginalVariance(edges: Float64Array, marginal: Float64Array): number {
  let mean = 0
  let squares = 0
  for (let b = 0; b < marginal.length; b++) {
    const width = edges[b + 1]! - edges[b]!
    mean += width * marginal[b]!
    squares += width * marginal[b]! ** 2
  }
  return Math.max(0, squares - mean * mean)
}

/** The variance of a marginal over two axes. */
export function pairVariance(first: Float64Array, second: Float64Array, marginal: Float64Array): number {
  const columns = second.length - 1
  let mean = 0
  let squares = 0
  for (let r = 0; r + 1 < first.length; r++) {
    for (let c = 0; c < columns; c++) {
      const area = (first[r + 1]! - first[r]!) * (second[c + 1]! - second[c]!)
      const value = marginal[r * columns + c]!
      mean += area * value
      squares += area * value * value
    }
  }
  return Math.max(0, squares - mean * mean)
}
