import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import golden from './fixtures/paired-comparison.json' with { type: 'json' }
import { comparePaired } from './paired-comparison.ts'

describe('comparePaired', () => {
  it.each(golden.oneSeed)(
    'is SciPy’s paired t interval with one seed',
    ({ baseline, candidate, difference, interval }) => {
      const compared = comparePaired([baseline], [candidate])
      expect(compared.difference).toBeCloseTo(difference, 12)
      expect(compared.interval?.[0]).toBeCloseTo(interval[0] ?? Number.NaN, 9)
      expect(compared.interval?.[1]).toBeCloseTo(interval[1] ?? Number.NaN, 9)
    },
  )

  it.each(golden.oneSeed)('is the same interval over seeds with one example', ({ baseline, candidate, interval }) => {
    const compared = comparePaired(
      baseline.map((score) => [score]),
      candidate.map((score) => [score]),
    )
    expect(compared.interval?.[0]).toBeCloseTo(interval[0] ?? Number.NaN, 9)
    expect(compared.interval?.[1]).toBeCloseTo(interval[1] ?? Number.NaN, 9)
  })

  it.each(golden.crossed)('has the variance of statsmodels’ two-way layout', (expected) => {
    const compared = comparePaired(expected.baseline, expected.candidate)
    expect(compared.difference).toBeCloseTo(expected.difference, 12)
    expect(compared.standardError).toBeCloseTo(expected.standardError, 12)
    expect(compared.degreesOfFreedom).toBeCloseTo(expected.degreesOfFreedom, 8)
    expect(compared.interval?.[0]).toBeCloseTo(expected.interval[0] ?? Number.NaN, 9)
    expect(compared.interval?.[1]).toBeCloseTo(expected.interval[1] ?? Number.NaN, 9)
  })

  it('ignores seeds that change nothing', () => {
    const [one] = golden.oneSeed.slice(1)
    const { baseline = [], candidate = [], interval = [] } = one ?? {}
    const compared = comparePaired([baseline, baseline, baseline], [candidate, candidate, candidate])
    expect(compared.interval?.[0]).toBeCloseTo(interval[0] ?? Number.NaN, 9)
  })

  it('says which is better by its sign and gives both means', () => {
    const compared = comparePaired([[1, 0, 0, 1]], [[1, 1, 0, 1]])
    expect(compared).toMatchObject({ baseline: 0.5, candidate: 0.75, difference: 0.25, examples: 4, seeds: 1 })
    expect(comparePaired([[1, 1]], [[0, 1]]).difference).toBe(-0.5)
  })

  it('has no interval where nothing varies by design, and a point where nothing varies in fact', () => {
    expect(comparePaired([[0.5]], [[0.7]]).interval).toBeUndefined()
    expect(comparePaired([[0, 1]], [[0, 1]]).interval).toEqual([0, 0])
  })

  it('covers the truth as often as it says, over new examples and new seeds', () => {
    // 400 draws of a layout with all three effects; 95 % ± 3.3 points is the range of three standard errors.
    let state = 12345
    const uniform = () => {
      state = (state * 1664525 + 1013904223) % 2 ** 32
      return (state + 0.5) / 2 ** 32
    }
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
    let covered = 0
    for (let draw = 0; draw < 400; draw++) {
      const byExample = Array.from({ length: 20 }, () => 0.3 * normal())
      const bySeed = Array.from({ length: 5 }, () => 0.1 * normal())
      const difference = bySeed.map((s) => byExample.map((e) => 0.2 + s + e + 0.3 * normal()))
      const zero = bySeed.map(() => byExample.map(() => 0))
      const [low, high] = comparePaired(zero, difference).interval ?? [1, 0]
      if (low <= 0.2 && 0.2 <= high) covered++
    }
    expect(covered / 400).toBeGreaterThan(0.917)
    expect(covered / 400).toBeLessThan(0.99)
  })

  it('refuses scores that do not pair', () => {
    expect(() => comparePaired([[1, 2]], [[1]])).toThrow(OptionError)
    expect(() => comparePaired([[1], [1]], [[1]])).toThrow(/same examples/)
    expect(() => comparePaired([[]], [[]])).toThrow(/at least one/)
    expect(() => comparePaired([[1, 0]], [[1, Number.NaN]])).toThrow(/example 1 is NaN/)
  })
})
