// The normal distribution N(μ, σ²) cut to [low, high].
import { normalCdf, normalLogIntervalMass, normalLogPdf, normalQuantile, normalQuantileOfLog } from './normal.ts'

/** Below this mass the ordinary scale underflows and the logarithmic one takes over. */
const TINY_MASS = 1e-290

/**
 * The u-quantile of a truncated normal: with u uniform, a sample of it.
 * @param u in [0, 1]
 * @returns a number in [low, high], also when both bounds lie far in one tail
 */
export function truncatedNormalQuantile(u: number, mean: number, sd: number, low: number, high: number): number {
  const a = (low - mean) / sd
  const b = (high - mean) / sd
  // The side with more of the left tail keeps its relative precision; the other is reached by reflection.
  const z = a + b <= 0 ? leftQuantile(u, a, b) : -leftQuantile(1 - u, -b, -a)
  return Math.min(high, Math.max(low, mean + sd * z))
}

/** Log density at x of N(mean, sd²) cut to [low, high]; −∞ outside. */
export function truncatedNormalLogPdf(x: number, mean: number, sd: number, low: number, high: number): number {
  if (x < low || x > high) return Number.NEGATIVE_INFINITY
  const mass = normalLogIntervalMass((low - mean) / sd, (high - mean) / sd)
  return normalLogPdf((x - mean) / sd) - Math.log(sd) - mass
}

function leftQuantile(u: number, a: number, b: number): number {
  const upper = normalCdf(b)
  if (upper > TINY_MASS) {
    const lower = normalCdf(a)
    return normalQuantile(lower + u * (upper - lower))
  }
  const logMass = normalLogIntervalMass(a, b)
  // Φ(a) + u (Φ(b) − Φ(a)), on the log scale: from a upwards.
  return normalQuantileOfLog(logAdd(normalLogIntervalMass(Number.NEGATIVE_INFINITY, a), Math.log(u) + logMass))
}

function logAdd(x: number, y: number): number {
  const top = Math.max(x, y)
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log1p(Math.exp(Math.min(x, y) - top))
}
