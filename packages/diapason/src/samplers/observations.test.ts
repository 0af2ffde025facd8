import { describe, expect, it } from 'vitest'
import { choice, float, int } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { createObservations, keyOf } from './observations.ts'

const space = compileSpace({ x: float(0, 10), n: int(1, 4), c: choice(['a', 'b']) })
const done = { state: 'complete', values: [1] } as const

describe('observations', () => {
  it('encodes a finished trial once and a changed one again', () => {
    const cache = createObservations()
    const finished = buildTrial(space, 0, { x: 5, n: 1, c: 'b' }, done)
    const running = buildTrial(space, 1, { x: 1, n: 2, c: 'a' }, { state: 'running' })
    const [a, b] = cache.of(buildHistory(space, [finished, running]))
    const ended = { ...running, state: 'complete', values: [2], finishedAt: 9 } as const
    const [a2, b2] = cache.of(buildHistory(space, [finished, ended]))
    expect(a2).toBe(a)
    expect(b2).not.toBe(b)
    expect(b2?.loss).toBe(2)
    expect([...(a?.position ?? [])]).toEqual([0.5, 0.125, 0.75])
  })

  it('sees a part of the history as that part', () => {
    const cache = createObservations()
    const trials = [0, 1, 2].map((number) => buildTrial(space, number, { x: number, n: 1, c: 'a' }, done))
    expect(cache.of(buildHistory(space, trials))).toHaveLength(3)
    expect(cache.of(buildHistory(space, trials.slice(1, 2))).map(({ trial }) => trial.number)).toEqual([1])
  })

  it('sees all that happens in one array that grows', () => {
    const cache = createObservations()
    const trials: TrialRecord[] = []
    const see = () => {
      const seen = cache.of(buildHistory(space, trials))
      expect(seen).toEqual(createObservations().of(buildHistory(space, trials)))
      return seen.map(({ loss }) => loss)
    }
    for (const number of [0, 1, 2, 3]) {
      trials.push(
        buildTrial(space, number, { x: number, n: 1, c: 'a' }, { state: number === 1 ? 'running' : 'waiting' }),
      )
      see()
      if (number !== 1) trials[number] = buildTrial(space, number, { x: number, n: 1, c: 'a' }, done)
      see()
    }
    expect(see()).toEqual([1, Number.POSITIVE_INFINITY, 1, 1])
    trials[1] = buildTrial(space, 1, { x: 1, n: 1, c: 'a' }, { state: 'complete', values: [7] })
    expect(see()).toEqual([1, 7, 1, 1])
    expect(cache.unchanged()).toBe(1)
    see()
    expect(cache.unchanged()).toBe(4)
  })

  it('leaves out trials that say nothing yet and values that the axis does not have', () => {
    const cache = createObservations()
    const trials = [
      buildTrial(space, 0, {}, { state: 'running' }),
      buildTrial(space, 1, { x: 1, n: 1, c: 'a' }, { state: 'waiting' }),
      buildTrial(space, 2, { x: 1, n: 1, c: 'gone' }, done),
    ]
    const [only, ...others] = cache.of(buildHistory(space, trials))
    expect(others).toEqual([])
    expect(only?.trial.number).toBe(2)
    expect(only?.position[2]).toBeNaN()
  })

  it('gives equal positions equal keys, different ones different keys', () => {
    expect(keyOf(Float64Array.of(0, Number.NaN))).toBe(keyOf(Float64Array.of(-0, Number.NaN)))
    const keys = new Set<number>()
    for (let i = 0; i < 60; i++)
      for (let j = 0; j < 60; j++) keys.add(keyOf(Float64Array.of((i + 0.5) / 60, (j + 0.5) / 60)))
    expect(keys.size).toBe(3600)
  })
})
