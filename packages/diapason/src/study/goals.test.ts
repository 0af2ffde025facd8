import { describe, expect, it } from 'vitest'
import { parseGoals, parseResult } from './goals.ts'

const one = parseGoals({ loss: 'minimize' })
const two = parseGoals({ accuracy: 'maximize', ms: 'minimize' })

describe('parseResult', () => {
  it('takes a bare number or an object for one goal, an object for several', () => {
    expect(parseResult(one, 0.5)).toEqual({ ok: true, values: [0.5] })
    expect(parseResult(one, { loss: Number.POSITIVE_INFINITY })).toEqual({
      ok: true,
      values: [Number.POSITIVE_INFINITY],
    })
    expect(parseResult(two, { ms: 3, accuracy: 0.9, extra: 1 })).toEqual({ ok: true, values: [0.9, 3] })
  })

  it.each([
    [one, Number.NaN, 'returned NaN; expected a number or { loss: number }'],
    [one, null, 'returned null'],
    [one, undefined, 'returned undefined'],
    [one, '0.5', 'returned 0.5'],
    [one, { Loss: 1 }, 'returned { Loss: 1 }'],
    [two, 1, 'expected { accuracy: number, ms: number }'],
    [two, [1, 2], 'returned an array of 2'],
    [two, { accuracy: 1, ms: Number.NaN }, 'ms: NaN'],
  ])('says what came instead (%#)', (goals, result, words) => {
    expect(parseResult(goals, result)).toEqual({ ok: false, reason: expect.stringContaining(words) })
  })
})

describe('parseGoals', () => {
  it('refuses no goals and unknown directions', () => {
    expect(() => parseGoals({})).toThrow('at least one goal')
    // @ts-expect-error a direction that does not exist
    expect(() => parseGoals({ loss: 'min' })).toThrow('Goal "loss" has direction "min"')
  })
})
