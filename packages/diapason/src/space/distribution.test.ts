import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpaceError } from '../errors.ts'
import {
  checkDistribution,
  compatibleDistributions,
  type Distribution,
  type ParamValue,
  sameDistribution,
} from './distribution.ts'
import { distributions } from './space-arbitraries.ts'

const floatOf = (low: number, high: number, rest: { log?: boolean; step?: number | null } = {}): Distribution => ({
  kind: 'float',
  low,
  high,
  log: false,
  step: null,
  ...rest,
})
const intOf = (low: number, high: number, rest: { log?: boolean; step?: number } = {}): Distribution => ({
  kind: 'int',
  low,
  high,
  log: false,
  step: 1,
  ...rest,
})
const choicesOf = (...choices: ParamValue[]): Distribution => ({ kind: 'categorical', choices })

describe('checkDistribution', () => {
  // FloatDistribution(low, high, step=step).high and IntDistribution(…).high of Optuna 5.0.0.
  it.each([
    [0, 1, 0.3, 0.9],
    [0, 1, 0.1, 1.0],
    [-0.3, 0.3, 0.1, 0.3],
    [0.05, 1, 0.05, 1.0],
    [0.001, 0.01, 0.002, 0.009],
    [0, 0.7999999999999999, 0.1, 0.7],
    [0.30000000000000004, 1.0, 0.1, 0.9],
    [-1, 1, 0.7, 0.4],
    [0, 1, 1 / 3, 0.9999999999999999],
    [5, 5, 0.1, 5.0],
    [0, 1e-20, 3e-21, 9e-21],
  ])('lowers high of float(%d, %d, step %d) to %d, as Optuna does', (low, high, step, expected) => {
    expect(checkDistribution('x', floatOf(low, high, { step }))).toEqual(floatOf(low, expected, { step }))
  })
  it.each([
    [0, 100, 7, 98],
    [1, 10, 4, 9],
    [-5, 5, 3, 4],
    [0, Number.MAX_SAFE_INTEGER, 10 ** 9, 9007199000000000],
  ])('lowers high of int(%d, %d, step %d) to %d, as Optuna does', (low, high, step, expected) => {
    expect(checkDistribution('x', intOf(low, high, { step }))).toEqual(intOf(low, expected, { step }))
  })

  it('returns a distribution that needs no change itself', () => {
    for (const distribution of [floatOf(0, 1), floatOf(0, 1, { step: 0.1 }), intOf(0, 10), choicesOf('a')]) {
      expect(checkDistribution('x', distribution)).toBe(distribution)
    }
  })

  it('finds nothing more to change the second time', () => {
    fc.assert(
      fc.property(distributions, (distribution) => {
        const checked = checkDistribution('x', distribution)
        expect(checkDistribution('x', checked)).toBe(checked)
      }),
    )
  })

  it.each<[string, Distribution, RegExp]>([
    ['NaN', floatOf(Number.NaN, 1), /two finite numbers, got NaN to 1/],
    ['an endless range', floatOf(0, Infinity), /two finite numbers, got 0 to Infinity/],
    ['a bound that is a text', floatOf('0' as unknown as number, 1), /two finite numbers, got "0" to 1/],
    ['a missing bound', intOf(1, undefined as unknown as number), /got 1 to undefined/],
    ['swapped bounds', intOf(4, 1), /low 4 is above high 1/],
    ['a logarithm of zero', floatOf(0, 1, { log: true }), /log scale needs low > 0, got 0/],
    ['a fractional int', intOf(0.5, 3), /integer bounds .* got 0.5 to 3/],
    ['an unsafe int', intOf(0, 2 ** 53), /integer bounds within ±\(2\^53 − 1\)/],
    [
      'more ints than doubles can count',
      intOf(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      /at most 2\^53 values/,
    ],
    ['no step', floatOf(0, 1, { step: 0 }), /step must be a number above 0, got 0/],
    ['a step that is NaN', floatOf(0, 1, { step: Number.NaN }), /got NaN/],
    ['a step that is a text', floatOf(0, 1, { step: '0.1' as unknown as number }), /got "0.1"/],
    ['a fractional step of an int', intOf(0, 5, { step: 0.5 }), /step of an int must be an integer, got 0.5/],
    ['a step that doubles cannot resolve', floatOf(1e16, 1e16 + 100, { step: 1 }), /too fine/],
    ['log with step', floatOf(1, 2, { log: true, step: 0.1 }), /exclude each other/],
    ['log with step for ints', intOf(1, 20, { log: true, step: 2 }), /exclude each other/],
    ['no options', choicesOf(), /list of options, got \[\]/],
    ['options that are no list', { kind: 'categorical', choices: 'relu' as unknown as [] }, /got "relu"/],
    ['an object as option', choicesOf('a', {} as string), /option 1 is \{\}/],
    ['a missing option', choicesOf(undefined as unknown as string), /option 0 is undefined/],
    ['an option twice', choicesOf('a', 'b', 'a'), /"a" is listed twice/],
    ['NaN twice', choicesOf(Number.NaN, Number.NaN), /NaN is listed twice/],
    ['zero of both signs', choicesOf(0, -0), /0 is listed twice/],
  ])('refuses %s, naming the path', (_, distribution, message) => {
    const check = () => checkDistribution('optimizer.sgd.momentum', distribution)
    expect(check).toThrow(SpaceError)
    expect(check).toThrow(message)
    expect(check).toThrow('"optimizer.sgd.momentum"')
  })

  it('takes options of all types apart, non-finite ones too', () => {
    const mixed = choicesOf(1, '1', true, 'true', null, 'null', Number.NaN, 'NaN', Infinity, -Infinity, '')
    expect(checkDistribution('x', mixed)).toBe(mixed)
  })

  it('checks ten thousand options at once', () => {
    const many = choicesOf(...Array.from({ length: 10_000 }, (_, i) => `option ${i}`))
    const start = performance.now()
    checkDistribution('x', many)
    expect(performance.now() - start).toBeLessThan(200)
  })
})

describe('sameDistribution', () => {
  it('sees every difference', () => {
    const all = [
      floatOf(0, 1),
      floatOf(0, 2),
      floatOf(0.5, 1),
      floatOf(0.5, 1, { log: true }),
      floatOf(0, 1, { step: 0.5 }),
      intOf(0, 1),
      choicesOf(0, 1),
      choicesOf(1, 0),
      choicesOf('0', '1'),
      choicesOf(false, true),
      choicesOf(Number.NaN),
      choicesOf(null),
    ]
    for (const [i, a] of all.entries()) {
      for (const [j, b] of all.entries()) expect(sameDistribution(a, structuredClone(b))).toBe(i === j)
    }
  })
})

describe('compatibleDistributions', () => {
  it('lets ranges and steps change, but neither kind, scale nor options', () => {
    expect(compatibleDistributions(floatOf(0, 1), floatOf(5, 6, { step: 0.5 }))).toBe(true)
    expect(compatibleDistributions(intOf(0, 1), intOf(5, 9, { step: 2 }))).toBe(true)
    expect(compatibleDistributions(choicesOf(Number.NaN, 0), choicesOf(Number.NaN, -0))).toBe(true)
    expect(compatibleDistributions(floatOf(1, 2), floatOf(1, 2, { log: true }))).toBe(false)
    expect(compatibleDistributions(floatOf(1, 2), intOf(1, 2))).toBe(false)
    expect(compatibleDistributions(choicesOf('a', 'b'), choicesOf('b', 'a'))).toBe(false)
    expect(compatibleDistributions(choicesOf(0), intOf(0, 1))).toBe(false)
  })
})
