import { describe, expect, it } from 'vitest'
import { midRanks, spearman, spearmanInterval } from './rank-correlation.ts'

describe('spearman', () => {
  it('equals SciPy 1.17.1 (scipy.stats.spearmanr), ties included', () => {
    const a = [1, 2, 3, 4, 5, 5, 7, 8, 9, 10]
    const b = [2, 1, 4, 3, 7, 5, 6, 6, 10, 9]
    expect(spearman(a, b)).toBeCloseTo(0.9085365853658538, 14)
  })

  it('is 1 for the same order, −1 for the opposite, and NaN where nothing varies', () => {
    expect(spearman([1, 2, 40], [0.1, 0.2, Number.POSITIVE_INFINITY])).toBe(1)
    expect(spearman([1, 2, 3], [3, 2, 1])).toBe(-1)
    expect(spearman([1, 1, 1], [3, 2, 1])).toBeNaN()
  })

  it('ranks ties by the middle of their places', () => {
    expect([...midRanks([7, 3, 7, 1, 7])]).toEqual([4, 2, 4, 1, 4])
  })
})

describe('spearmanInterval', () => {
  it('follows Bonett and Wright: tanh(atanh r ± 1.96 √((1 + r²/2) / (n − 3)))', () => {
    // r = 0.7, n = 28: z = 0.8673, half = 1.96 · √(1.245 / 25) = 0.4374.
    const [low, high] = spearmanInterval(0.7, 28) ?? []
    expect(low).toBeCloseTo(Math.tanh(0.8673 - 0.4374), 4)
    expect(high).toBeCloseTo(Math.tanh(0.8673 + 0.4374), 4)
    expect(spearmanInterval(0.7, 4)).toBeUndefined()
  })
})
