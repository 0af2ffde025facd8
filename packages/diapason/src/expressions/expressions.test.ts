import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { branch, choice, float, int, repeat } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { parseOutcomeLimit } from './outcome-limit.ts'
import { parseParamRule } from './param-rule.ts'

const space = compileSpace({
  batch: int(1, 512),
  accumulate: int(1, 64),
  dropout: choice([null, 0.1, 0.5]),
  act: choice(['relu', 'tanh']),
  bias: choice([true, false]),
  'weight-decay': float(0, 1),
  optimizer: branch('kind', { adam: {}, sgd: { momentum: float(0, 1) } }),
  layers: repeat(0, 3, { units: int(8, 1024) }),
})
const values: ParamValues = {
  batch: 64,
  accumulate: 8,
  dropout: 0.1,
  act: 'relu',
  bias: true,
  'weight-decay': 0.5,
  optimizer: 'sgd',
  'optimizer.sgd.momentum': 0.9,
  layers: 2,
  'layers.0.units': 100,
  'layers.1.units': 20,
}
const holds = (text: string, params = values) => parseParamRule(text, space).refusal(params) === undefined

describe('a rule for parameters', () => {
  test.each([
    ['batch * accumulate <= 512', true],
    ['batch * accumulate < 512', false],
    ['batch / accumulate == 8', true],
    ['batch % 10 == 4 and -batch + 60 <= -4', true],
    // Signs and powers as in Python: -2 ** 2 is -4, 2 ** 3 ** 2 is 512.
    ['-2 ** 2 == -4 and 2 ** 3 ** 2 == 512 and 2 ** -1 == .5', true],
    ['1 - 2 - 3 == -4 and 12 / 2 / 3 == 2 and 2 + 3 * 4 == 14', true],
    ['(2 + 3) * 4 == 20', true],
    ['1 < accumulate < 9 <= 9', true],
    ['1 < accumulate < 8', false],
    ['false and false or true', true],
    ['false and (false or true)', false],
    ['not batch == 64 or bias', true],
    ['!(batch == 64) || !bias && true', false],
    ["act == 'relu'", true],
    ['act != "relu"', false],
    ['act in ["tanh", "relu"]', true],
    ['batch in [16, 32]', false],
    ['not act in ["tanh"]', true],
    ['bias', true],
    ['`weight-decay` <= 5e-1', true],
    ['optimizer == "adam" or optimizer.sgd.momentum > 0.8', true],
    ['layers.0.units >= layers.1.units', true],
    ['sum(layers[].units) == 120', true],
    ['max(layers[].units) <= 99 or min(layers[].units) < 20', false],
    ['min(batch, accumulate) == 8 and log2(batch) == 6 and floor(batch / 10) == 6', true],
    ['sqrt(batch) + abs(-1) + ceil(.5) + round(.6) == 11', true],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected)
  })

  const sparse = { batch: 64, accumulate: 8, dropout: null, optimizer: 'adam', layers: 0 }
  test.each([
    ['optimizer.sgd.momentum < 0.1', true],
    ['not optimizer.sgd.momentum < 0.1', true],
    ['optimizer.sgd.momentum < 0.1 or batch > 1000', true],
    ['optimizer.sgd.momentum < 0.1 and batch > 1000', false],
    ['batch > 1000 and optimizer.sgd.momentum < 0.1', false],
    ['layers.0.units > 1000', true],
    ['sum(layers[].units) > 0', false],
    ['dropout < 0.2', true],
    ['dropout == null', true],
    ['dropout in [0.1, 0.5]', false],
  ])('is kept where it depends on what takes no part: %s is %s', (text, expected) => {
    expect(holds(text, sparse)).toBe(expected)
  })

  it('says which values break it', () => {
    expect(parseParamRule('batch * accumulate < 512', space).refusal(values)).toBe(
      'batch * accumulate < 512 does not hold where batch is 64, accumulate is 8',
    )
    expect(parseParamRule('sum(layers[].units) < 5', space).refusal(values)).toBe(
      'sum(layers[].units) < 5 does not hold where layers.0.units is 100, layers.1.units is 20',
    )
  })

  test.each([
    ['batchs > 1', 'Character 1: there is no parameter "batchs". Did you mean batch? Known are batch, accumulate,'],
    [
      'batch > 1 and momentum < 1',
      'Character 15: there is no parameter "momentum". Did you mean optimizer.sgd.momentum?',
    ],
    ['batch >', 'Character 8: it ends too early. Write a name or a number'],
    ['batch > 1)', 'Character 10: ")" does not belong here. Write an operator or the end'],
    ['(batch > 1', 'Character 11: it ends too early. Write ) to close the bracket'],
    ['batch = 1', 'Character 7: = is no part of an expression. Write == to compare'],
    ['batch ^ 2 > 1', 'Character 7: ^ is no part of an expression. Write ** for a power'],
    ['act == "relu', 'Character 8: " is no part of an expression. Close the quotes'],
    ['batch > 8GB', 'Character 10: "GB" does not belong here'],
    ['', 'Character 1: it ends too early'],
    ['batch', 'Character 1: batch is a number, neither true nor false. Compare it with something'],
    ['batch + 1', 'Character 7: this is a number, neither true nor false'],
    ['act > 3', 'Character 1: act is a text. A number is needed here'],
    ['act == 3', 'Character 8: act is a text and 3 a number: they are never equal'],
    ['act == "rleu"', 'Character 8: act is never "rleu". Did you mean relu? Its options are relu, tanh'],
    ['dropout in [0.1, 0.2]', 'Character 18: dropout is never 0.2'],
    ['batch in []', 'Character 7: the list is empty'],
    ['batch in 3', 'Character 10: 3 does not belong here. Write [ and options'],
    ['logg(batch) > 1', 'Character 1: there is no function logg. Did you mean log? Known are'],
    ['log(batch, 2) > 1', 'Character 1: log got 2 values. Give it one number'],
    ['min() > 1', 'Character 1: min got 0 values'],
    ['layers[].units > 1', 'Character 1: layers[].units stands for several numbers. Write sum(layers[].units)'],
    ['sum(layers[].unit) > 1', 'Character 5: there is no parameter "layers[].unit". Did you mean layers[].units?'],
    ['constructor > 1', 'there is no parameter "constructor"'],
    [`${'('.repeat(200)}batch${')'.repeat(200)} > 1`, 'it is nested too deeply'],
    [`${'-'.repeat(200)}batch > 1`, 'it is nested too deeply'],
  ])('%s: told with the place', (text, message) => {
    expect(() => parseParamRule(text, space)).toThrow(message)
  })
})

