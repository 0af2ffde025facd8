import { describe, expect, it } from 'vitest'
import { branch, choice, float, int } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { optimumPriorOf } from './optimum-prior.ts'

const prior = optimumPriorOf(
  compileSpace({
    x: float(0, 1, { prior: { near: 0.1, within: 0.2 } }),
    open: float(0, 1),
    act: choice(['a', 'b', 'c', 'd'], { prior: [6, 2, 2, 0] }),
    kind: branch('kind', { on: { y: int(1, 100, { prior: { near: 90, within: 10 } }) }, off: {} }),
  }),
)!
const at = (...u: number[]) => Float64Array.from(u)
const NAMES = 1 / 8

describe('a prior over the optimum', () => {
  it('is a distribution: its mean density is 1', () => {
    const cells = 2000
    let sum = 0
    for (let i = 0; i < cells; i++) {
      for (let a = 0; a < 4; a++) {
        sum += Math.exp(prior.logDensity(at((i + 0.5) / cells, 0.5, a / 4 + NAMES, 0.75, Number.NaN)))
      }
    }
    expect(sum / cells / 4).toBeCloseTo(1, 3)
  })

  it('counts the axes that take part', () => {
    const off = prior.logDensity(at(0.1, 0.9, NAMES, 0.75, Number.NaN))
    expect(prior.logDensity(at(0.1, 0.2, NAMES, 0.75, Number.NaN))).toBe(off)
    expect(prior.logDensity(at(0.1, 0.2, NAMES, 0.25, 0.9))).toBeGreaterThan(off)
    expect(prior.logDensity(at(0.1, 0.2, NAMES, 0.25, 0.2))).toBeLessThan(off)
  })

  it('leaves no place out, also where an option has no weight', () => {
    expect(prior.logDensity(at(1, 0.5, 7 * NAMES, 0.25, 0.005))).toBeCloseTo(3 * Math.log(0.05), 1)
  })

  it('has the slopes of its density', () => {
    const point = at(0.37, 0.5, NAMES, 0.25, 0.6)
    const slopes = new Float64Array(5)
    prior.addSlopes(point, 2, slopes)
    for (const j of [0, 4]) {
      const [up, down] = [1e-6, -1e-6].map((h) => prior.logDensity(point.map((u, i) => (i === j ? u + h : u))))
      expect(slopes[j]).toBeCloseTo((2 * (up! - down!)) / 2e-6, 4)
    }
    expect([slopes[1], slopes[2], slopes[3]]).toEqual([0, 0, 0])
  })

  it('turns even coordinates into its draws', () => {
    const count = 4000
    const draws = Array.from({ length: count }, (_, i) => {
      const u = new Float64Array(5).fill((i + 0.5) / count)
      prior.warp(u)
      return u
    })
    const share = (test: (u: Float64Array) => boolean) => draws.filter(test).length / count
    expect(share((u) => u[2]! < 0.25)).toBeCloseTo(0.05 / 4 + 0.95 * 0.6, 2)
    // The integral of the density up to 0.1.
    let mass = 0
    for (let i = 0; i < 1000; i++) {
      const rest = prior.logDensity(at(0.5, 0.5, NAMES, 0.75, Number.NaN))
      const here = prior.logDensity(at((i + 0.5) / 1e4, 0.5, NAMES, 0.75, Number.NaN)) - rest
      mass += Math.exp(here + Math.log(density(0.5))) / 1e4
    }
    expect(share((u) => u[0]! < 0.1)).toBeCloseTo(mass, 2)
    expect(draws.every((u, i) => u[1] === (i + 0.5) / count)).toBe(true)
  })

  it('is none where nobody expects anything', () => {
    expect(optimumPriorOf(compileSpace({ x: float(0, 1) }))).toBeUndefined()
  })
})

/** Along x alone. */
function density(u: number): number {
  const alone = optimumPriorOf(compileSpace({ x: float(0, 1, { prior: { near: 0.1, within: 0.2 } }) }))!
  return Math.exp(alone.logDensity(at(u)))
}
