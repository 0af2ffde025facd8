import { expect, it } from 'vitest'
import { normalCdf } from './normal.ts'
import { normalTail } from './normal-tail.ts'

it('is the lower tail of the normal distribution to 5e-7, up to 4.5 standard deviations', () => {
  // Φ(−1), Φ(−1.96): SciPy 1.17.1 scipy.stats.norm.cdf.
  expect(Math.abs(normalTail(1) - 0.15865525393145707)).toBeLessThan(1e-15)
  expect(Math.abs(normalTail(1.96) - 0.024997895148220435)).toBeLessThan(5e-7)
  for (let z = 0; z < 4.5; z += 0.0007) expect(Math.abs(normalTail(z) - normalCdf(-z)), `${z}`).toBeLessThan(5e-7)
})

it('is empty beyond', () => {
  expect([4.5, 40, Number.POSITIVE_INFINITY].map(normalTail)).toEqual([0, 0, 0])
  expect(normalTail(0)).toBe(0.5)
})
