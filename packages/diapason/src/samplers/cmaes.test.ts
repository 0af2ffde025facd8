import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { choice, type Entries, float, int } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { cmaesSampler } from './cmaes.ts'
import type { Sampler } from './sampler.ts'

type Loss = (params: ParamValues) => number

function search(entries: Entries, loss: Loss, count: number, seed = 1): { best: number; trials: TrialRecord[] } {
  const space = compileSpace(entries)
  const sampler = cmaesSampler()
  const trials: TrialRecord[] = []
  let best = Number.POSITIVE_INFINITY
  for (let number = 0; number < count; number++) {
    const params = ask(sampler, space, trials, number, seed)
    const value = loss(params)
    best = Math.min(best, value)
    trials.push(buildTrial(space, number, params, { state: 'complete', values: [value] }))
  }
  return { best, trials }
}

const goals = [{ name: 'loss', direction: 'minimize' }] as const

function ask(
  sampler: Sampler,
  space: ReturnType<typeof compileSpace>,
  trials: readonly TrialRecord[],
  number: number,
  seed = 1,
): ParamValues {
  const stream = createRng(seed).split(`trial/${number}`)
  return sampler.suggest(buildHistory(space, trials, { goals, seed }), [number], stream)[0]!
}

const floats: Entries = Object.fromEntries(Array.from({ length: 6 }, (_, j) => [`x${j}`, float(-5, 5)]))
const sphere: Loss = (params) => Object.values(params).reduce<number>((sum, x) => sum + (Number(x) - 1.7) ** 2, 0)

describe('CMA-ES', () => {
  it('finds the minimum of a smooth function to many digits', () => {
    expect(search(floats, sphere, 1500).best).toBeLessThan(1e-8)
  })

  it('finds integers and options as well', () => {
    const entries = {
      a: int(0, 100),
      b: int(1, 1000, { log: true }),
      c: choice(['p', 'q', 'r', 's', 't']),
      d: choice([true, false]),
      e: float(0, 1),
    }
    const loss: Loss = ({ a, b, c, d, e }) =>
      Math.abs(Number(a) - 73) / 10 +
      Math.abs(Math.log(Number(b) / 40)) +
      (c === 's' ? 0 : 1) +
      (d === false ? 0 : 1) +
      (Number(e) - 0.9) ** 2
    for (const seed of [1, 2, 3]) expect(search(entries, loss, 800, seed).best).toBeLessThan(0.01)
  })

  it('starts again elsewhere when it has converged', () => {
    // Two basins; the narrower one is the deeper one.
    const loss: Loss = ({ x, y }) => {
      const at = (center: number) => (Number(x) - center) ** 2 + (Number(y) - center) ** 2
      return Math.min(1 + at(2), 40 * at(-3.5))
    }
    expect(search({ x: float(-5, 5), y: float(-5, 5) }, loss, 4000).best).toBeLessThan(1e-6)
  })

  it('goes on in another process as if nothing had happened', () => {
    const space = compileSpace(floats)
    const sampler = cmaesSampler()
    const trials: TrialRecord[] = []
    for (let number = 0; number < 120; number++) {
      const params = ask(sampler, space, trials, number)
      expect(ask(cmaesSampler(), space, trials, number)).toEqual(params)
      trials.push(buildTrial(space, number, params, { state: 'complete', values: [sphere(params)] }))
    }
  })

  it('is not held up by a worker that never answers, and learns from it when it does', () => {
    const space = compileSpace(floats)
    const { trials } = search(floats, sphere, 60)
    const lost = trials.map((trial) =>
      trial.number === 15 ? buildTrial(space, 15, trial.params, { state: 'running' }) : trial,
    )
    const used = cmaesSampler()
    const without = ask(used, space, lost, 60)
    expect(sphere(without)).toBeLessThan(sphere(trials[5]!.params))
    expect(ask(used, space, trials, 60)).not.toEqual(without)
    expect(ask(used, space, trials, 60)).toEqual(ask(cmaesSampler(), space, trials, 60))
  })

  it('starts at the best of the trials that are there', () => {
    const space = compileSpace(floats)
    const near = Object.fromEntries(Object.keys(floats).map((name) => [name, 1.5]))
    const trials = Array.from({ length: 30 }, (_, number) => {
      const params = number === 20 ? near : Object.fromEntries(Object.keys(floats).map((name) => [name, -4]))
      return buildTrial(space, number, params, { state: 'complete', values: [sphere(params)] })
    })
    const params = ask(cmaesSampler({ startupTrials: 30 }), space, trials, 30)
    for (const value of Object.values(params)) expect(Number(value)).toBeGreaterThan(-4)
  })

  it('refuses options that cannot be', () => {
    expect(() => cmaesSampler({ populationSize: 2 })).toThrow('populationSize is 2')
    expect(() => cmaesSampler({ startupTrials: 0.5 })).toThrow('startupTrials is 0.5')
  })
})
