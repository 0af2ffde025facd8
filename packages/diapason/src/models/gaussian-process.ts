// The posterior of a Gaussian process; notation and source as in gp-evidence.ts. Predictions are of the function, without noise.
import { cholesky, LANES, solveLower, solveLowerFour, solveLowerTransposed } from '../math/linalg.ts'
import type { Embedding } from './embedding.ts'
import { type GpData, type Hyperparameters, inverseSquaresOf, solveForTargets } from './gp-evidence.ts'
import { type Points, squaredDistances, toKernel, toKernelWithSlopes } from './matern.ts'

const LEAST_VARIANCE = 1e-12

/**
 * A posterior. Points whose values are not known yet may be added: they narrow it, as if they had come out at its mean.
 */
export class GaussianProcess {
  readonly embedding: Embedding
  readonly noise: number
  /** Variance of the function before anything is known of it. */
  readonly amplitude: number
  readonly mean: number
  /** The largest mean at an observed point: what the best is worth without the luck of its noise. */
  readonly bestMean: number
  readonly #inverseSquares: Float64Array
  readonly #points: Points
  readonly #factor: Float64Array
  readonly #alpha: Float64Array
  readonly #capacity: number
  /** Points with targets; those that are pending follow. */
  readonly #observed: number
  #count: number
  readonly #distances: Float64Array
  readonly #slopes: Float64Array
  readonly #lanes: Float64Array

