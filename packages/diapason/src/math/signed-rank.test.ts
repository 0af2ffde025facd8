import { expect, it } from 'vitest'
import { signedRankPValue } from './signed-rank.ts'

// SciPy 1.17.1: scipy.stats.wilcoxon(d, alternative='greater', zero_method='zsplit', correction=False), exact for the first, second and
// fifth, asymptotic for the others.
it.each([
  [[1.5, -0.3, 2.2, 0.9], 0.125],
  [[3, 1, 2, 4, 5, -6, 7], 0.109375],
  [[1, 1, 2, -1, 0, 3, 0], 0.07356204933788085],
  [[0, 0.5, 0.5, -0.5, 2], 0.1359092216277475],
  [Array.from({ length: 40 }, (_, i) => 0.1 * i - 1.03), 2.049409522442147e-5],
  [Array.from({ length: 60 }, (_, i) => 0.1 * i - 2.03), 0.00024205323547836006],
])('the signed-rank test agrees with SciPy on %j', (differences, expected) => {
  expect(signedRankPValue(differences)).toBeCloseTo(expected, 12)
})

it('says nothing of no differences, and half of zeros alone', () => {
  expect(signedRankPValue([])).toBe(1)
  expect(signedRankPValue([0, 0])).toBe(0.5)
})
