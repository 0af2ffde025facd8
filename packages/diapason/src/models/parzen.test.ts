import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { truncatedNormalLogPdf } from '../math/truncated-normal.ts'
import { enumerate } from '../samplers/enumeration.ts'
import { branch, choice, type Entries, float, int, repeat } from '../space/nodes.ts'
import { compileSpace, type ParamValues, type SearchSpace } from '../space/search-space.ts'
import { type Axes, axesOf } from './axes.ts'
import { Parzen, type Smoothing } from './parzen.ts'

const smoothing: Smoothing = {
  widthFactor: 1,
  dimensions: 2,
  leastCells: 0.7,
  uniformWeight: 0.5,
  spreadWeight: 1,
  choiceWeight: 1,
}

function positionOf(space: SearchSpace, params: ParamValues): Float64Array {
  return Float64Array.from(space.parameters, ({ name, column }) => {
    const value = params[name]
    return value === undefined ? Number.NaN : column.encode(value)
  })
}

/** A mixture over random points of a space. */
function fitted(
  entries: Entries,
  n: number,
  weights?: readonly number[],
): { space: SearchSpace; axes: Axes; mixture: Parzen; positions: Float64Array } {
  const space = compileSpace(entries)
  const axes = axesOf(space)
  const rng = createRng(4)
  const positions = new Float64Array(n * axes.count)
  for (let k = 0; k < n; k++) {
    const u = Float64Array.from({ length: axes.count }, () => rng.next())
    axes.settle(u)
    positions.set(u, k * axes.count)
  }
  const mixture = new Parzen(axes)
  mixture.fit(positions, n, Float64Array.from(weights ?? Array(n).fill(1)), smoothing)
  return { space, axes, mixture, positions }
}

/** What the uniform sampler gives a point: the product of its cells. */
function uniformMass(space: SearchSpace, params: ParamValues): number {
  let mass = 1
  for (const [name, value] of Object.entries(params)) {
    const column = space.byName.get(name)!.column
    const index = column.indexOf(value)
    mass *= column.edge(index + 1) - column.edge(index)
  }
  return mass
}

const finite: Entries = {
  few: int(1, 4),
  log: int(1, 30, { log: true }),
  kind: branch('kind', { a: { option: choice(['x', 'y', 'z']) }, b: { steps: float(0, 1, { step: 0.25 }) }, c: {} }),
  layers: repeat(0, 2, { units: int(1, 3) }),
}

