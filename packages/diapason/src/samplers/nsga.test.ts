import { describe, expect, it } from 'vitest'
import { hypervolume } from '../math/hypervolume.ts'
import { createRng } from '../math/rng.ts'
import { type Entries, float } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import type { Goal } from '../trial/history.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { nsga2Sampler, nsga3Sampler } from './nsga.ts'
import { randomSampler } from './random.ts'
import type { Sampler } from './sampler.ts'

const unitBox = (count: number): Entries =>
  Object.fromEntries(Array.from({ length: count }, (_, j) => [`x${j}`, float(0, 1)]))
const minimised = (count: number): Goal[] =>
  Array.from({ length: count }, (_, g) => ({ name: `f${g}`, direction: 'minimize' as const }))

function search(
  sampler: Sampler,
  entries: Entries,
  goals: readonly Goal[],
  evaluate: (params: ParamValues) => number[],
  count: number,
  seed = 1,
): TrialRecord[] {
  const space = compileSpace(entries)
  const trials: TrialRecord[] = []
  for (let number = 0; number < count; number++) {
    const history = buildHistory(space, trials, { goals, seed })
    const [params = {}] = sampler.suggest(history, [number], createRng(seed).split(`${number}`))
    trials.push(buildTrial(space, number, params, { state: 'complete', values: evaluate(params) }))
  }
  return trials
}

const valuesOf = (trials: readonly TrialRecord[]) =>
  trials.map((trial) => (trial.state === 'complete' ? [...trial.values] : []))

/** Front: f1 = 1 − √f0. */
function zdt1(params: ParamValues): number[] {
  const [first = 0, ...others] = Object.values(params).map(Number)
  const g = 1 + (9 * others.reduce((a, b) => a + b, 0)) / others.length
  return [first, g * (1 - Math.sqrt(first / g))]
}

/** Front: the part of the unit sphere with positive coordinates. */
function dtlz2(params: ParamValues): number[] {
  const x = Object.values(params).map(Number)
  const radius = 1 + x.slice(2).reduce((sum, u) => sum + (u - 0.5) ** 2, 0)
  const [a, b] = x.map((u) => (u * Math.PI) / 2)
  return [radius * Math.cos(a!) * Math.cos(b!), radius * Math.cos(a!) * Math.sin(b!), radius * Math.sin(a!)]
}

describe('NSGA-II', () => {
  it('reaches a front that random search does not come near to', () => {
    const volume = (sampler: Sampler) =>
      hypervolume(valuesOf(search(sampler, unitBox(8), minimised(2), zdt1, 1000)), [1.1, 1.1])
    // The true front dominates 0.876 of it.
    expect(volume(nsga2Sampler({ populationSize: 20 }))).toBeGreaterThan(0.77)
    expect(volume(randomSampler())).toBeLessThan(0.2)
  })

  it('minimises a single goal', () => {
    const sphere = (params: ParamValues) => [
      Object.values(params).reduce<number>((sum, u) => sum + (Number(u) - 0.3) ** 2, 0),
    ]
    const trials = search(nsga2Sampler({ populationSize: 20 }), unitBox(5), minimised(1), sphere, 800)
    expect(Math.min(...valuesOf(trials).map(([loss]) => loss!))).toBeLessThan(1e-3)
  })

  it('goes on in another process as if nothing had happened', () => {
    const space = compileSpace(unitBox(4))
    const goals = minimised(2)
    const trials = search(nsga2Sampler({ populationSize: 10 }), unitBox(4), goals, zdt1, 64)
    const [params] = nsga2Sampler({ populationSize: 10 }).suggest(
      buildHistory(space, trials.slice(0, 63), { goals, seed: 1 }),
      [63],
      createRng(1).split('63'),
    )
    expect(params).toEqual(trials[63]?.params)
  })

  it('refuses a population that cannot breed', () => {
    expect(() => nsga2Sampler({ populationSize: 3 })).toThrow('populationSize is 3')
  })
})

describe('NSGA-III', () => {
  const goals = minimised(3)

  it('spreads over a front of three goals', () => {
    const trials = search(nsga3Sampler({ populationSize: 30 }), unitBox(7), goals, dtlz2, 900)
    const volume = hypervolume(valuesOf(trials), [1.5, 1.5, 1.5])
    expect(volume).toBeGreaterThan(0.93 * (1.5 ** 3 - Math.PI / 6))
  })

  it('treats a goal that is maximised as its negative minimised', () => {
    const mirrored: Goal[] = goals.map((goal, g) => (g === 0 ? { ...goal, direction: 'maximize' } : goal))
    const sampler = () => nsga3Sampler({ populationSize: 12 })
    const plain = search(sampler(), unitBox(5), goals, dtlz2, 100)
    const turned = search(
      sampler(),
      unitBox(5),
      mirrored,
      (params) => dtlz2(params).map((value, g) => (g === 0 ? -value : value)),
      100,
    )
    expect(turned.map(({ params }) => params)).toEqual(plain.map(({ params }) => params))
  })
})
