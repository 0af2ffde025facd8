// Expected improvement on the log scale, safe however hopeless a point is.
// Notation: z = (mean − target) / sd, h(z) = φ(z) + z Φ(z); expected improvement is sd · h(z). Larger values are better.
// Source: S. Ament et al., "Unexpected improvements to expected improvement for Bayesian optimization", NeurIPS 2023, appendix A.1.
import { erfcx, LOG_SQRT_2PI, normalCdf, normalLogPdf } from '../math/normal.ts'

const SQRT_HALF_PI = Math.sqrt(Math.PI / 2)

/** log h(z), finite down to z = −1e150. */
export function logStandardImprovement(z: number): number {
  if (z > -1) return Math.log(Math.exp(normalLogPdf(z)) + z * normalCdf(z))
  // h(z) = φ(z) (1 − |z| √(π/2) erfcx(|z| / √2)); the bracket tends to 1 / z², by its series where it would cancel.
  const s = -z
  if (s > 1e3) return -0.5 * z * z - LOG_SQRT_2PI - 2 * Math.log(s) + Math.log1p(-3 / (s * s))
  return -0.5 * z * z - LOG_SQRT_2PI + Math.log1p(-s * SQRT_HALF_PI * erfcx(s * Math.SQRT1_2))
}

/** How much a point promises, from what the model thinks of it; larger is better. */
export interface Acquisition {
  value(mean: number, variance: number): number
  /** The value with its slopes. */
  slopes(mean: number, variance: number): { value: number; byMean: number; byVariance: number }
}

/** Logarithm of the expected improvement over `target`. */
export function logExpectedImprovement(target: number): Acquisition {
  return {
    value(mean, variance) {
      const sd = Math.sqrt(variance)
      return logStandardImprovement((mean - target) / sd) + Math.log(sd)
    },
    // h' = Φ, so that d log = Φ / h · dz + d log sd.
    slopes(mean, variance) {
      const sd = Math.sqrt(variance)
      const z = (mean - target) / sd
      const logH = logStandardImprovement(z)
      const ratio = Math.exp(logCdf(z) - logH)
      return { value: logH + Math.log(sd), byMean: ratio / sd, byVariance: (1 - ratio * z) / (2 * variance) }
    },
  }
}

/** Mean plus `beta` standard deviations. */
export function upperConfidenceBound(beta: number): Acquisition {
  return {
    value: (mean, variance) => mean + beta * Math.sqrt(variance),
    slopes(mean, variance) {
      const sd = Math.sqrt(variance)
      return { value: mean + beta * sd, byMean: 1, byVariance: beta / (2 * sd) }
    },
  }
}

function logCdf(z: number): number {
  if (z > -1) return Math.log(normalCdf(z))
  return -0.5 * z * z + Math.log(0.5 * erfcx(-z * Math.SQRT1_2))
}
