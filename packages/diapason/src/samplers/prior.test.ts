import { describe, expect, it } from 'vitest'
import { choice, type Entries, float } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { run } from '../testing/sampler-run.ts'
import { autoSampler } from './auto.ts'
import { cmaesSampler } from './cmaes.ts'
import { gpSampler } from './gp.ts'
import { quasiRandomSampler } from './quasi-random.ts'
import type { Sampler } from './sampler.ts'
import { tpeSampler } from './tpe.ts'

const names = ['a', 'b', 'c', 'd'] as const
const rosy = (near: number) =>
  Object.fromEntries(names.map((name) => [name, float(0, 1, { prior: { near, within: 0.1 } })]))
const plain = Object.fromEntries(names.map((name) => [name, float(0, 1)]))
/** Least at 0.8 everywhere. */
const bowl = (params: ParamValues) => names.reduce((sum, name) => sum + (Number(params[name]) - 0.8) ** 2, 0)

/** Geometric mean of the least value over some seeds. */
function reached(create: () => Sampler, entries: Entries, count: number): number {
  const space = compileSpace(entries)
  const judge = (_: number, params: ParamValues) => ({ state: 'complete', values: [bowl(params)] }) as const
  const least = (seed: number) =>
    Math.min(...run(create(), space, count, { seed, judge }).map(({ params }) => bowl(params)))
  return Math.exp([1, 2, 3, 4, 5].reduce((sum, seed) => sum + Math.log(least(seed)), 0) / 5)
}

const samplers: [string, () => Sampler][] = [
  ['auto', autoSampler],
  ['gp', gpSampler],
  ['tpe', tpeSampler],
]

describe('with a prior over the optimum', () => {
  it.each(samplers)('%s is there sooner where it is right', (_, create) => {
    expect(reached(create, rosy(0.75), 12)).toBeLessThan(0.5 * reached(create, plain, 12))
  })

  it.each(samplers)('%s gets there all the same where it is wrong', (_, create) => {
    expect(reached(create, rosy(0.1), 60)).toBeLessThan(0.3 * reached(create, plain, 12))
  })

  it.each([...samplers, ['cmaes', cmaesSampler] as [string, () => Sampler]])(
    '%s begins there with every other trial',
    (_, create) => {
      const space = compileSpace({
        x: float(0, 1, { prior: { near: 0.9, within: 0.02 } }),
        o: choice([1, 2], { prior: [9, 1] }),
      })
      const near = run(create(), space, 5).filter(({ params }) => Math.abs(Number(params.x) - 0.9) < 0.07)
      expect(near.length).toBeGreaterThanOrEqual(2)
    },
  )

  it('quasi-random points stay even', () => {
    const points = (entries: Entries) => run(quasiRandomSampler(), compileSpace(entries), 9).map(({ params }) => params)
    expect(points(rosy(0.1))).toEqual(points(plain))
  })
})
