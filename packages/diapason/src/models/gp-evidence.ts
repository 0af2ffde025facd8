// The evidence of a Gaussian process with its gradient.
// Notation: n points X with targets y; ℓⱼ length scales, v noise variance, a amplitude, eᵢ extra noise of point i; m constant mean with a normal
// prior of variance s; K = a k(X, X) + diag(v + e) = L Lᵀ; α = K⁻¹ (y − m).
// Source: C. Rasmussen, C. Williams, "Gaussian Processes for Machine Learning", 2006, equations 5.8 and 5.9.
import { cholesky, inverseFromCholesky, solveLower, solveLowerTransposed } from '../math/linalg.ts'
import { type Points, squaredDistances, toKernelWithSlopes } from './matern.ts'

const LOG_2PI = Math.log(2 * Math.PI)

/** What a Gaussian process learns from; the stride of the points is their number. */
export interface GpData extends Points {
  /** Targets, about standardised. */
  readonly y: Float64Array
  /** Extra noise variance of each point: 0 for what was measured in full. */
  readonly extraNoise: Float64Array
  /** Variance of the prior of the constant mean; 0: the mean is 0. */
  readonly meanVariance: number
}

/** log ℓ of each axis, then log v, then log a. */
export type Hyperparameters = Float64Array

/** 1 / ℓ² of each axis. */
export function inverseSquaresOf(hyper: Hyperparameters): Float64Array {
  return hyper.subarray(0, hyper.length - 2).map((logLength) => Math.exp(-2 * logLength))
}

/** The same with all length scales `times` as long. */
export function stretched(hyper: Hyperparameters, times: number): Hyperparameters {
  const axes = hyper.length - 2
  return hyper.map((value, j) => (j < axes ? value + Math.log(times) : value))
}

/**
 * Fills α and gives the mean that is most probable given targets and prior. O(n²).
 * @param factor L, with `stride` entries a row
 */
export function solveForTargets(
  factor: Float64Array,
  stride: number,
  { y, meanVariance }: Pick<GpData, 'y' | 'meanVariance'>,
  alpha: Float64Array,
): number {
  const n = y.length
  alpha.set(y)
  solveLower(factor, n, alpha, stride)
  solveLowerTransposed(factor, n, alpha, stride)
  if (meanVariance === 0) return 0
  const ones = new Float64Array(n).fill(1)
  solveLower(factor, n, ones, stride)
  solveLowerTransposed(factor, n, ones, stride)
  let weighted = 0
  let weight = 1 / meanVariance
  for (let i = 0; i < n; i++) {
    weighted += alpha[i]!
    weight += ones[i]!
  }
  const mean = weighted / weight
  for (let i = 0; i < n; i++) alpha[i]! -= mean * ones[i]!
  return mean
}

/**
 * log p(y, m | X, ℓ, v, a) at the best m, without the constant of m's prior, as a function of the hyperparameters that also fills its
 * gradient, if one is given. −Infinity where K is not positive definite. O(n³ / 2 + n² × features) a call, a third of it without gradient;
 * scratch is allocated once.
 */
export function createEvidence(data: GpData): (hyper: Hyperparameters, gradient?: Float64Array) => number {
  const { embedding, stride: n, features, y, extraNoise, meanVariance } = data
  const axes = embedding.axes.count
  const [factor, slopes, inverse, work] = [0, 1, 2, 3].map(() => new Float64Array(n * n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const alpha = new Float64Array(n)
  const point = new Float64Array(embedding.count)
  const row = new Float64Array(n)

  function fillKernel(inverseSquares: Float64Array, noise: number, amplitude: number): void {
    for (let i = 0; i < n; i++) {
      for (let f = 0; f < embedding.count; f++) point[f] = features[f * n + i]!
      squaredDistances(data, inverseSquares, point, i, row)
      toKernelWithSlopes(row, i, amplitude, slopes.subarray(i * n, i * n + i))
      factor.set(row.subarray(0, i), i * n)
      factor[i * n + i] = amplitude + noise + extraNoise[i]!
    }
  }

  /** ∂ / ∂log of each: tr((ααᵀ − K⁻¹) ∂K) / 2. */
  function fillGradient(inverseSquares: Float64Array, noise: number, mean: number, gradient: Float64Array): void {
    inverseFromCholesky(factor, n, inverse, work)
    gradient.fill(0)
    let ofNoise = 0
    // K less its noise is a k, and tr((ααᵀ − K⁻¹) K) = αᵀ(y − m) − n.
    let ofKernel = -n
    for (let i = 0; i < n; i++) {
      const own = alpha[i]! * alpha[i]! - inverse[i * n + i]!
      ofNoise += own
      ofKernel += alpha[i]! * (y[i]! - mean) - own * (noise + extraNoise[i]!)
      for (let k = 0; k < i; k++) row[k] = (alpha[i]! * alpha[k]! - inverse[i * n + k]!) * slopes[i * n + k]!
      for (let f = 0; f < embedding.count; f++) gradient[embedding.axis[f]!]! += weightedDistances(data, f, i, row)
    }
    for (let j = 0; j < axes; j++) gradient[j]! *= -2 * inverseSquares[j]!
    gradient[axes] = 0.5 * ofNoise * noise
    gradient[axes + 1] = 0.5 * ofKernel
  }

  return (hyper, gradient) => {
    const inverseSquares = inverseSquaresOf(hyper)
    const noise = Math.exp(hyper[axes]!)
    fillKernel(inverseSquares, noise, Math.exp(hyper[axes + 1]!))
    if (!cholesky(factor, n)) return Number.NEGATIVE_INFINITY
    const mean = solveForTargets(factor, n, data, alpha)
    let value = -0.5 * n * LOG_2PI - (meanVariance > 0 ? (0.5 * mean * mean) / meanVariance : 0)
    for (let i = 0; i < n; i++) value -= 0.5 * alpha[i]! * (y[i]! - mean) + Math.log(factor[i * n + i]!)
    if (gradient !== undefined) fillGradient(inverseSquares, noise, mean, gradient)
    return value
  }
}

/** Σ over k < i of weight k times the squared distance of points i and k along feature f. */
function weightedDistances(
  { embedding, stride, features }: Points,
  f: number,
  i: number,
  weights: Float64Array,
): number {
  const at = f * stride
  const x = features[at + i]!
  let sum = 0
  if (embedding.isName[f]) {
    for (let k = 0; k < i; k++) if (features[at + k]! !== x) sum += weights[k]!
  } else {
    for (let k = 0; k < i; k++) {
      const z = features[at + k]! - x
      sum += weights[k]! * z * z
    }
  }
  return sum
}