  /**
   * O(n³ / 6 + n² × features).
   * @param room how many pending points may be added
   */
  constructor(data: GpData, hyper: Hyperparameters, room: number) {
    const { embedding, stride: n } = data
    const capacity = n + room
    this.embedding = embedding
    this.noise = Math.exp(hyper[embedding.axes.count]!)
    this.amplitude = Math.exp(hyper[embedding.axes.count + 1]!)
    this.#inverseSquares = inverseSquaresOf(hyper)
    this.#capacity = capacity
    this.#observed = n
    this.#count = n
    const features = new Float64Array(embedding.count * capacity)
    for (let f = 0; f < embedding.count; f++) features.set(data.features.subarray(f * n, (f + 1) * n), f * capacity)
    this.#points = { embedding, stride: capacity, features }
    this.#factor = new Float64Array(capacity * capacity)
    this.#alpha = new Float64Array(n)
    this.#distances = new Float64Array(capacity)
    this.#slopes = new Float64Array(capacity)
    this.#lanes = new Float64Array(capacity * LANES)
    this.#factorise(data.extraNoise)
    this.mean = solveForTargets(this.#factor, capacity, data, this.#alpha)
    // K α = y − m, so that the mean at point i is yᵢ less its noise's share.
    this.bestMean = data.y.reduce(
      (best, y, i) => Math.max(best, y - (this.noise + data.extraNoise[i]!) * this.#alpha[i]!),
      Number.NEGATIVE_INFINITY,
    )
  }

  #factorise(extraNoise: Float64Array): void {
    const { embedding, stride, features } = this.#points
    const point = new Float64Array(embedding.count)
    for (let jitter = 0; jitter < 1; jitter = jitter === 0 ? 1e-8 : jitter * 10) {
      for (let i = 0; i < this.#count; i++) {
        for (let f = 0; f < embedding.count; f++) point[f] = features[f * stride + i]!
        this.#fillRow(point, i, extraNoise[i]! + jitter)
      }
      if (cholesky(this.#factor, this.#count, stride)) return
    }
  }

  #fillRow(point: Float64Array, i: number, extraNoise: number): void {
    squaredDistances(this.#points, this.#inverseSquares, point, i, this.#distances)
    toKernel(this.#distances, i, this.amplitude)
    const at = i * this.#capacity
    for (let k = 0; k < i; k++) this.#factor[at + k] = this.#distances[k]!
    this.#factor[at + i] = this.amplitude + this.noise + extraNoise
  }

  /** Points that the posterior rests on, pending ones included. */
  get size(): number {
    return this.#count
  }

  /**
   * Adds a point whose value is not known yet; nothing happens where there is no room left. O(n²).
   * @param point its features
   */
  addPending(point: Float64Array): void {
    const n = this.#count
    if (n === this.#capacity) return
    this.#fillRow(point, n, 0)
    for (let f = 0; f < point.length; f++) this.#points.features[f * this.#capacity + n] = point[f]!
    if (cholesky(this.#factor, n + 1, this.#capacity, n)) this.#count = n + 1
  }

  /**
   * Means and variances at up to four points at once. O(n × features + n² / 2) a point.
   * @param points    features, point by point
   * @param lanes     how many, at most 4
   * @param means     4 long
   * @param variances 4 long
   */
  predictFour(points: Float64Array, lanes: number, means: Float64Array, variances: Float64Array): void {
    const n = this.#count
    const width = this.embedding.count
    const cross = this.#lanes
    const k = this.#distances
    for (let lane = 0; lane < lanes; lane++) {
      const point = points.subarray(lane * width, (lane + 1) * width)
      squaredDistances(this.#points, this.#inverseSquares, point, n, k)
      toKernel(k, n, this.amplitude)
      let mean = this.mean
      for (let i = 0; i < this.#observed; i++) mean += k[i]! * this.#alpha[i]!
      for (let i = 0; i < n; i++) cross[i * LANES + lane] = k[i]!
      means[lane] = mean
    }
    for (let lane = lanes; lane < LANES; lane++) for (let i = 0; i < n; i++) cross[i * LANES + lane] = 0
    solveLowerFour(this.#factor, n, cross, this.#capacity)
    variances.fill(this.amplitude)
    for (let i = 0; i < n * LANES; i++) variances[i % LANES]! -= cross[i]! * cross[i]!
    for (let lane = 0; lane < LANES; lane++) variances[lane] = Math.max(LEAST_VARIANCE, variances[lane]!)
  }

  /**
   * Mean and variance at a point, with their slopes along each ordered axis that takes part. O(n × features + n²).
   * @param point     its features
   * @param gradients 2 × axes: of the mean, then of the variance
   */
  predictWithGradient(point: Float64Array, gradients: Float64Array): { mean: number; variance: number } {
    const n = this.#count
    const solved = this.#distances
    squaredDistances(this.#points, this.#inverseSquares, point, n, solved)
    toKernelWithSlopes(solved, n, this.amplitude, this.#slopes)
    let mean = this.mean
    for (let i = 0; i < this.#observed; i++) mean += solved[i]! * this.#alpha[i]!
    solveLower(this.#factor, n, solved, this.#capacity)
    let variance = this.amplitude
    for (let i = 0; i < n; i++) variance -= solved[i]! * solved[i]!
    solveLowerTransposed(this.#factor, n, solved, this.#capacity)
    this.#fillGradients(point, solved, gradients)
    return { mean, variance: Math.max(LEAST_VARIANCE, variance) }
  }

  /** ∂mean = Σ αᵢ ∂kᵢ and ∂variance = −2 Σ (K⁻¹ k)ᵢ ∂kᵢ, where ∂kᵢ / ∂xⱼ = 2 k'(rᵢ²) qⱼ (xⱼ − xᵢⱼ). */
  #fillGradients(point: Float64Array, solved: Float64Array, gradients: Float64Array): void {
    const { embedding, stride, features } = this.#points
    const axes = embedding.axes.count
    gradients.fill(0)
    for (let f = 0; f < embedding.count; f++) {
      if (embedding.isName[f] || embedding.isHeight[f]) continue
      let ofMean = 0
      let ofVariance = 0
      for (let i = 0; i < this.#count; i++) {
        const slope = this.#slopes[i]! * (point[f]! - features[f * stride + i]!)
        if (i < this.#observed) ofMean += slope * this.#alpha[i]!
        ofVariance -= slope * solved[i]!
      }
      const j = embedding.axis[f]!
      gradients[j]! += 2 * this.#inverseSquares[j]! * ofMean
      gradients[axes + j]! += 4 * this.#inverseSquares[j]! * ofVariance
    }
  }
}
