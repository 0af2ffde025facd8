import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from './fixtures/normal.json' with { type: 'json' }
import { truncatedNormalLogPdf, truncatedNormalQuantile } from './truncated-normal.ts'

// Expected numbers: SciPy 1.17.1 stats.truncnorm (fixtures/make_fixtures.py).
describe('the truncated normal', () => {
  it.each(golden.truncated)('has the log density and quantile of N($mean, $sd) on [$low, $high]', (row) => {
    const { mean, sd, low, high } = row
    expect(truncatedNormalLogPdf(row.x, mean, sd, low, high)).toBeCloseTo(row.logPdf, 9)
    expect(truncatedNormalQuantile(row.q, mean, sd, low, high)).toBeCloseTo(row.quantile, 10)
  })

  it('stays inside, and grows with u, wherever mean and bounds are', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    const mean = fc.double({ min: -1e4, max: 1e4, noNaN: true })
    const sd = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
    fc.assert(
      fc.property(unit, unit, mean, sd, (u, v, m, s) => {
        const x = truncatedNormalQuantile(Math.min(u, v), m, s, 0, 1)
        const y = truncatedNormalQuantile(Math.max(u, v), m, s, 0, 1)
        return x >= 0 && y <= 1 && x <= y + 1e-9
      }),
    )
  })

  it('has no density outside', () => {
    expect(truncatedNormalLogPdf(1.1, 0, 1, 0, 1)).toBe(Number.NEGATIVE_INFINITY)
  })
})
