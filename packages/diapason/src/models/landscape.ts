import { LANES } from '../math/linalg.ts'
import type { Acquisition } from './acquisition.ts'
import type { Embedding } from './embedding.ts'
import type { GaussianProcess } from './gaussian-process.ts'

/** How much each point of a space promises; larger is better. */
export interface Landscape {
  readonly embedding: Embedding
  /** Multiplications for the value of one point, about. */
  readonly work: number
  /**
   * Values at up to four points at once.
   * @param points features, point by point
   * @param lanes  how many, at most 4
   * @param values 4 long
   */
  values(points: Float64Array, lanes: number, values: Float64Array): void
  /**
   * The value at a point, with its slope along each ordered axis that takes part.
   * @param gradient an entry an axis
   */
  slopes(point: Float64Array, gradient: Float64Array): number
}

/** What one posterior promises. */
export function landscapeOf(gp: GaussianProcess, acquisition: Acquisition): Landscape {
  const { embedding } = gp
  const axes = embedding.axes.count
  const means = new Float64Array(LANES)
  const variances = new Float64Array(LANES)
  const gradients = new Float64Array(2 * axes)
  return {
    embedding,
    // Distances, the exponential, one triangular solve.
    get work() {
      return gp.size * (embedding.count + 20 + gp.size / 2)
    },
    values(points, lanes, values) {
      gp.predictFour(points, lanes, means, variances)
      for (let lane = 0; lane < lanes; lane++) values[lane] = acquisition.value(means[lane]!, variances[lane]!)
    },
    slopes(point, gradient) {
      const { mean, variance } = gp.predictWithGradient(point, gradients)
      const { value, byMean, byVariance } = acquisition.slopes(mean, variance)
      for (let j = 0; j < axes; j++) gradient[j] = byMean * gradients[j]! + byVariance * gradients[axes + j]!
      return value
    },
  }
}

/** The mean of what several promise, all on the log scale: log Σ exp(valueᵢ) / count. At least one. */
export function meanLandscape(parts: readonly Landscape[]): Landscape {
  const [first] = parts
  if (first === undefined) throw new RangeError('a mean of no landscapes')
  if (parts.length === 1) return first
  const each = parts.map(() => new Float64Array(LANES))
  const gradients = parts.map(() => new Float64Array(first.embedding.axes.count))
  const logCount = Math.log(parts.length)
  const logMean = (at: (part: number) => number): number => {
    let top = Number.NEGATIVE_INFINITY
    for (let part = 0; part < parts.length; part++) top = Math.max(top, at(part))
    if (!Number.isFinite(top)) return top
    let sum = 0
    for (let part = 0; part < parts.length; part++) sum += Math.exp(at(part) - top)
    return top + Math.log(sum) - logCount
  }
  return {
    embedding: first.embedding,
    get work() {
      return parts.reduce((sum, { work }) => sum + work, 0)
    },
    values(points, lanes, values) {
      for (const [part, landscape] of parts.entries()) landscape.values(points, lanes, each[part]!)
      for (let lane = 0; lane < lanes; lane++) values[lane] = logMean((part) => each[part]![lane]!)
    },
    slopes(point, gradient) {
      const values = parts.map((landscape, part) => landscape.slopes(point, gradients[part]!))
      const value = logMean((part) => values[part]!)
      gradient.fill(0)
      for (const [part, own] of gradients.entries()) {
        // Each counts by its share of the sum.
        const share = Math.exp(values[part]! - value - logCount)
        for (let j = 0; j < gradient.length; j++) gradient[j]! += share * own[j]!
      }
      return value
    },
  }
}
