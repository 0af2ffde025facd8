import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import type { Goal } from '../trial/history.ts'
import { fixtures, type PedAnovaCase, trialsOf } from './fixtures/importance-fixtures.ts'
import { importance } from './importance.ts'

describe('importance by PED-ANOVA', () => {
  it.each(Object.keys(fixtures.pedAnova))('is what Optuna computes: %s', (name) => {
    const { directions, goal, options, trials, raw, normalized } = fixtures.pedAnova[name] as PedAnovaCase
    const goals = directions.map((direction, g) => ({ name: `goal${g}`, direction }))
    const result = importance(trialsOf(trials), goals, {
      ...(goal === null ? {} : { goal: `goal${goal}` }),
      ...(options.target_quantile === undefined ? {} : { best: options.target_quantile }),
      against: options.evaluate_on_local === false ? 'space' : 'trials',
    })
    expect(result.params).toHaveLength(Object.keys(raw).length)
    for (const { path, score, share } of result.params) {
      expect(score, path).toBeCloseTo(raw[path] ?? Number.NaN, 10)
      expect(share, path).toBeCloseTo(normalized[path] ?? Number.NaN, 10)
    }
  })

  const goals: readonly Goal[] = [{ name: 'loss', direction: 'minimize' }]
  const { trials } = fixtures.pedAnova.mixed as PedAnovaCase

  it('puts the most important first and counts what it saw', () => {
    const { params, trials: count, best, goal } = importance(trialsOf(trials), goals)
    expect([goal, count, best]).toEqual(['loss', 200, 20])
    expect(params[0]?.path).toBe('rate')
    expect(params.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
    expect(params.at(-1)).toEqual({ path: 'fixed', share: 0, score: 0, trials: 200 })
  })

  it('leaves out trials without finite values, and has nothing to say of none', () => {
    const broken = trialsOf(trials).map((trial, i) => (i < 50 ? { ...trial, values: [Number.NaN] } : trial))
    expect(importance(broken, goals).trials).toBe(150)
    expect(importance([], goals)).toEqual({ goal: 'loss', trials: 0, best: 0, params: [] })
  })

  it('takes several goals together by fronts, the last one whole', () => {
    const two: Goal[] = [...goals, { name: 'size', direction: 'minimize' }]
    const points = trialsOf(trials).map((trial, i) => ({ ...trial, values: [i % 20, 19 - (i % 20)] }))
    // All lie on one front.
    expect(importance(points, two).best).toBe(200)
    const layered = points.map((trial, i) => ({
      ...trial,
      values: trial.values.map((v) => v + 100 * Math.floor(i / 20)),
    }))
    expect(importance(layered, two).best).toBe(20)
  })

  it('counts pruned trials as not good, those that got furthest first where complete ones do not suffice', () => {
    const complete = trialsOf(trials).slice(0, 5)
    const pruned = trialsOf(trials)
      .slice(5, 100)
      .map((trial, i) => ({ ...trial, state: 'pruned' as const, values: [], reports: [[i < 10 ? 9 : 3, 1]] as const }))
    const { trials: count, best } = importance([...complete, ...pruned], goals)
    // Ten are wanted: the complete ones, and the ten that reached step 9 with the same value.
    expect([count, best]).toEqual([100, 15])
    expect(importance([...complete, ...pruned], goals, { best: 0.05 }).best).toBe(5)
  })

  it('refuses goals that are not there and shares that are none', () => {
    expect(() => importance([], goals, { goal: 'accuracy' })).toThrow(OptionError)
    expect(() => importance([], goals, { goal: 'accuracy' })).toThrow(/"loss"/)
    expect(() => importance([], goals, { best: 1 })).toThrow(OptionError)
  })
})
