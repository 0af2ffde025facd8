/** The constants of CMA-ES for one dimension and population. Names as in Hansen's tutorial. */
export interface CmaParameters {
  /** λ, the number of points judged together. */
  readonly populationSize: number
  /** µ, how many of the best move the mean. */
  readonly mu: number
  /** Variance-effective number of parents. */
  readonly muEff: number
  /** One a rank; the first µ are positive and add up to 1, the others negative. */
  readonly weights: Float64Array
  /** Learning rates of the covariance: by the path, and by the population. */
  readonly c1: number
  readonly cMu: number
  /** Memory of the path of the covariance, and of that of the step size. */
  readonly cC: number
  readonly cSigma: number
  /** Damping of the step size. */
  readonly dSigma: number
  /** Expected length of a standard normal vector. */
  readonly chiN: number
}

/** The usual population: 4 + ⌊3 ln n⌋. */
export const defaultPopulation = (n: number): number => 4 + Math.floor(3 * Math.log(Math.max(1, n)))

/**
 * Default constants for `n` dimensions, negative weights included. O(λ).
 * Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772, equations 49 to 58.
 * @param populationSize at least 2
 */
export function cmaParameters(n: number, populationSize: number): CmaParameters {
  const mu = Math.floor(populationSize / 2)
  const raw = Float64Array.from({ length: populationSize }, (_, i) => Math.log((populationSize + 1) / 2 / (i + 1)))
  const muEff = effective(raw.subarray(0, mu))
  const muEffNegative = mu < populationSize ? effective(raw.subarray(mu)) : 0
  const c1 = 2 / ((n + 1.3) ** 2 + muEff)
  const cMu = Math.min(1 - c1 - 1e-8, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff))
  const leastNegative = Math.min(
    1 + c1 / Math.max(cMu, Number.MIN_VALUE),
    1 + (2 * muEffNegative) / (muEff + 2),
    (1 - c1 - cMu) / (n * Math.max(cMu, Number.MIN_VALUE)),
  )
  const positive = sumWhere(raw, (w) => w > 0)
  const negative = -sumWhere(raw, (w) => w < 0)
  const weights = raw.map((w) => (w >= 0 ? w / positive : (w * leastNegative) / negative))
  const cSigma = (muEff + 2) / (n + muEff + 5)
  return {
    populationSize,
    mu,
    muEff,
    weights,
    c1,
    cMu,
    cC: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    chiN: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
}

/** (Σw)² ÷ Σw². */
function effective(weights: Float64Array): number {
  let sum = 0
  let squares = 0
  for (const w of weights) {
    sum += w
    squares += w * w
  }
  return squares > 0 ? (sum * sum) / squares : 0
}

function sumWhere(values: Float64Array, isCounted: (value: number) => boolean): number {
  let sum = 0
  for (const value of values) if (isCounted(value)) sum += value
  return sum
}
