import { describe, expect, it } from 'vitest'
import { valueText } from './value-text.ts'

describe('valueText', () => {
  it('tells types apart that look alike', () => {
    expect([1, '1', 1n, true, 'true', null, undefined].map(valueText)).toEqual([
      '1',
      '"1"',
      '1n',
      'true',
      '"true"',
      'null',
      'undefined',
    ])
  })

  it('names numbers that JSON has no word for, also inside', () => {
    expect([Number.NaN, -Infinity, [1, Number.NaN]].map(valueText)).toEqual(['NaN', '-Infinity', '[1,"NaN"]'])
  })

  it('never throws: circles, bigints inside, functions and symbols', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect([circle, { a: 1n }, () => 1, Symbol('s')].map(valueText)).toEqual([
      'an array',
      'an object',
      'a function',
      'Symbol(s)',
    ])
  })

  it('cuts what is long', () => {
    expect(valueText('x'.repeat(1000))).toHaveLength(80)
  })
})
