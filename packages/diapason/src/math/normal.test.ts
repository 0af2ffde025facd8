import { describe, expect, it } from 'vitest'
import golden from './fixtures/normal.json' with { type: 'json' }
import {
  erfcx,
  normalCdf,
  normalLogCdf,
  normalLogIntervalMass,
  normalLogPdf,
  normalQuantile,
  normalQuantileOfLog,
} from './normal.ts'

// Expected numbers: SciPy 1.17.1 scipy.special (fixtures/make_fixtures.py).
function expectClose(actual: number, expected: number, relative = 1e-12) {
  // Subnormal results count as zero, as they do in SciPy.
  const allowed = Math.max(relative * Math.abs(expected), Number.MIN_VALUE * 2 ** 52)
  expect(Math.abs(actual - expected), `${actual} for ${expected}`).toBeLessThanOrEqual(allowed)
}

function pairs(rows: readonly (readonly number[])[]): [number, number][] {
  return rows.map(([x, y]) => [x ?? Number.NaN, y ?? Number.NaN])
}

describe('the standard normal', () => {
  it.each(pairs(golden.cdf))('has cdf(%f) = %f', (z, expected) => expectClose(normalCdf(z), expected))
  it.each(pairs(golden.logCdf))('has log cdf(%f) = %f', (z, expected) => expectClose(normalLogCdf(z), expected))
  it.each(pairs(golden.quantile))('has quantile(%f) = %f', (p, expected) => expectClose(normalQuantile(p), expected))
  it.each(pairs(golden.erfcx))('has erfcx(%f) = %f', (x, expected) => expectClose(erfcx(x), expected))

  it('inverts log cdf far below the smallest double', () => {
    for (const z of [-1, -8, -30, -37.4, -38, -50, -300, -1e4]) expectClose(normalQuantileOfLog(normalLogCdf(z)), z)
    expect(normalQuantileOfLog(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY)
  })

  it('knows the ends of the quantile', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY)
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY)
    expect(normalQuantile(1.1)).toBeNaN()
    expect(normalQuantile(Number.NaN)).toBeNaN()
  })
})

describe('the log mass of an interval', () => {
  it('equals the difference of cdfs where that has digits, on either side', () => {
    expectClose(normalLogIntervalMass(-1, 2), Math.log(normalCdf(2) - normalCdf(-1)))
    expectClose(normalLogIntervalMass(-2, 1), normalLogIntervalMass(-1, 2))
    expectClose(normalLogIntervalMass(0.5, 0.7), Math.log(normalCdf(0.7) - normalCdf(0.5)), 1e-11)
    expect(normalLogIntervalMass(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBeCloseTo(0, 15)
  })

  it('keeps its digits in the tail, where cdfs are equal or zero', () => {
    // mpmath 1.3, 50 digits: log(ncdf(-40) - ncdf(-41)), log(ncdf(101) - ncdf(100))
    expectClose(normalLogIntervalMass(-41, -40), -804.6084420137538)
    expectClose(normalLogIntervalMass(100, 101), normalLogCdf(-100))
  })

  it('is continuous where the narrow-interval rule takes over', () => {
    for (const z of [-30, -3, -0.2, 0, 4]) {
      const at = (width: number) => normalLogIntervalMass(z, z + width) - Math.log(width)
      expect(Math.abs(at(1e-7) - normalLogPdf(z))).toBeLessThan(1e-5)
      expect(Math.abs(at(0.99e-5) - at(1.01e-5))).toBeLessThan(1e-5)
    }
  })

  it('is empty for an empty interval', () => {
    expect(normalLogIntervalMass(1, 1)).toBe(Number.NEGATIVE_INFINITY)
    expect(normalLogIntervalMass(2, 1)).toBe(Number.NEGATIVE_INFINITY)
  })
})
