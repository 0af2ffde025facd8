import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { choice, float, int } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { createStudy } from '../study/create-study.ts'
import { run } from '../testing/sampler-run.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import { autoSampler } from './auto.ts'
import { cmaesSampler } from './cmaes.ts'
import { gpSampler } from './gp.ts'
import { randomSampler } from './random.ts'
import type { Sampler } from './sampler.ts'
import { tpeSampler } from './tpe.ts'

const learning: [string, () => Sampler][] = [
  ['auto', autoSampler],
  ['gp', gpSampler],
  ['tpe', tpeSampler],
  ['cmaes', cmaesSampler],
]

const BATCH = 8
const space = compileSpace({ x: float(-1, 1), y: float(-1, 1), z: float(-1, 1) })
const bowl = ({ x, y, z }: ParamValues) => (Number(x) - 0.3) ** 2 + (Number(y) + 0.5) ** 2 + (Number(z) - 0.1) ** 2
const judge = (_: number, params: ParamValues) => ({ state: 'complete', values: [bowl(params)] }) as const

const distance = (a: ParamValues, b: ParamValues) =>
  Math.hypot(...['x', 'y', 'z'].map((name) => Number(a[name]) - Number(b[name])))

/** How far each point lies from the nearest other one, on average. */
function spread(points: readonly ParamValues[]): number {
  const nearest = points.map((a) => Math.min(...points.filter((b) => b !== a).map((b) => distance(a, b))))
  return nearest.reduce((sum, gap) => sum + gap, 0) / points.length
}

/** Batches, each told before the next is asked for. */
function runBatches(sampler: Sampler, batches: number, seed: number): number {
  const trials = run(randomSampler(), space, BATCH, { seed, judge })
  for (let at = BATCH; at < batches * BATCH; at += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, i) => at + i)
    const asked = numbers.map((number) => buildTrial(space, number, {}, { state: 'running' }))
    const points = sampler.suggest(
      buildHistory(space, [...trials, ...asked], { seed }),
      numbers,
      createRng(seed).split(`${at}`),
    )
    trials.push(...points.map((params, i) => buildTrial(space, at + i, params, judge(0, params))))
  }
  return Math.min(...trials.map(({ params }) => bowl(params)))
}

describe('eight points at once', () => {
  it.each(learning.slice(0, 3))('lie further apart than eight that know nothing of each other: %s', (_, create) => {
    const known = run(create(), space, 20, { judge })
    const numbers = Array.from({ length: BATCH }, (_, i) => 20 + i)
    const running = (number: number) => buildTrial(space, number, {}, { state: 'running' })
    const suggest = (asked: readonly number[]) =>
      create().suggest(buildHistory(space, [...known, ...asked.map(running)], { seed: 1 }), asked, createRng(1))
    const together = suggest(numbers)
    const apart = numbers.flatMap((number) => suggest([number]))
    expect(together).toHaveLength(BATCH)
    expect(spread(together)).toBeGreaterThan(1.5 * spread(apart))
  })

  it.each(learning)('find more in ten rounds than random search: %s', (_, create) => {
    const reached = (sampler: () => Sampler) =>
      [1, 2, 3].reduce((sum, seed) => sum + Math.log(runBatches(sampler(), 10, seed)), 0)
    expect(reached(create)).toBeLessThan(reached(randomSampler))
  })

  it.each(learning)('are eight different ones where a space is small: %s', async (_, create) => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { a: choice(['p', 'q', 'r']), b: int(1, 16) },
      sampler: create(),
      seed: 5,
    })
    for (let round = 0; round < 6; round++) {
      for (const trial of await study.ask({ count: BATCH })) await study.tell(trial, Math.abs(trial.params.b - 9))
    }
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(48)
  })
})

describe('trials that run at the same time', () => {
  it.each(learning.slice(0, 3))('are as different as those of a batch: %s', async (_, create) => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { x: float(-1, 1), y: float(-1, 1), z: float(-1, 1) },
      sampler: create(),
      seed: 3,
    })
    await study.optimize((params) => bowl(params), { trials: 20 })
    const { promise: allRun, resolve } = Promise.withResolvers<void>()
    await study.optimize(
      async (params, { number }) => {
        if (number === 19 + BATCH) resolve()
        await allRun
        return bowl(params)
      },
      { trials: BATCH, concurrency: BATCH },
    )
    const together = study.trials.slice(20).map(({ params }) => params)
    const apart = Array.from({ length: BATCH }, (_, i) => {
      const known = [...study.trials.slice(0, 20), buildTrial(space, 20 + i, {}, { state: 'running' })]
      return create().suggest(buildHistory(space, known, { seed: 3 }), [20 + i], createRng(3))[0]!
    })
    expect(spread(together)).toBeGreaterThan(1.5 * spread(apart))
  })
})
