import { choleskyWithJitter } from '../math/linalg.ts'
import type { Rng } from '../math/rng.ts'
import type { CmaParameters } from './cma-parameters.ts'

// A multivariate normal that follows the better points: CMA-ES on positions, without bounds or kinds of parameters.
// Notation: n dimensions, m mean, σ step size, C covariance = L Lᵀ, A diagonal scale (the margin's), ps and pc evolution paths,
// y = A⁻¹ (x − m) ÷ σ a step, z = L⁻¹ y the same without correlation.

/** A state; never changed, each update makes another. Plain numbers and arrays. */
export interface CmaDistribution {
  readonly mean: Float64Array
  readonly sigma: number
  /** n × n, lower triangle. */
  readonly covariance: Float64Array
  /** Its Cholesky factor; in many dimensions a few generations older. */
  readonly factor: Float64Array
  /** Widens axes of few values, so that none is ever settled for good: see {@link keepMargin}. */
  readonly scale: Float64Array
  readonly pathSigma: Float64Array
  readonly pathC: Float64Array
  readonly generation: number
}

/** A round distribution, or one with a given diagonal. */
export function cmaStart(mean: Float64Array, sigma: number, variances?: Float64Array): CmaDistribution {
  const n = mean.length
  const covariance = new Float64Array(n * n)
  const factor = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    covariance[j * n + j] = variances?.[j] ?? 1
    factor[j * n + j] = Math.sqrt(variances?.[j] ?? 1)
  }
  return {
    mean,
    sigma,
    covariance,
    factor,
    scale: new Float64Array(n).fill(1),
    pathSigma: new Float64Array(n),
    pathC: new Float64Array(n),
    generation: 0,
  }
}

/** Standard deviation along an axis. */
export function deviation({ sigma, covariance, scale, mean }: CmaDistribution, j: number): number {
  return sigma * scale[j]! * Math.sqrt(covariance[j * mean.length + j]!)
}

/** Draws a point, which may lie outside the unit cube. O(n²). */
export function cmaSample(d: CmaDistribution, rng: Rng, out: Float64Array): void {
  const n = d.mean.length
  const z = Float64Array.from({ length: n }, () => rng.normal())
  for (let j = 0; j < n; j++) {
    let y = 0
    for (let k = 0; k <= j; k++) y += d.factor[j * n + k]! * z[k]!
    out[j] = d.mean[j]! + d.sigma * d.scale[j]! * y
  }
}

/**
 * Learns from points, best first. Coordinates that are NaN (inactive) say nothing: the mean does not move by them, and the
 * covariance sees a draw of its own. Points far outside the distribution, such as queued ones, count as if they lay at its rim.
 *
 * The step size follows L⁻¹ instead of C^(−½), which makes the two alike up to a rotation and spares the eigenvalues.
 * O(points × n²), and O(n³ ÷ 6) for the factor, in many dimensions not at every call.
 * Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772; far points: N. Hansen,
 * "Injecting External Solutions Into CMA-ES", arXiv:1110.4181.
 * @param points of n coordinates each, as many as `parameters.populationSize`
 * @returns undefined where the covariance is no longer one
 */