describe('Parzen', () => {
  it('is a distribution over a conditional space: its masses add up to 1', () => {
    const { space, mixture } = fitted(
      finite,
      12,
      Array.from({ length: 12 }, (_, k) => 0.5 + k / 12),
    )
    const { count, pointAt } = enumerate(space)
    let total = 0
    for (let i = 0; i < count; i++) {
      const params = pointAt(i)
      total += uniformMass(space, params) * Math.exp(mixture.logDensity(positionOf(space, params)))
    }
    expect(count).toBe(4 * 30 * 9 * 13)
    // Kernels wider than three cells are normalised by their integral, not by their sum over cells.
    expect(Math.abs(total - 1)).toBeLessThan(5e-3)
  })

  it('is a mixture of truncated normals on a continuous axis', () => {
    const space = compileSpace({ x: float(0, 1) })
    const mixture = new Parzen(axesOf(space))
    const centres = [0.02, 0.3, 0.35]
    const weights = [1, 2, 0.5]
    mixture.fit(Float64Array.from(centres), 3, Float64Array.from(weights), smoothing)
    const s = mixture.widthOf(0)
    for (const x of [0, 0.1, 0.33, 0.9, 1]) {
      const kernels = centres.map((m, k) => weights[k]! * Math.exp(truncatedNormalLogPdf(x, m, s, 0, 1)))
      const expected = (kernels.reduce((a, b) => a + b) + 0.5) / 4
      expect(mixture.logDensity(Float64Array.of(x))).toBeCloseTo(Math.log(expected), 4)
    }
  })

  it('follows the rule of thumb for its widths', () => {
    const mixture = new Parzen(axesOf(compileSpace({ x: float(0, 1) })))
    mixture.fit(Float64Array.of(0.4, 0.6), 2, Float64Array.of(1, 1), smoothing)
    // Mean ½; variance (2 · 0.1² + 1/12) / 3, the last term from the uniform kernel; n = 2, d = 2.
    expect(mixture.widthOf(0)).toBeCloseTo(Math.sqrt((0.02 + 1 / 12) / 3) * 2 ** (-1 / 6), 12)
  })

  it('draws what its density says', () => {
    const { space, axes, mixture } = fitted(finite, 5)
    const rng = createRng(8)
    const draws = 20_000
    const counts = new Map<string, number>()
    const position = new Float64Array(axes.count)
    for (let i = 0; i < draws; i++) {
      mixture.sample(rng, position)
      axes.settle(position)
      const kind = space.parameters[2]!.column.decode(position[2]!)
      const layers = space.parameters[5]!.column.decode(position[5]!)
      counts.set(`${kind} ${layers}`, (counts.get(`${kind} ${layers}`) ?? 0) + 1)
    }
    const expected = new Map<string, number>()
    const { count, pointAt } = enumerate(space)
    for (let i = 0; i < count; i++) {
      const params = pointAt(i)
      const mass = uniformMass(space, params) * Math.exp(mixture.logDensity(positionOf(space, params)))
      const key = `${params.kind} ${params.layers}`
      expected.set(key, (expected.get(key) ?? 0) + mass)
    }
    for (const [key, mass] of expected) expect((counts.get(key) ?? 0) / draws, key).toBeCloseTo(mass, 1)
  })

  it('lets what is inactive in a kernel, or missing, say nothing', () => {
    const space = compileSpace({ x: float(0, 1), y: float(0, 1) })
    const mixture = new Parzen(axesOf(space))
    mixture.fit(Float64Array.of(0.5, Number.NaN), 1, Float64Array.of(1), smoothing)
    const at = (x: number, y: number) => mixture.logDensity(Float64Array.of(x, y))
    expect(at(0.5, 0.1)).toBe(at(0.5, 0.9))
    expect(at(0.5, 0.1)).toBe(at(0.5, 0.5))
    expect(at(0.5, 0.1)).toBeGreaterThan(at(0.9, 0.1))
  })

  it('takes kernels without a value to lie where the others are', () => {
    const space = compileSpace({ x: float(0, 1), y: float(0, 1) })
    const mixture = new Parzen(axesOf(space))
    const none = Number.NaN
    mixture.fit(Float64Array.of(0.1, none, 0.9, 0.2, 0.9, 0.25), 3, Float64Array.of(1, 1, 1), smoothing)
    const at = (y: number) => mixture.logDensity(Float64Array.of(0.1, y))
    expect(at(0.2)).toBeGreaterThan(at(0.8) + 0.3)
  })

  it('stops adding where the density reaches a ceiling, and below it gives the same density', () => {
    const { axes, mixture } = fitted({ ...finite, x: float(0, 1), y: float(0, 1) }, 40)
    const rng = createRng(2)
    const u = new Float64Array(axes.count)
    for (let i = 0; i < 200; i++) {
      mixture.sample(rng, u)
      axes.settle(u)
      const exact = mixture.logDensity(u)
      for (const above of [0.001, 1, 30]) expect(mixture.logDensity(u, exact + above)).toBeCloseTo(exact, 6)
      for (const below of [0.001, 1, 30]) expect(mixture.logDensity(u, exact - below)).toBeGreaterThan(exact - below)
    }
  })

  it('is uniform without observations', () => {
    const { mixture, axes } = fitted(finite, 0)
    const u = new Float64Array(axes.count).fill(0.3)
    axes.settle(u)
    expect(mixture.logDensity(u)).toBeCloseTo(0, 14)
  })
})
