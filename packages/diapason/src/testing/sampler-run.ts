import { expect } from 'vitest'
import { createRng } from '../math/rng.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { isActive, type ParamValues, type SearchSpace } from '../space/search-space.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { buildHistory, buildTrial, isNative, type Outcome } from './trial-builders.ts'

/** Runs a sampler on its own: trial after trial, told what `judge` says of each. */
export function run(
  sampler: Sampler,
  space: SearchSpace,
  count: number,
  options: { readonly seed?: number; readonly judge?: (number: number, params: ParamValues) => Outcome } = {},
): TrialRecord[] {
  const judge = options.judge ?? ((number) => ({ state: 'complete', values: [Math.sin(number)] }))
  const trials: TrialRecord[] = []
  for (let number = 0; number < count; number++) {
    const params = ask(sampler, space, trials, number, options.seed)
    trials.push(buildTrial(space, number, params, judge(number, params)))
  }
  return trials
}

/** The point of one more trial, which is in the history as running. */
export function ask(
  sampler: Sampler,
  space: SearchSpace,
  trials: readonly TrialRecord[],
  number: number,
  seed = 1,
): ParamValues {
  const asked = [...trials, buildTrial(space, number, {}, { state: 'running' })].sort((a, b) => a.number - b.number)
  const points = sampler.suggest(
    buildHistory(space, asked, { seed }),
    [number],
    createRng(seed).split(`trial/${number}`),
  )
  expect(points).toHaveLength(1)
  return points[0] ?? {}
}

/** Every active parameter has a value of its own type within its range, and no other parameter has one. */
export function expectPoint(space: SearchSpace, params: ParamValues): void {
  for (const parameter of space.parameters) {
    const value = params[parameter.name]
    if (!isActive(parameter, params)) expect(value, `${parameter.name} is inactive`).toBeUndefined()
    else expect(isNative(parameter.distribution, value), `${parameter.name} = ${JSON.stringify(value)}`).toBe(true)
  }
  for (const path of Object.keys(params)) expect(space.byName.has(path), path).toBe(true)
}