export function cmaUpdate(
  d: CmaDistribution,
  points: readonly Float64Array[],
  parameters: CmaParameters,
  rng: Rng,
): CmaDistribution | undefined {
  const n = d.mean.length
  const { weights, mu, muEff, c1, cMu, cC, cSigma, dSigma, chiN } = parameters
  const covariance = d.covariance.slice()
  const meanStep = new Float64Array(n)
  const whiteStep = new Float64Array(n)
  const steps = points.map((point, i) => {
    const step = stepTo(d, point, rng)
    if (i >= mu) return step
    for (let j = 0; j < n; j++) {
      if (!Number.isNaN(point[j]!)) meanStep[j]! += weights[i]! * step.y[j]!
      whiteStep[j]! += weights[i]! * step.z[j]!
    }
    return step
  })

  const mean = d.mean.map((m, j) => clampUnit(m + d.sigma * d.scale[j]! * meanStep[j]!))
  const intake = Math.sqrt(cSigma * (2 - cSigma) * muEff)
  const pathSigma = d.pathSigma.map((p, j) => (1 - cSigma) * p + intake * whiteStep[j]!)
  const length = Math.hypot(...pathSigma)
  // A path that is still growing fast says that the step size is too small, not that the covariance is.
  const settled = length / Math.sqrt(1 - (1 - cSigma) ** (2 * (d.generation + 1)))
  const hSigma = settled < (1.4 + 2 / (n + 1)) * chiN ? 1 : 0
  const pathC = d.pathC.map((p, j) => (1 - cC) * p + hSigma * Math.sqrt(cC * (2 - cC) * muEff) * meanStep[j]!)

  const total = weights.reduce((sum, w) => sum + w, 0)
  const kept = 1 + c1 * (1 - hSigma) * cC * (2 - cC) - c1 - cMu * total
  for (let at = 0; at < covariance.length; at++) covariance[at]! *= kept
  addOuter(covariance, pathC, c1)
  for (const [i, { y, lengthSquared }] of steps.entries()) {
    const w = weights[i]!
    // Bad points may take away no more than what keeps C positive definite.
    addOuter(covariance, y, cMu * (w >= 0 ? w : (w * n) / (lengthSquared + 1e-8)))
  }

  const generation = d.generation + 1
  const factor = generation % factorEvery(n, parameters) === 0 ? factorOf(covariance, n) : d.factor
  if (factor === undefined) return undefined
  const sigma = d.sigma * Math.exp((cSigma / dSigma) * (length / chiN - 1))
  if (!(sigma > 0) || !mean.every(Number.isFinite)) return undefined
  return { mean, sigma, covariance, factor, scale: d.scale, pathSigma, pathC, generation }
}

/** How many updates one factor serves, so that factoring costs no more than learning (Hansen's tutorial, B.2). */
const factorEvery = (n: number, { c1, cMu }: CmaParameters): number =>
  Math.max(1, Math.floor(1 / (10 * n * (c1 + cMu))))

const clampUnit = (u: number): number => Math.min(1, Math.max(0, u))

interface Step {
  readonly y: Float64Array
  readonly z: Float64Array
  readonly lengthSquared: number
}

function stepTo(d: CmaDistribution, point: Float64Array, rng: Rng): Step {
  const n = point.length
  const y = new Float64Array(n)
  const z = new Float64Array(n)
  let lengthSquared = 0
  for (let j = 0; j < n; j++) {
    const u = point[j]!
    y[j] = Number.isNaN(u)
      ? Math.sqrt(d.covariance[j * n + j]!) * rng.normal()
      : (u - d.mean[j]!) / (d.sigma * d.scale[j]!)
    let rest = y[j]!
    for (let k = 0; k < j; k++) rest -= d.factor[j * n + k]! * z[k]!
    z[j] = rest / d.factor[j * n + j]!
    lengthSquared += z[j]! * z[j]!
  }
  const rim = Math.sqrt(n) + 3
  const shrink = Math.min(1, rim / Math.sqrt(lengthSquared))
  if (shrink < 1) {
    for (let j = 0; j < n; j++) {
      y[j]! *= shrink
      z[j]! *= shrink
    }
  }
  return { y, z, lengthSquared: lengthSquared * shrink * shrink }
}

function addOuter(matrix: Float64Array, v: Float64Array, weight: number): void {
  const n = v.length
  for (let j = 0; j < n; j++) {
    const scaled = weight * v[j]!
    for (let k = 0; k <= j; k++) matrix[j * n + k]! += scaled * v[k]!
  }
}

function factorOf(covariance: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n)
  return Number.isNaN(choleskyWithJitter(covariance, n, factor, 1e-14)) ? undefined : factor
}
