import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { drawOption, learnOdds } from './choice-odds.ts'
import { cmaSample, cmaStart, cmaUpdate, deviation } from './cma-distribution.ts'
import { keepMargin } from './cma-margin.ts'
import { cmaParameters, defaultPopulation } from './cma-parameters.ts'
import hansen from './fixtures/cma.json' with { type: 'json' }
import original from './fixtures/cmaes.json' with { type: 'json' }

describe('the constants', () => {
  it.each(hansen.cases)(
    'are those of cma in $dims dimensions',
    ({ dims, populationSize, mu, muEff, positiveWeights, chiN }) => {
      expect(defaultPopulation(dims)).toBe(populationSize)
      const parameters = cmaParameters(dims, populationSize)
      expect(parameters.mu).toBe(mu)
      expect(parameters.muEff).toBeCloseTo(muEff, 12)
      expect(parameters.chiN).toBeCloseTo(chiN, 12)
      for (const [i, weight] of positiveWeights.entries()) expect(parameters.weights[i]).toBeCloseTo(weight, 12)
    },
  )

  it.each(original.cases)('are those of cmaes in $dims dimensions, negative weights included', (golden) => {
    const parameters = cmaParameters(golden.dims, golden.weights.length)
    for (const [i, weight] of golden.weights.entries()) expect(parameters.weights[i]).toBeCloseTo(weight, 12)
    for (const name of ['c1', 'cMu', 'cC', 'cSigma', 'dSigma'] as const)
      expect(parameters[name]).toBeCloseTo(golden[name], 12)
  })
})

describe('one generation', () => {
  it.each(original.cases)('moves the distribution as cmaes does in $dims dimensions', (golden) => {
    const n = golden.dims
    const points = golden.pointsBestFirst.map((point) => Float64Array.from(point))
    const start = cmaStart(new Float64Array(n).fill(0.5), 1 / 6)
    const next = cmaUpdate(start, points, cmaParameters(n, points.length), createRng(1))!
    expect(next.sigma).toBeCloseTo(golden.sigma, 12)
    for (let j = 0; j < n; j++) {
      expect(next.mean[j]).toBeCloseTo(golden.mean[j]!, 12)
      expect(next.pathSigma[j]).toBeCloseTo(golden.pathSigma[j]!, 10)
      expect(next.pathC[j]).toBeCloseTo(golden.pathC[j]!, 10)
      for (let k = 0; k <= j; k++) expect(next.covariance[j * n + k]).toBeCloseTo(golden.covariance[j]![k]!, 7)
    }
  })

  it('learns nothing of the mean from coordinates that are missing', () => {
    const start = cmaStart(Float64Array.of(0.5, 0.5), 1 / 6)
    const points = [0.4, 0.45, 0.6, 0.7].map((u) => Float64Array.of(u, Number.NaN))
    const next = cmaUpdate(start, points, cmaParameters(2, 4), createRng(1))!
    expect(next.mean[0]).toBeLessThan(0.5)
    expect(next.mean[1]).toBe(0.5)
  })
})

/** Points until the mean is so near the optimum, in a search without bounds. */
function evaluations(n: number, loss: (x: Float64Array) => number, target: number, seed: number): number {
  const rng = createRng(seed)
  const population = defaultPopulation(n)
  const parameters = cmaParameters(n, population)
  let state = cmaStart(new Float64Array(n).fill(0.5), 1 / 6)
  for (let count = population; count < 50_000; count += population) {
    const points = Array.from({ length: population }, () => {
      const point = new Float64Array(n)
      cmaSample(state, rng, point)
      return point
    })
    points.sort((a, b) => loss(a) - loss(b))
    if (loss(points[0]!) < target) return count
    state = cmaUpdate(state, points, parameters, rng)!
  }
  return Number.POSITIVE_INFINITY
}

const sphere = (x: Float64Array): number => x.reduce((sum, u) => sum + (u - 0.3) ** 2, 0)
const ellipsoid = (x: Float64Array): number =>
  x.reduce((sum, u, j) => sum + 10 ** ((6 * j) / (x.length - 1)) * (u - 0.3) ** 2, 0)
const rosenbrock = (x: Float64Array): number => {
  let sum = 0
  for (let j = 0; j + 1 < x.length; j++) {
    const [a, b] = [4 * x[j]! - 1, 4 * x[j + 1]! - 1]
    sum += 100 * (b - a * a) ** 2 + (1 - a) ** 2
  }
  return sum
}

describe('a search', () => {
  // Medians of cmaes 0.13.1 on the same functions, seeds 1 to 11.
  it.each([
    ['sphere', sphere, 1160],
    ['ellipsoid', ellipsoid, 2960],
    ['rosenbrock', rosenbrock, 3670],
  ] as const)('needs as many points as cmaes does: %s', (_, loss, original) => {
    const counts = Array.from({ length: 11 }, (_, seed) => evaluations(8, loss, 1e-10, seed)).sort((a, b) => a - b)
    expect(counts[5]! / original).toBeGreaterThan(0.88)
    expect(counts[5]! / original).toBeLessThan(1.12)
  })
})

describe('the margin', () => {
  const cell = (low: number, high: number) => () => ({ low, high })

  it('keeps both neighbours of a cell likely', () => {
    const narrow = cmaStart(Float64Array.of(0.5), 1e-4)
    const kept = keepMargin(narrow, cell(0.4, 0.6), 0.1)
    // Φ((0.4 − 0.5) ÷ sd) = 0.05 where sd = 0.1 ÷ 1.6449.
    expect(deviation(kept, 0)).toBeCloseTo(0.1 / 1.6449, 3)
    expect(kept.mean[0]).toBeCloseTo(0.5, 12)
  })

  it('keeps the only neighbour of the last cell likely', () => {
    const kept = keepMargin(cmaStart(Float64Array.of(0.9), 0.01), cell(0.8, Number.POSITIVE_INFINITY), 0.1)
    expect(kept.mean[0]).toBeCloseTo(0.8 + 1.28155 * 0.01, 6)
  })

  it('leaves wide distributions alone', () => {
    const wide = cmaStart(Float64Array.of(0.5), 0.3)
    expect(keepMargin(wide, cell(0.4, 0.6), 0.1)).toEqual(wide)
  })
})

describe('the odds of options', () => {
  const parameters = cmaParameters(5, 10)

  it('move towards what the best hold and stay a distribution', () => {
    const odds = learnOdds(new Float64Array(4).fill(0.25), [2, 2, 2, 1, 2, 0, 0, 3, 3, 1], parameters, 1)
    expect(odds[2]).toBeGreaterThan(0.4)
    expect(odds.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
  })

  it('never rule an option out', () => {
    let odds: Float64Array = new Float64Array(4).fill(0.25)
    for (let g = 0; g < 100; g++) odds = learnOdds(odds, new Array(10).fill(1), parameters, 2)
    // (1 − √0.73) ÷ 3, so that either of two axes leaves its best option in 27 % of the points.
    for (const i of [0, 2, 3]) expect(odds[i]).toBeCloseTo((1 - Math.sqrt(0.73)) / 3, 6)
  })

  it('are drawn from', () => {
    const rng = createRng(3)
    const counts = [0, 0, 0]
    for (let i = 0; i < 3000; i++) counts[drawOption(Float64Array.of(0.1, 0.6, 0.3), rng)]!++
    expect(counts[1]! / 3000).toBeCloseTo(0.6, 1)
  })
})
