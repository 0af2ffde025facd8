// Student's t distribution: what a mean of few observations needs in place of the normal one.
// Notation: t a score, v degrees of freedom (any real number above 0), I the regularised incomplete beta function.
// Sources: P(|T| > t) = I(v / (v + t²); v/2, 1/2), Abramowitz and Stegun 26.7.1; I by the continued fraction DLMF 8.17.22,
// evaluated with Lentz's method as W. J. Thompson and A. R. Barnett modified it (J. Comput. Phys. 64, 1986);
// log Γ by C. Lanczos (SIAM J. Numer. Anal. B 1, 1964), coefficients for g = 7, n = 9 after P. Godfrey.
import { normalCdf, normalQuantile } from './normal.ts'

/** Beyond so many degrees of freedom the normal distribution is right to ten digits. */
const NORMAL_FROM = 1e8

/** P(T ≤ t). @param v degrees of freedom, above 0 */
export function studentCdf(t: number, v: number): number {
  if (v >= NORMAL_FROM) return normalCdf(t)
  const tail = 0.5 * incompleteBeta(v / (v + t * t), 0.5 * v, 0.5)
  return t > 0 ? 1 - tail : tail
}

/**
 * The t with P(T ≤ t) = p, to about 10 digits for p in [1e-4, 1 − 1e-4], fewer further out; ±Infinity at p = 0
 * and 1, NaN outside. O(1): some 60 evaluations.
 * @param v degrees of freedom, above 0
 */
export function studentQuantile(p: number, v: number): number {
  if (!(p >= 0 && p <= 1 && v > 0)) return Number.NaN
  if (p < 0.5) return 0 - studentQuantile(1 - p, v)
  if (p === 0.5) return 0
  if (p === 1) return Number.POSITIVE_INFINITY
  if (v >= NORMAL_FROM) return normalQuantile(p)
  // The tail shrinks as t grows, so the root can be bracketed by doubling and then halved.
  let high = 1
  while (studentCdf(high, v) < p) high *= 2
  let low = high === 1 ? 0 : high / 2
  for (let i = 0; i < 100 && high - low > 1e-13 * high; i++) {
    const middle = 0.5 * (low + high)
    if (studentCdf(middle, v) < p) low = middle
    else high = middle
  }
  return 0.5 * (low + high)
}

/** I(x; a, b), the share of a beta distribution below x. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast below the mean; above it, the other tail does.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return (front * betaFraction(x, a, b)) / a
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const away = (y: number) => (Math.abs(y) < tiny ? tiny : y)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let product = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    product *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    product *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return product
}

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/** log Γ(x) for x > 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  let sum = LANCZOS[0]!
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (shifted + i)
  const base = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum)
}
