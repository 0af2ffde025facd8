import { expect, it } from 'vitest'
import { decay } from './decay.ts'

it('is exp(−x) with a relative error of at most 4.2e-8', () => {
  expect(decay(0)).toBe(1)
  for (let x = 0; x < 36.9; x += 0.0037) expect(Math.abs(decay(x) / Math.exp(-x) - 1), `${x}`).toBeLessThan(4.2e-8)
})

it('is 0 where nothing is left to add to 1', () => {
  expect([37, 800, Number.POSITIVE_INFINITY].map(decay)).toEqual([0, 0, 0])
})
