import { describe, expect, it } from 'vitest'
import { studentCdf, studentQuantile } from './student-t.ts'

// scipy 1.17.1: scipy.stats.t.ppf(p, v) and .cdf(t, v)
const QUANTILES: readonly (readonly [p: number, v: number, t: number])[] = [
  [0.975, 1, 12.706204736174694],
  [0.975, 2, 4.302652729749462],
  [0.975, 4, 2.7764451051977934],
  [0.975, 4.37, 2.6861481000408847],
  [0.95, 9, 1.833112932656237],
  [0.975, 29.5, 2.043724966772122],
  [0.975, 359, 1.9665939377682302],
  [0.995, 1e6, 2.5758342201053344],
  [0.6, 3, 0.2766706623326898],
  [0.025, 7, -2.3646242515927844],
  [0.5, 7, 0],
  [0.9999, 2.5, 34.867969321116306],
]
const CDFS: readonly (readonly [t: number, v: number, p: number])[] = [
  [0, 3, 0.5],
  [1, 1, 0.75],
  [-2.5, 4, 0.03338327240599407],
  [12, 2.5, 0.9985818924849609],
  [-0.01, 100, 0.49602060511721424],
  [40, 10, 0.9999999999988596],
]

describe('Student’s t', () => {
  it.each(QUANTILES)('has SciPy’s quantile at %f with %f degrees of freedom', (p, v, expected) => {
    expect(Math.abs(studentQuantile(p, v) - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected))
  })

  it.each(CDFS)('has SciPy’s distribution at %f with %f degrees of freedom', (t, v, expected) => {
    expect(studentCdf(t, v)).toBeCloseTo(expected, 12)
  })

  it('becomes the normal distribution, and answers at the ends', () => {
    expect(studentQuantile(0.975, Number.POSITIVE_INFINITY)).toBeCloseTo(1.959963984540054, 12)
    expect(studentQuantile(1, 3)).toBe(Number.POSITIVE_INFINITY)
    expect(studentQuantile(0, 3)).toBe(Number.NEGATIVE_INFINITY)
    expect(studentQuantile(1.1, 3)).toBeNaN()
    expect(studentQuantile(0.9, 0)).toBeNaN()
  })
})
