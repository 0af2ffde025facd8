// What an evaluation costs: ridge regression of log cost on features of a point, so that factors multiply.
import { cholesky, solveLower, solveLowerTransposed } from '../math/linalg.ts'
import type { Axes } from './axes.ts'
import type { Bonus } from './bonus.ts'

/** Penalty on squared coefficients, in variances of the noise. */
const RIDGE = 0.1
/** Options of an unordered axis with more than this are not told apart. */
const MOST_OPTIONS = 32
const MOST_FEATURES = 400

/** log of what a point will cost, less the mean over those known. */
export interface CostModel {
  logCost(settled: Float64Array): number
  /** Adds `weight` times its slope along each ordered axis that takes part. */
  addSlopes(settled: Float64Array, weight: number, slopes: Float64Array): void
}

/**
 * Learns from points and what they cost; undefined where there are too few, or the space has too many features. An ordered axis enters by its
 * coordinate and the square of it, an unordered one by its options, a conditional one also by whether it takes part. O(n p² + p³ / 6).
 * @param costs above 0, any unit
 */
export function costModelOf(
  axes: Axes,
  points: readonly Float64Array[],
  costs: readonly number[],
): CostModel | undefined {
  const layout = layoutOf(axes)
  const { count } = layout
  const n = points.length
  if (n < 3 || count > MOST_FEATURES) return undefined
  const logs = costs.map(Math.log)
  const mean = logs.reduce((sum, log) => sum + log, 0) / n
  const gram = new Float64Array(count * count)
  const weights = new Float64Array(count)
  const features = new Float64Array(count)
  for (const [i, point] of points.entries()) {
    fillFeatures(layout, axes, point, features)
    for (let a = 0; a < count; a++) {
      const x = features[a]!
      if (x === 0) continue
      weights[a]! += x * (logs[i]! - mean)
      for (let b = 0; b <= a; b++) gram[a * count + b]! += x * features[b]!
    }
  }
  for (let a = 0; a < count; a++) gram[a * count + a]! += RIDGE
  if (!cholesky(gram, count)) return undefined
  solveLower(gram, count, weights)
  solveLowerTransposed(gram, count, weights)
  return {
    logCost(settled) {
      fillFeatures(layout, axes, settled, features)
      let sum = 0
      for (let a = 0; a < count; a++) sum += weights[a]! * features[a]!
      return sum
    },
    addSlopes(settled, weight, slopes) {
      for (let j = 0; j < axes.count; j++) {
        if (axes.unordered[j] || Number.isNaN(settled[j]!)) continue
        const at = layout.start[j]!
        slopes[j]! += weight * (weights[at]! + 2 * weights[at + 1]! * (settled[j]! - 0.5))
      }
    },
  }
}

/** Improvement for what it costs: the acquisition is divided by the cost to a power. */
export function costBonus(model: CostModel, power: number): Bonus {
  return {
    value: (settled) => -power * model.logCost(settled),
    addSlopes: (settled, slopes) => model.addSlopes(settled, -power, slopes),
  }
}

/** Where the features of each axis begin; the first one of all is constant. */
interface Layout {
  readonly start: Int32Array
  readonly count: number
}

function layoutOf({ count: axisCount, unordered, size }: Axes): Layout {
  const start = new Int32Array(axisCount)
  let count = 1
  for (let j = 0; j < axisCount; j++) {
    start[j] = count
    count += unordered[j] ? (size[j]! <= MOST_OPTIONS ? size[j]! : 0) : 3
  }
  return { start, count }
}

function fillFeatures({ start }: Layout, axes: Axes, settled: Float64Array, out: Float64Array): void {
  out.fill(0)
  out[0] = 1
  for (let j = 0; j < axes.count; j++) {
    const u = settled[j]!
    if (Number.isNaN(u)) continue
    const at = start[j]!
    if (axes.unordered[j]) {
      if (axes.size[j]! <= MOST_OPTIONS) out[at + axes.cellOf(j, u)] = 1
      continue
    }
    out[at] = u - 0.5
    out[at + 1] = (u - 0.5) ** 2
    if (axes.parent[j]! >= 0) out[at + 2] = 1
  }
}
