import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { mean, standardDeviation } from '../math/stats.ts'
import type { Posterior } from './gp-fit.ts'
import { sampleHyperparameters } from './gp-slices.ts'

/** Independent normals, the second of them cut at 1. */
const posterior: Posterior = {
  log: ([x = 0, y = 0]) => -0.5 * ((x - 2) / 0.5) ** 2 - 0.5 * y ** 2,
  low: Float64Array.of(-10, -10),
  high: Float64Array.of(10, 1),
  sd: Float64Array.of(1, 1),
}

describe('slice sampling', () => {
  const draws = sampleHyperparameters(posterior, Float64Array.of(2, 0), {
    count: 20_000,
    burnIn: 10,
    rng: createRng(1),
  })
  const [x, y] = [0, 1].map((j) => draws.map((draw) => draw[j]!)) as [number[], number[]]

  it('draws from the distribution, bounds included', () => {
    expect(mean(x)).toBeCloseTo(2, 1)
    expect(standardDeviation(x)).toBeCloseTo(0.5, 1)
    // A standard normal below 1: mean −φ(1) / Φ(1), variance 1 − φ(1) / Φ(1) − (φ(1) / Φ(1))².
    expect(mean(y)).toBeCloseTo(-0.2876, 1)
    expect(standardDeviation(y)).toBeCloseTo(0.7936, 1)
    expect(y.every((value) => value <= 1)).toBe(true)
  })

  it('moves on with every draw, the same way for the same seed', () => {
    expect(new Set(x).size).toBe(draws.length)
    const again = sampleHyperparameters(posterior, Float64Array.of(2, 0), { count: 3, burnIn: 10, rng: createRng(1) })
    expect(again).toEqual(draws.slice(0, 3))
  })

  it('stays where it is on a spike that no slice finds', () => {
    const spike: Posterior = { ...posterior, log: ([x = 0]) => (x === 2 ? 0 : Number.NEGATIVE_INFINITY) }
    const start = Float64Array.of(2, 0)
    const [draw] = sampleHyperparameters(spike, start, { count: 1, burnIn: 0, rng: createRng(1) })
    expect(draw?.[0]).toBe(2)
  })
})
