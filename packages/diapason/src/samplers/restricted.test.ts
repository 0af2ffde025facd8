import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpaceError } from '../errors.ts'
import { createRng } from '../math/rng.ts'
import { branch, choice, type Entries, float, int } from '../space/nodes.ts'
import { compileSpace, type ParamValues, type SearchSpace } from '../space/search-space.ts'
import { smallSpaces } from '../space/space-arbitraries.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { autoSampler } from './auto.ts'
import { cmaesSampler } from './cmaes.ts'
import { enumerate } from './enumeration.ts'
import { gpSampler } from './gp.ts'
import { gridSampler } from './grid.ts'
import { nsga2Sampler } from './nsga.ts'
import { quasiRandomSampler } from './quasi-random.ts'
import { randomSampler } from './random.ts'
import type { Sampler } from './sampler.ts'
import { tpeSampler } from './tpe.ts'

const learning: [string, () => Sampler][] = [
  ['auto', autoSampler],
  ['gp', gpSampler],
  ['tpe', tpeSampler],
  ['cmaes', cmaesSampler],
  ['nsga2', () => nsga2Sampler({ populationSize: 8 })],
]
const all: [string, () => Sampler][] = [...learning, ['random', randomSampler], ['quasi-random', quasiRandomSampler]]

type Allows = (params: ParamValues) => boolean

/** Trial after trial, in batches. */
function search(
  sampler: Sampler,
  space: SearchSpace,
  isAllowed: Allows,
  count: number,
  loss: (params: ParamValues) => number,
  { batch = 1, seed = 1 } = {},
): TrialRecord[] {
  const trials: TrialRecord[] = []
  while (trials.length < count) {
    const numbers = Array.from({ length: batch }, (_, i) => trials.length + i)
    const asked = numbers.map((number) => buildTrial(space, number, {}, { state: 'running' }))
    const history = { ...buildHistory(space, [...trials, ...asked], { seed }), isAllowed }
    const points = sampler.suggest(history, numbers, createRng(seed).split(`trial/${numbers[0]}`))
    for (const [i, params] of points.entries()) {
      trials.push(buildTrial(space, numbers[i]!, params, { state: 'complete', values: [loss(params)] }))
    }
  }
  return trials
}

const network: Entries = {
  layers: int(1, 8),
  units: int(8, 1024, { log: true }),
  rate: float(1e-5, 1, { log: true }),
  optimizer: branch('kind', { sgd: { momentum: float(0, 0.99) }, adam: { decay: float(1e-6, 1e-1, { log: true }) } }),
}
/** About a fifth of the space. */
const fits: Allows = ({ layers, units, rate, ...others }) =>
  Number(layers) * Number(units) <= 200 && Number(rate) * (1 + 10 * Number(others['optimizer.sgd.momentum'] ?? 0)) < 0.1

describe.each(all)('where some points are not allowed %s', (_, create) => {
  it.each([1, 4])('proposes others only, %i at once', (batch) => {
    const space = compileSpace(network)
    const loss = ({ layers, units, rate }: ParamValues) => -Number(layers) - Math.log(Number(units)) - Number(rate)
    for (const { params } of search(create(), space, fits, 40, loss, { batch })) {
      expect(fits(params), JSON.stringify(params)).toBe(true)
    }
  })

  it('says so where none is', () => {
    const space = compileSpace({ x: float(0, 1), y: float(0, 1) })
    expect(() =>
      search(
        create(),
        space,
        () => false,
        1,
        () => 0,
      ),
    ).toThrow(SpaceError)
    expect(() =>
      search(
        create(),
        space,
        () => false,
        1,
        () => 0,
      ),
    ).toThrow('20,000 points in a row')
  })
})

describe.each(learning)('where some points are not allowed %s', (_, create) => {
  it('tries every one that is before any twice', () => {
    fc.assert(
      fc.property(smallSpaces, fc.integer({ min: 2, max: 5 }), fc.nat(), (entries, share, seed) => {
        const space = compileSpace(entries)
        const { count, pointAt, indexOf } = enumerate(space)
        const isAllowed: Allows = (params) => indexOf(params) % share === 0
        const allowed = Array.from({ length: Math.min(count, 20_000) }, (_, i) => i).filter((i) => i % share === 0)
        expect(isAllowed(pointAt(0))).toBe(true)
        const trials = search(create(), space, isAllowed, Math.min(12, allowed.length), (p) => indexOf(p), { seed })
        expect(new Set(trials.map(({ params }) => indexOf(params))).size).toBe(trials.length)
      }),
      { numRuns: 20 },
    )
  })

  it('finds the best point on the border', () => {
    const space = compileSpace({ x: float(0, 1), y: float(0, 1) })
    const loss = ({ x, y }: ParamValues) => Number(x) + Number(y)
    // Least, 1, at (1/2, 1/2); without the border at (0, 0).
    const trials = search(create(), space, ({ x, y }) => Number(x) * Number(y) >= 0.25, 60, loss)
    expect(Math.min(...trials.map(({ params }) => loss(params)))).toBeLessThan(1.03)
  })
})

describe('where some points are not allowed a grid', () => {
  const space = compileSpace({ a: int(1, 4), b: choice([1, 2, 3]) })
  const isAllowed: Allows = ({ a, b }) => Number(a) * Number(b) <= 4

  it('holds the others only', () => {
    const sampler = gridSampler()
    const trials = search(sampler, space, isAllowed, 7, () => 0)
    const points = trials.map(({ params }) => `${params.a}×${params.b}`)
    expect(points.sort()).toEqual(['1×1', '1×2', '1×3', '2×1', '2×2', '3×1', '4×1'])
    // One that somebody added, though it is not allowed, uses up no place.
    const stranger = buildTrial(space, 7, { a: 4, b: 3 }, { state: 'complete', values: [0] })
    expect(sampler.trialLimit?.({ ...buildHistory(space, [...trials, stranger]), isAllowed })).toBe(8)
  })

  it('says so where it is empty', () => {
    expect(() =>
      search(
        gridSampler(),
        space,
        () => false,
        1,
        () => 0,
      ),
    ).toThrow('allows none of the 12 points')
  })
})
