import { describe, expect, it } from 'vitest'
import golden from './fixtures/sobol.json' with { type: 'json' }
import { createRng } from './rng.ts'
import { createSobol, plainSobol } from './sobol.ts'

function points(dimensions: number, count: number, seed = 1): Float64Array[] {
  const sobol = createSobol(dimensions, createRng(seed))
  return Array.from({ length: count }, (_, i) => {
    const out = new Float64Array(dimensions)
    sobol.point(i, out)
    return out
  })
}

describe('Sobol', () => {
  // SciPy 1.17.1 qmc.Sobol(scramble=False) (fixtures/make_fixtures.py).
  it.each(Object.entries(golden.points))('gives SciPy’s first 32 points in %s dimensions', (dimensions, expected) => {
    const actual = expected.map((_, i) => Array.from({ length: Number(dimensions) }, (_, d) => plainSobol(i, d)))
    expect(actual).toEqual(expected)
  })

  it('gives SciPy’s later points in later dimensions', () => {
    // scipy 1.17.1: qmc.Sobol(128, scramble=False, bits=32).random(2**13)[8191, [63, 99, 127]]
    expect([63, 99, 127].map((d) => plainSobol(8191, d))).toEqual([0.9986572265625, 0.7947998046875, 0.2557373046875])
  })

  it('fills every dyadic interval once, scrambled, in every dimension', () => {
    for (const dimensions of [1, 40, 300]) {
      const all = points(dimensions, 64)
      for (let d = 0; d < dimensions; d++) {
        const cells = new Set(all.map((p) => Math.floor((p[d] ?? Number.NaN) * 64)))
        expect(cells.size, `dimension ${d} of ${dimensions}`).toBe(64)
      }
    }
  })

  it('fills every box of the first two dimensions once, scrambled', () => {
    const boxes = points(2, 64).map((p) => Math.floor((p[0] ?? 0) * 8) * 8 + Math.floor((p[1] ?? 0) * 8))
    expect(new Set(boxes).size).toBe(64)
  })

  it.each([
    ['2x64', 2, 64],
    ['5x256', 5, 256],
    ['10x512', 10, 512],
  ] as const)('is as even as SciPy’s scrambled points, and much more than chance (%s)', (key, dimensions, count) => {
    const { sobol, uniform } = golden.discrepancy[key]
    const ours = [1, 2, 3, 4, 5].map((seed) => centredDiscrepancy(points(dimensions, count, seed)))
    ours.sort((a, b) => a - b)
    expect(ours[2]).toBeLessThan(2 * sobol)
    expect(ours[4]).toBeLessThan(uniform / 2)
  })

  it('depends on seed and index alone', () => {
    const sobol = createSobol(5, createRng(9))
    const late = new Float64Array(5)
    sobol.point(1000, late)
    expect(late).toEqual(points(5, 1001, 9)[1000])
    expect(late).not.toEqual(points(5, 1001, 10)[1000])
  })

  it('stays strictly inside the unit cube and pads beyond its table without copies', () => {
    for (const p of points(300, 256, 3)) {
      expect(p.every((x) => x > 0 && x < 1)).toBe(true)
      expect(new Set(p).size).toBe(300)
    }
  })
})

/** Centred L2 discrepancy, squared: Hickernell 1998; the default of scipy.stats.qmc.discrepancy. */
function centredDiscrepancy(sample: readonly Float64Array[]): number {
  const n = sample.length
  let single = 0
  let double = 0
  for (const x of sample) {
    let product = 1
    for (const v of x) product *= 1 + 0.5 * Math.abs(v - 0.5) - 0.5 * (v - 0.5) ** 2
    single += product
    for (const y of sample) {
      let cross = 1
      for (let d = 0; d < x.length; d++) {
        const a = x[d] ?? 0
        const b = y[d] ?? 0
        cross *= 1 + 0.5 * Math.abs(a - 0.5) + 0.5 * Math.abs(b - 0.5) - 0.5 * Math.abs(a - b)
      }
      double += cross
    }
  }
  return (13 / 12) ** (sample[0]?.length ?? 0) - (2 / n) * single + double / (n * n)
}
