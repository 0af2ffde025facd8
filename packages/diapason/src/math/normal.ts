// The standard normal distribution, safe in both tails.
// Notation: z a standard score, Φ the cumulative distribution, φ the density, erfcx(x) = exp(x²) erfc(x).
// Sources: erf family after W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969);
// quantile after M. J. Wichura, "Algorithm AS 241", Appl. Statist. 37 (1988), about 16 digits.

const SQRT_HALF = Math.SQRT1_2
const INV_SQRT_PI = 0.5641895835477563
/** log √(2π) */
export const LOG_SQRT_2PI = 0.9189385332046728
const ERFC_SMALL = 0.46875

// Cody's rational approximations, highest power first.
const ERF_TOP = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694]
const ERF_BOTTOM = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]
const ERFC_TOP = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
]
const ERFC_BOTTOM = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
]
const ERFC_FAR_TOP = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
]
const ERFC_FAR_BOTTOM = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
]

// Wichura's rational approximations (PPND16), highest power first.
const CENTRAL_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
]
const CENTRAL_BOTTOM = [
  5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
]
const TAIL_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
]
const TAIL_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
]
const FAR_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
]
const FAR_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
]

/** log φ(z). */
export function normalLogPdf(z: number): number {
  return -0.5 * z * z - LOG_SQRT_2PI
}

/** Φ(z), with full relative precision in the left tail (underflows to 0 below −38). */
export function normalCdf(z: number): number {
  const x = -z * SQRT_HALF
  if (Math.abs(x) <= ERFC_SMALL) return 0.5 - 0.5 * erfSmall(x)
  const tail = 0.5 * Math.exp(-x * x) * erfcxPositive(Math.abs(x))
  return x > 0 ? tail : 1 - tail
}

/** log Φ(z), finite for every finite z. */
export function normalLogCdf(z: number): number {
  const x = -z * SQRT_HALF
  if (x > ERFC_SMALL) return Math.log(0.5 * erfcxPositive(x)) - x * x
  return z > 0 ? Math.log1p(-normalCdf(-z)) : Math.log(normalCdf(z))
}

/** exp(x²) erfc(x); overflows to infinity below −26. */
export function erfcx(x: number): number {
  if (Math.abs(x) <= ERFC_SMALL) return Math.exp(x * x) * (1 - erfSmall(x))
  return x > 0 ? erfcxPositive(x) : 2 * Math.exp(x * x) - erfcxPositive(-x)
}

/** log(Φ(b) − Φ(a)) for a < b, without cancellation in either tail or for a narrow interval; −∞ when a ≥ b. */
export function normalLogIntervalMass(a: number, b: number): number {
  if (!(a < b)) return Number.NEGATIVE_INFINITY
  if (a > 0) return normalLogIntervalMass(-b, -a)
  const width = b - a
  const middle = 0.5 * (a + b)
  // A narrow interval: midpoint rule with its second-order term; the difference of two logarithms would lose its digits.
  if (width * Math.max(1, Math.abs(middle)) < 1e-5) {
    return normalLogPdf(middle) + Math.log(width) + Math.log1p((width * width * (middle * middle - 1)) / 24)
  }
  if (b > 0) return Math.log1p(-normalCdf(a) - normalCdf(-b))
  const logB = normalLogCdf(b)
  return logB + Math.log(-Math.expm1(normalLogCdf(a) - logB))
}

/** Φ⁻¹(p) for p in [0, 1]; ±∞ at the ends, NaN outside. */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) return quantileCentral(q)
  if (!(p >= 0 && p <= 1)) return Number.NaN
  const tail = q < 0 ? p : 1 - p
  if (tail === 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const z = quantileTail(Math.sqrt(-Math.log(tail)))
  return q < 0 ? z : -z
}

/** Φ⁻¹(exp(logP)) for logP ≤ 0, also where exp(logP) underflows: AS 241 as a start, Newton on log Φ beyond its range. */
export function normalQuantileOfLog(logP: number): number {
  if (logP > -700) return normalQuantile(Math.exp(logP))
  if (logP === Number.NEGATIVE_INFINITY) return Number.NEGATIVE_INFINITY
  let z = -Math.sqrt(-2 * (logP + LOG_SQRT_2PI + 0.5 * Math.log(-2 * logP)))
  for (let i = 0; i < 8; i++) {
    const logCdf = normalLogCdf(z)
    const step = (logCdf - logP) * Math.exp(logCdf - normalLogPdf(z))
    z -= step
    if (Math.abs(step) <= 1e-15 * Math.abs(z)) break
  }
  return z
}

/** erf(x) for |x| ≤ 0.46875. */
function erfSmall(x: number): number {
  const y = x * x
  return (x * horner(ERF_TOP, y)) / horner(ERF_BOTTOM, y)
}

/** exp(x²) erfc(x) for x ≥ 0.46875. */
function erfcxPositive(x: number): number {
  if (x <= 4) return horner(ERFC_TOP, x) / horner(ERFC_BOTTOM, x)
  const y = 1 / (x * x)
  return (INV_SQRT_PI - (y * horner(ERFC_FAR_TOP, y)) / horner(ERFC_FAR_BOTTOM, y)) / x
}

/** Φ⁻¹(½ + q) for |q| ≤ 0.425. */
function quantileCentral(q: number): number {
  const r = 0.180625 - q * q
  return (q * horner(CENTRAL_TOP, r)) / horner(CENTRAL_BOTTOM, r)
}

/** The left tail of Φ⁻¹; root = √(−log p). */
function quantileTail(root: number): number {
  if (root <= 5) return -horner(TAIL_TOP, root - 1.6) / horner(TAIL_BOTTOM, root - 1.6)
  return -horner(FAR_TOP, root - 5) / horner(FAR_BOTTOM, root - 5)
}

/** A polynomial from its coefficients, highest power first. */
function horner(coefficients: readonly number[], x: number): number {
  let sum = coefficients[0]!
  for (let i = 1; i < coefficients.length; i++) sum = sum * x + coefficients[i]!
  return sum
}