describe('an expression', () => {
  it('has the value that JavaScript gives it, where both know the signs', () => {
    const numbers = fc.constantFrom('batch', 'accumulate', '2', '0.5', '7e1')
    const { truth } = fc.letrec((tie) => ({
      number: fc.oneof(
        { maxDepth: 4 },
        numbers,
        fc
          .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
          .map((parts) => parts.join(' ')),
        tie('number').map((inner) => `(${inner})`),
        tie('number').map((inner) => `-(${inner})`),
      ),
      truth: fc.oneof(
        { maxDepth: 4 },
        fc.tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>='), tie('number')).map((parts) => parts.join(' ')),
        fc.tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth')).map((parts) => parts.join(' ')),
        tie('truth').map((inner) => `!(${inner})`),
      ),
    }))
    fc.assert(
      fc.property(truth, (text) => {
        const expected: unknown = new Function('batch', 'accumulate', `return ${text}`)(64, 8)
        expect(holds(String(text))).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a limit on the outcome', () => {
  it('says by how much it is broken', () => {
    const memory = parseOutcomeLimit('memory <= 8e9')
    expect(memory).toMatchObject({ name: 'memory', metrics: ['memory'], text: 'memory <= 8e9' })
    expect([7e9, 8e9, 9e9].map((bytes) => memory.excess({ memory: bytes }))).toEqual([-1e9, 0, 1e9])
    expect(parseOutcomeLimit('recall >= 0.5').excess({ recall: 0.25 })).toBe(0.25)
    const size = parseOutcomeLimit('params * 4 + buffers <= 100', 'size')
    expect(size).toMatchObject({ name: 'size', metrics: ['params', 'buffers'] })
    expect(size.excess({ params: 25, buffers: 3 })).toBe(3)
    expect(parseOutcomeLimit('`val/loss` <= loss + 1')).toMatchObject({ name: '`val/loss` <= loss + 1' })
    expect(parseOutcomeLimit('memory <= 1').excess({ memory: Number.NaN })).toBeNaN()
  })

  test.each([
    ['memory', 'Character 1: it is no comparison, or more than one. Write one comparison of metrics with <= or >='],
    ['memory < 3', 'Character 8: < gives no limit to keep'],
    ['1 <= memory <= 3', 'it is no comparison, or more than one'],
    ['2 <= 3', '2 <= 3 names no metric'],
    ['memory <= "8GB"', '"8GB" is a text. A number is needed here'],
    ['memory <= 3 and latency <= 4', 'it is no comparison, or more than one'],
  ])('%s: told with the place', (text, message) => {
    expect(() => parseOutcomeLimit(text)).toThrow(message)
  })
})
