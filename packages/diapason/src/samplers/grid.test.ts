import { describe, expect, it } from 'vitest'
import { SpaceError, StudyError } from '../errors.ts'
import { createRng } from '../math/rng.ts'
import { branch, choice, float, int, repeat } from '../space/nodes.ts'
import { compileSpace, type ParamValues, type SearchSpace } from '../space/search-space.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { enumerate } from './enumeration.ts'
import { gridPoints, gridSampler } from './grid.ts'

const rng = createRng(0)
const conditional = compileSpace({
  rate: float(0, 0.3, { step: 0.1 }),
  optimizer: branch('kind', {
    adam: { amsgrad: choice([true, false]) },
    sgd: { momentum: float(0, 0.9, { step: 0.3 }), nesterov: choice([true, false]) },
    plain: {},
  }),
  layers: repeat(0, 2, { units: choice([8, 16]) }),
})
// 4 rates × (2 + 4·2 + 1) optimizers × (1 + 2 + 4) layers
const conditionalCount = 4 * 11 * 7

function runAll(space: SearchSpace): ParamValues[] {
  const sampler = gridSampler()
  const trials: TrialRecord[] = []
  for (;;) {
    const number: number = trials.length
    if (number >= sampler.trialLimit!(buildHistory(space, trials))) break
    const asked = buildHistory(space, [...trials, buildTrial(space, number, {}, { state: 'running' })])
    const params = sampler.suggest(asked, [number], rng)[0] ?? {}
    trials.push(
      buildTrial(space, number, params, number % 3 === 1 ? { state: 'failed' } : { state: 'complete', values: [1] }),
    )
  }
  return trials.map((trial) => trial.params)
}

describe('enumeration', () => {
  it('counts a conditional space and numbers its points both ways', () => {
    const grid = enumerate(conditional)
    expect(grid.count).toBe(conditionalCount)
    const points = Array.from({ length: grid.count }, (_, i) => grid.pointAt(i))
    expect(new Set(points.map((p) => JSON.stringify(p))).size).toBe(conditionalCount)
    expect(points.map(grid.indexOf)).toEqual(points.map((_, i) => i))
    expect(points[0]).toEqual({ rate: 0, optimizer: 'adam', 'optimizer.adam.amsgrad': true, layers: 0 })
  })

  it('does not know points off the grid or incomplete ones', () => {
    const grid = enumerate(conditional)
    expect(grid.indexOf({ rate: 0.05, optimizer: 'plain', layers: 0 })).toBe(-1)
    expect(grid.indexOf({ rate: 0.1, optimizer: 'plain' })).toBe(-1)
    expect(grid.indexOf({ rate: 0.1, optimizer: 'plain', layers: 0 })).toBeGreaterThanOrEqual(0)
  })

  it('is infinite where a parameter is continuous', () => {
    expect(gridPoints(compileSpace({ a: int(1, 3), b: float(0, 1) }))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('grid', () => {
  it('tries every point of a conditional space once and then says that it is done', () => {
    const points = runAll(conditional)
    expect(points).toHaveLength(conditionalCount)
    expect(new Set(points.map((p) => JSON.stringify(p))).size).toBe(conditionalCount)
  })

  it('visits all of a range early', () => {
    const early = runAll(compileSpace({ x: int(0, 99) })).slice(0, 10)
    const deciles = new Set(early.map(({ x }) => Math.floor(Number(x) / 10)))
    expect(deciles.size).toBeGreaterThanOrEqual(6)
  })

  it('gives each of several workers a point of its own, whoever asks first', () => {
    const space = compileSpace({ x: int(0, 5) })
    const sampler = gridSampler()
    const empty = (number: number) => buildTrial(space, number, {}, { state: 'running' })
    const ask = (trials: Parameters<typeof buildHistory>[1], numbers: number[]) =>
      sampler.suggest(buildHistory(space, trials), numbers, rng)
    const together = ask([empty(0), empty(1), empty(2)], [0, 1, 2])
    expect(new Set(together.map(({ x }) => x)).size).toBe(3)
    expect(ask([empty(0), empty(1), empty(2)], [1])).toEqual([together[1]])
    // Trial 2 has its point already when trials 0 and 1 ask.
    const held = buildTrial(space, 2, together[2] ?? {}, { state: 'running' })
    expect(ask([empty(0), empty(1), held], [1])).toEqual([together[1]])
    expect(ask([empty(0), empty(1), held], [0])).toEqual([together[0]])
  })

  it('leaves queued points to those who queued them', () => {
    const space = compileSpace({ x: int(0, 2) })
    const sampler = gridSampler()
    const queued = { ...buildTrial(space, 0, {}, { state: 'waiting' }), systemAttrs: { fixed_params: { x: 1 } } }
    const history = buildHistory(space, [queued, buildTrial(space, 1, {}, { state: 'running' })])
    expect(sampler.suggest(history, [1], rng)[0]?.x).not.toBe(1)
    expect(sampler.trialLimit?.(history)).toBe(3)
  })

  it('refuses a continuous parameter by name and an absurd grid by number', () => {
    const check = (space: SearchSpace) => () => gridSampler().check?.(space)
    expect(check(compileSpace({ a: int(1, 3), 'learning rate': float(0, 1) }))).toThrow(
      /"learning rate".*continuous.*step/,
    )
    const absurd = compileSpace({ a: int(1, 2000), b: int(1, 2000) })
    expect(check(absurd)).toThrow(/4,000,000 points, more than the 1,000,000/)
    expect(check(absurd)).toThrow(SpaceError)
    expect(() => gridSampler({ maxPoints: 4_000_000 }).check?.(absurd)).not.toThrow()
  })

  it('throws when asked beyond the last point', () => {
    const space = compileSpace({ x: int(0, 0) })
    const trials = [buildTrial(space, 0, { x: 0 }, { state: 'complete', values: [1] })]
    expect(gridSampler().trialLimit?.(buildHistory(space, trials))).toBe(1)
    expect(() => gridSampler().suggest(buildHistory(space, trials), [1], rng)).toThrow(StudyError)
  })
})
