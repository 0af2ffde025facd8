import { describe, expect, it } from 'vitest'
import golden from './fixtures/stats.json' with { type: 'json' }
import { logSumExp, mean, median, quantile, quantileOfSorted, standardDeviation } from './stats.ts'

describe('statistics', () => {
  // NumPy 2.4.6 quantile, method linear (fixtures/make_fixtures.py).
  it.each(golden.quantile.at)('has NumPy’s quantile at %f', (q, expected) => {
    expect(quantile(golden.quantile.data, q ?? Number.NaN)).toBeCloseTo(expected ?? Number.NaN, 14)
  })

  it('takes quantiles of lists with infinities and of none', () => {
    expect(quantileOfSorted([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.75)).toBe(
      Number.POSITIVE_INFINITY,
    )
    expect(quantile([], 0.5)).toBeNaN()
    expect(median([3, 1, 2, 4])).toBe(2.5)
  })

  it('has mean and deviation', () => {
    expect(mean([1, 2, 6])).toBe(3)
    expect(standardDeviation([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 14)
    expect(standardDeviation([1, 2, 6], 0)).toBeCloseTo(Math.sqrt(14 / 3), 14)
  })

  it('adds exponentials without overflow', () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12)
    expect(logSumExp([0, Number.NEGATIVE_INFINITY])).toBe(0)
    expect(logSumExp([5, 700, 700], 1)).toBe(5)
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY)
  })
})
