import { describe, expect, it } from 'vitest'
import golden from '../math/fixtures/normal.json' with { type: 'json' }
import { logExpectedImprovement, logStandardImprovement } from './acquisition.ts'

describe('log expected improvement', () => {
  // Expected: mpmath 1.3 at 60 digits (math/fixtures/make_fixtures.py).
  it.each(golden.logExpectedImprovement)('of a standard score %f is %f', (z = 0, expected = 0) => {
    expect(Math.abs(logStandardImprovement(z) / expected - 1)).toBeLessThan(1e-13)
  })

  it('stays finite, smooth and increasing however far below the target a point is', () => {
    expect(logStandardImprovement(-1e100)).toBeGreaterThan(Number.NEGATIVE_INFINITY)
    for (let z = -2000; z < 20; z += 0.5) {
      expect(logStandardImprovement(z + 0.5)).toBeGreaterThan(logStandardImprovement(z))
    }
  })

  it.each([
    [0, 1, 0.5],
    [0, 0.1, 3],
    [0, 0.01, 5],
    [1, 0.2, 0],
    [-300, 1, 2],
  ])('has the right slopes at mean %f, variance %f, target %f', (mean, variance, target) => {
    const acquisition = logExpectedImprovement(target)
    const { value, byMean, byVariance } = acquisition.slopes(mean, variance)
    const h = 1e-6
    const relative = (actual: number, expected: number) => Math.abs(actual / expected - 1)
    expect(value).toBe(acquisition.value(mean, variance))
    const meanSlope = (acquisition.value(mean + h, variance) - acquisition.value(mean - h, variance)) / (2 * h)
    expect(relative(byMean, meanSlope)).toBeLessThan(1e-5)
    const dv = h * variance
    const varianceSlope = (acquisition.value(mean, variance + dv) - acquisition.value(mean, variance - dv)) / (2 * dv)
    expect(relative(byVariance, varianceSlope)).toBeLessThan(1e-5)
  })
})
