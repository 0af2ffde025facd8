import { ABSENT, type BinnedPoints } from './binning.ts'

/** A tree as arrays over nodes; node 0 is the root, children stand behind their parent. */
export interface RegressionTree {
  readonly count: number
  /** Axis that a node splits on, −1 at a leaf. */
  readonly axis: Int16Array
  readonly left: Int32Array
  readonly right: Int32Array
  /** Ordered axes: bins up to this one go left. */
  readonly cut: Uint8Array
  /** Unordered axes: 1 for each bin that goes left. */
  readonly goesLeft: readonly (Uint8Array | undefined)[]
  /** Mean of the node's targets. */
  readonly value: Float64Array
}

/** When to stop splitting. */
export interface TreeLimits {
  /** Least number of points of a leaf. */
  readonly leastLeaf: number
  readonly maxDepth: number
}

/** The best split of a node. */
interface Split {
  readonly axis: number
  readonly cut: number
  readonly goesLeft: Uint8Array | undefined
  readonly gain: number
}

/**
 * Grows a tree that splits where the variance falls most (CART). A node splits on an axis only where all its points have
 * a value there, so that a parameter of a branch takes part below the split that leads into the branch.
 * @param targets by point
 * @param sample  indices of points, repeats allowed; reordered
 * Cost: O(sample · axes · depth + nodes · axes · bins).
 */
export function growTree(
  points: BinnedPoints,
  targets: Float64Array,
  sample: Int32Array,
  { leastLeaf, maxDepth }: TreeLimits,
): RegressionTree {
  const most = 2 * Math.max(1, Math.floor(sample.length / leastLeaf))
  const axis = new Int16Array(most).fill(-1)
  const left = new Int32Array(most)
  const right = new Int32Array(most)
  const cut = new Uint8Array(most)
  const value = new Float64Array(most)
  const goesLeft: (Uint8Array | undefined)[] = []
  const work = createWork()
  let count = 1
  const open: { node: number; from: number; to: number; depth: number }[] = [
    { node: 0, from: 0, to: sample.length, depth: 0 },
  ]
  for (let task = open.pop(); task !== undefined; task = open.pop()) {
    const { node, from, to, depth } = task
    value[node] = meanOf(targets, sample, from, to)
    const canSplit = depth < maxDepth && to - from >= 2 * leastLeaf
    const split = canSplit ? bestSplit(points, targets, sample, from, to, leastLeaf, value[node]!, work) : undefined
    if (split === undefined) continue
    const middle = partition(points, sample, from, to, split)
    axis[node] = split.axis
    cut[node] = split.cut
    goesLeft[node] = split.goesLeft
    left[node] = count++
    right[node] = count++
    open.push({ node: right[node]!, from: middle, to, depth: depth + 1 })
    open.push({ node: left[node]!, from, to: middle, depth: depth + 1 })
  }
  return { count, axis, left, right, cut, goesLeft, value }
}

/** The leaf's value for a point. @param binAt the bin on an axis; absent ones go where the cut says of the last bin */
export function treeValue(tree: RegressionTree, binAt: (axis: number) => number): number {
  let node = 0
  while (tree.axis[node]! >= 0) {
    const bin = binAt(tree.axis[node]!)
    const mask = tree.goesLeft[node]
    const toLeft = mask === undefined ? bin <= tree.cut[node]! : mask[bin] === 1
    node = toLeft ? tree.left[node]! : tree.right[node]!
  }
  return tree.value[node]!
}

interface Work {
  readonly sums: Float64Array
  readonly counts: Int32Array
  readonly order: Uint8Array
}

function createWork(): Work {
  return { sums: new Float64Array(256), counts: new Int32Array(256), order: new Uint8Array(256) }
}

function meanOf(targets: Float64Array, sample: Int32Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += targets[sample[i]!]!
  return sum / (to - from)
}

function bestSplit(
  { axes, bins, count }: BinnedPoints,
  targets: Float64Array,
  sample: Int32Array,
  from: number,
  to: number,
  leastLeaf: number,
  mean: number,
  work: Work,
): Split | undefined {
  const { sums, counts, order } = work
  let best: Split | undefined
  // Gains below rounding errors are none: equal targets stay together.
  let bestGain = 1e-12 * (mean * mean + Number.MIN_VALUE) * (to - from)
  for (let j = 0; j < axes.length; j++) {
    const { edges, unordered } = axes[j]!
    const size = edges.length - 1
    if (size < 2) continue
    sums.fill(0, 0, size)
    counts.fill(0, 0, size)
    const offset = j * count
    let isWhole = true
    for (let i = from; i < to; i++) {
      const point = sample[i]!
      const bin = bins[offset + point]!
      if (bin === ABSENT) {
        isWhole = false
        break
      }
      sums[bin]! += targets[point]! - mean
      counts[bin]!++
    }
    if (!isWhole) continue
    for (let b = 0; b < size; b++) order[b] = b
    // In the order of their means, the best two groups of bins without order are neighbours (Breiman et al. 1984, §9.4).
    if (unordered) order.subarray(0, size).sort((a, b) => meanIn(work, a) - meanIn(work, b))
    let leftSum = 0
    let leftCount = 0
    for (let k = 0; k < size - 1; k++) {
      const bin = order[k]!
      if (counts[bin] === 0) continue
      leftSum += sums[bin]!
      leftCount += counts[bin]!
      const rightCount = to - from - leftCount
      if (rightCount < leastLeaf || rightCount === 0) break
      if (leftCount < leastLeaf) continue
      // Sums are around the node's mean, so both sides hold the same, with opposite signs.
      const gain = leftSum * leftSum * (1 / leftCount + 1 / rightCount)
      if (gain <= bestGain) continue
      bestGain = gain
      best = unordered
        ? { axis: j, cut: 0, goesLeft: maskOf(order, k + 1, size), gain }
        : { axis: j, cut: middleCut(counts, k, size), goesLeft: undefined, gain }
    }
  }
  return best
}

/** Halfway between the last bin that holds a point on the left and the first one on the right. */
function middleCut(counts: Int32Array, last: number, size: number): number {
  let next = last + 1
  while (next < size - 1 && counts[next] === 0) next++
  return (last + next - 1) >> 1
}

function meanIn({ sums, counts }: Work, bin: number): number {
  return counts[bin] === 0 ? 0 : sums[bin]! / counts[bin]!
}

function maskOf(order: Uint8Array, take: number, size: number): Uint8Array {
  const mask = new Uint8Array(size)
  for (let k = 0; k < take; k++) mask[order[k]!] = 1
  return mask
}

/** Puts the points that go left before the others; returns where the others start. */
function partition({ bins, count }: BinnedPoints, sample: Int32Array, from: number, to: number, split: Split): number {
  const offset = split.axis * count
  let middle = from
  for (let i = from; i < to; i++) {
    const point = sample[i]!
    const bin = bins[offset + point]!
    const toLeft = split.goesLeft === undefined ? bin <= split.cut : split.goesLeft[bin] === 1
    if (!toLeft) continue
    sample[i] = sample[middle]!
    sample[middle++] = point
  }
  return middle
}
