import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { float } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import type { Goal } from '../trial/history.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { autoSampler } from './auto.ts'
import { cmaesSampler } from './cmaes.ts'
import { gpSampler } from './gp.ts'
import { finalLosses } from './gp-losses.ts'
import { createObservations } from './observations.ts'
import { randomSampler } from './random.ts'
import type { Sampler } from './sampler.ts'
import { tpeSampler } from './tpe.ts'

const space = compileSpace({ x: float(0, 1), y: float(0, 1), z: float(0, 1) })
/** Least at the origin, where the constraint is broken most. */
const loss = ({ x, y, z }: ParamValues) => Number(x) + Number(y) + Math.abs(Number(z) - 0.5)
const excess = ({ x, y }: ParamValues) => 0.8 - Number(x) - Number(y)

function constrained(number: number, params: ParamValues, values: readonly number[], over: number): TrialRecord {
  const trial = buildTrial(space, number, params, { state: 'complete', values })
  return { ...trial, systemAttrs: { 'constraints:budget': over } }
}

function search(sampler: Sampler, count: number, goals: readonly Goal[], seed: number): TrialRecord[] {
  const trials: TrialRecord[] = []
  for (let number = 0; number < count; number++) {
    const running = buildTrial(space, number, {}, { state: 'running' })
    const history = buildHistory(space, [...trials, running], { seed, goals })
    const [params = {}] = sampler.suggest(history, [number], createRng(seed).split(`${number}`))
    const values = goals.map((_, g) => (g === 0 ? loss(params) : Number(params.z)))
    trials.push(constrained(number, params, values, excess(params)))
  }
  return trials
}

const samplers: [string, () => Sampler, number][] = [
  ['auto', autoSampler, 40],
  ['gp', gpSampler, 40],
  ['tpe', tpeSampler, 60],
  ['cmaes', cmaesSampler, 120],
]
const single: readonly Goal[] = [{ name: 'loss', direction: 'minimize' }]

describe('where trials may break a constraint', () => {
  it.each(samplers)('%s finds the best that keeps it', (_, create, count) => {
    const best = (sampler: Sampler, seed: number) =>
      Math.min(
        ...search(sampler, count, single, seed)
          .filter(({ params }) => excess(params) <= 0)
          .map(({ params }) => loss(params)),
      )
    // At least 0.8 where the constraint is kept.
    const distance = (make: () => Sampler) => [1, 2, 3].reduce((sum, seed) => sum + best(make(), seed) - 0.8, 0) / 3
    expect(distance(create)).toBeLessThan(0.6 * distance(randomSampler))
  })

  it.each(samplers)('%s learns to keep it with several goals, too', (_, create, count) => {
    const goals: Goal[] = [...single, { name: 'other', direction: 'maximize' }]
    const late = search(create(), count, goals, 1).slice(-20)
    // Two thirds of the space.
    expect(late.filter(({ params }) => excess(params) <= 0).length).toBeGreaterThan(12)
  })

  it('those that break it stand behind all others, the less broken first', () => {
    const at = (x: number) => ({ x, y: 0.1, z: 0.1 })
    const trials = [
      constrained(0, at(0.1), [-100], 3),
      constrained(1, at(0.2), [5], -1),
      constrained(2, at(0.3), [-50], 1),
      constrained(3, at(0.4), [2], 0),
    ]
    const losses = (some: readonly TrialRecord[]) =>
      finalLosses(createObservations().of(buildHistory(space, some)), 'minimize')
    const order = [...losses(trials).entries()].sort(([, a], [, b]) => a - b).map(([number]) => number)
    expect(order).toEqual([3, 1, 2, 0])
    expect([...losses([trials[0]!, trials[2]!])]).toEqual([3, 1])
  })
})
