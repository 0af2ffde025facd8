// Dense linear algebra for symmetric positive definite matrices.
// Notation: A symmetric, L lower triangular with A = L Lᵀ, n rows, all matrices row-major with `stride` entries a row;
// only the lower triangle (diagonal included) is read or written.

/**
 * Cholesky's factor in place, row by row. Rows before `from` must hold a factor already: then this appends rows to it, and the
 * result is the same to the last bit as from scratch. Two rows by two columns at a time, which halves the reads.
 * O((n³ − from³) / 6) multiplications.
 * @param a    n × n; the factor on return
 * @param from first row that is not factored yet
 * @returns false where the matrix is not positive definite; the rows from there on are spoilt
 */
export function cholesky(a: Float64Array, n: number, stride = n, from = 0): boolean {
  let i = from
  for (; i + 1 < n; i += 2) if (!factorTwoRows(a, i, stride)) return false
  return i >= n || factorRow(a, i, stride)
}

function factorTwoRows(a: Float64Array, i: number, stride: number): boolean {
  const p = i * stride
  const q = p + stride
  let j = 0
  for (; j + 1 < i; j += 2) {
    const r = j * stride
    const t = r + stride
    let pr = a[p + j]!
    let pt = a[p + j + 1]!
    let qr = a[q + j]!
    let qt = a[q + j + 1]!
    for (let k = 0; k < j; k++) {
      const x = a[p + k]!
      const y = a[q + k]!
      const u = a[r + k]!
      const v = a[t + k]!
      pr -= x * u
      pt -= x * v
      qr -= y * u
      qt -= y * v
    }
    pr /= a[r + j]!
    qr /= a[r + j]!
    const below = a[t + j]!
    const pivot = a[t + j + 1]!
    a[p + j] = pr
    a[q + j] = qr
    a[p + j + 1] = (pt - pr * below) / pivot
    a[q + j + 1] = (qt - qr * below) / pivot
  }
  // What is left of the first row, then of the second, which needs the first one's pivot.
  return finishRow(a, i, j, stride) && finishRow(a, i + 1, j, stride)
}

function factorRow(a: Float64Array, i: number, stride: number): boolean {
  return finishRow(a, i, 0, stride)
}

/** Row `i` from column `start` on. */
function finishRow(a: Float64Array, i: number, start: number, stride: number): boolean {
  const p = i * stride
  for (let j = start; j < i; j++) {
    const r = j * stride
    let s = a[p + j]!
    for (let k = 0; k < j; k++) s -= a[p + k]! * a[r + k]!
    a[p + j] = s / a[r + j]!
  }
  let pivot = a[p + i]!
  for (let k = 0; k < i; k++) pivot -= a[p + k]! * a[p + k]!
  if (!(pivot > 0)) return false
  a[p + i] = Math.sqrt(pivot)
  return true
}

/**
 * Cholesky's factor of A + jitter · I with the least jitter of 0, `first`, 10 · first, … that makes it positive definite.
 * @param a     n × n, stride n; left as it is
 * @param out   n × n; the factor on return (its upper triangle is not touched)
 * @param first the smallest jitter to try, in the units of the diagonal; default 1e-10
 * @returns the jitter, or NaN where even 1 was not enough (entries that are not finite)
 */
export function choleskyWithJitter(a: Float64Array, n: number, out: Float64Array, first = 1e-10): number {
  for (let jitter = 0; jitter <= 1; jitter = jitter === 0 ? first : jitter * 10) {
    out.set(a.subarray(0, n * n))
    if (jitter > 0) for (let i = 0; i < n; i++) out[i * n + i]! += jitter
    if (cholesky(out, n)) return jitter
  }
  return Number.NaN
}

/** Solves L x = b; x takes the place of b. O(n² / 2). */
export function solveLower(l: Float64Array, n: number, b: Float64Array, stride = n): void {
  for (let i = 0; i < n; i++) {
    const row = i * stride
    let s = b[i]!
    for (let k = 0; k < i; k++) s -= l[row + k]! * b[k]!
    b[i] = s / l[row + i]!
  }
}

/** Right-hand sides that {@link solveLowerFour} takes at once. */
export const LANES = 4

/**
 * Solves L X = B for four right-hand sides at once, each read of L serving all of them; X takes the place of B.
 * @param b n × 4, row-major
 */
export function solveLowerFour(l: Float64Array, n: number, b: Float64Array, stride = n): void {
  for (let i = 0; i < n; i++) {
    const row = i * stride
    const at = i * LANES
    let s0 = b[at]!
    let s1 = b[at + 1]!
    let s2 = b[at + 2]!
    let s3 = b[at + 3]!
    for (let k = 0, x = 0; k < i; k++, x += LANES) {
      const factor = l[row + k]!
      s0 -= factor * b[x]!
      s1 -= factor * b[x + 1]!
      s2 -= factor * b[x + 2]!
      s3 -= factor * b[x + 3]!
    }
    const pivot = l[row + i]!
    b[at] = s0 / pivot
    b[at + 1] = s1 / pivot
    b[at + 2] = s2 / pivot
    b[at + 3] = s3 / pivot
  }
}

/** Solves Lᵀ x = b; x takes the place of b. O(n² / 2). */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array, stride = n): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * stride
    const x = b[i]! / l[row + i]!
    b[i] = x
    for (let k = 0; k < i; k++) b[k]! -= l[row + k]! * x
  }
}

/**
 * The lower triangle of A⁻¹ from A's factor. O(n³ / 3) multiplications.
 * @param l    n × n factor, stride n
 * @param out  n × n; the upper triangle serves as scratch
 * @param work n × n scratch
 */
export function inverseFromCholesky(l: Float64Array, n: number, out: Float64Array, work: Float64Array): void {
  invertLowerTransposed(l, n, work)
  multiplyWithTransposed(work, n, out)
}

/** L⁻ᵀ, upper triangular by rows: row j of `out` is column j of L⁻¹. */
function invertLowerTransposed(l: Float64Array, n: number, out: Float64Array): void {
  for (let j = 0; j < n; j++) {
    const column = j * n
    out[column + j] = 1 / l[column + j]!
    for (let i = j + 1; i < n; i++) {
      const row = i * n
      let s = 0
      for (let k = j; k < i; k++) s -= l[row + k]! * out[column + k]!
      out[column + i] = s / l[row + i]!
    }
  }
}

/** The lower triangle of U Uᵀ, where U is upper triangular. Two by two, as above. */
function multiplyWithTransposed(u: Float64Array, n: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const p = i * n
    let j = 0
    for (; j + 1 <= i; j += 2) {
      const r = j * n
      const t = r + n
      let s0 = 0
      let s1 = 0
      for (let k = i; k < n; k++) {
        const x = u[p + k]!
        s0 += x * u[r + k]!
        s1 += x * u[t + k]!
      }
      out[p + j] = s0
      out[p + j + 1] = s1
    }
    if (j > i) continue
    let s = 0
    for (let k = i; k < n; k++) s += u[p + k]! * u[p + k]!
    out[p + i] = s
  }
}

/** Σ aᵢ bᵢ over the first n entries. */
export function dot(a: Float64Array, b: Float64Array, n: number): number {
  let s = 0
  for (let i = 0; i < n; i++) s += a[i]! * b[i]!
  return s
}
