import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cholesky,
  choleskyWithJitter,
  inverseFromCholesky,
  LANES,
  solveLower,
  solveLowerFour,
  solveLowerTransposed,
} from './linalg.ts'
import { createRng } from './rng.ts'

/** B Bᵀ + ε I, row-major. */
function positiveDefinite(n: number, seed: number, ridge = 0.1): Float64Array {
  const rng = createRng(seed)
  const b = Float64Array.from({ length: n * n }, () => rng.normal())
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) a[i * n + j]! += b[i * n + k]! * b[j * n + k]!
    }
    a[i * n + i]! += ridge
  }
  return a
}

const lowerEntry = (l: Float64Array, n: number, i: number, j: number) => (j <= i ? l[i * n + j]! : 0)

/** The largest |L Lᵀ − A|, relative to A. */
function residual(l: Float64Array, a: Float64Array, n: number): number {
  let worst = 0
  let size = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = 0
      for (let k = 0; k <= j; k++) s += lowerEntry(l, n, i, k) * lowerEntry(l, n, j, k)
      worst = Math.max(worst, Math.abs(s - a[i * n + j]!))
      size = Math.max(size, Math.abs(a[i * n + j]!))
    }
  }
  return worst / size
}

describe('Cholesky', () => {
  it('factors the textbook matrix', () => {
    const a = Float64Array.from([4, 12, -16, 12, 37, -43, -16, -43, 98])
    expect(cholesky(a, 3)).toBe(true)
    expect([a[0], a[3], a[4], a[6], a[7], a[8]]).toEqual([2, 6, 1, -8, 5, 3])
  })

  it.each([1, 2, 3, 4, 5, 8, 17, 40])('multiplies back to a matrix of %i rows', (n) => {
    const a = positiveDefinite(n, n)
    const l = a.slice()
    expect(cholesky(l, n)).toBe(true)
    expect(residual(l, a, n)).toBeLessThan(1e-14)
  })

  it('appends rows to a factor, to the last bit as if all had been there from the start', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 23 }), fc.integer(), (n, from, seed) => {
        const a = positiveDefinite(n, seed)
        const whole = a.slice()
        cholesky(whole, n)
        const grown = a.slice()
        const first = Math.min(from, n)
        cholesky(grown, first, n)
        cholesky(grown, n, n, first)
        expect(grown).toEqual(whole)
      }),
    )
  })

  it('says so where a matrix is not positive definite or not finite', () => {
    expect(cholesky(Float64Array.from([1, 0, 2, 1]), 2)).toBe(false)
    expect(cholesky(Float64Array.from([Number.NaN]), 1)).toBe(false)
  })

  it('adds no more jitter than a singular matrix needs', () => {
    const ones = new Float64Array(25).fill(1)
    const out = new Float64Array(25)
    const jitter = choleskyWithJitter(ones, 5, out)
    expect(jitter).toBeGreaterThan(0)
    expect(jitter).toBeLessThanOrEqual(1e-8)
    expect(choleskyWithJitter(positiveDefinite(5, 1), 5, out)).toBe(0)
    expect(choleskyWithJitter(new Float64Array(4).fill(Number.NaN), 2, out)).toBeNaN()
  })
})

describe('triangular solves', () => {
  it.each([1, 2, 7, 30])('invert multiplication for %i rows, one and four at a time', (n) => {
    const a = positiveDefinite(n, 100 + n, 1)
    const l = a.slice()
    cholesky(l, n)
    const rng = createRng(5)
    const x = Float64Array.from({ length: n }, () => rng.normal())
    const b = Float64Array.from({ length: n }, (_, i) => x.reduce((s, v, k) => s + a[i * n + k]! * v, 0))
    const four = Float64Array.from({ length: n * LANES }, (_, i) => b[Math.floor(i / LANES)]! * (1 + (i % LANES)))
    solveLower(l, n, b)
    solveLowerFour(l, n, four)
    for (let i = 0; i < n; i++) expect(four[i * LANES + 2]).toBeCloseTo(3 * b[i]!, 8)
    solveLowerTransposed(l, n, b)
    for (let i = 0; i < n; i++) expect(b[i]).toBeCloseTo(x[i]!, 6)
  })

  it.each([1, 2, 3, 10, 25])('give the inverse of %i rows', (n) => {
    const a = positiveDefinite(n, 200 + n, 1)
    const l = a.slice()
    cholesky(l, n)
    const inverse = new Float64Array(n * n)
    inverseFromCholesky(l, n, inverse, new Float64Array(n * n))
    const entry = (i: number, j: number) => inverse[Math.max(i, j) * n + Math.min(i, j)]!
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let s = 0
        for (let k = 0; k < n; k++) s += a[i * n + k]! * entry(k, j)
        expect(s).toBeCloseTo(i === j ? 1 : 0, 7)
      }
    }
  })
})
