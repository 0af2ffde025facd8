import { describe, expect, test } from 'vitest'
import { branch, choice, float, int, repeat } from '../../space/nodes.ts'
import { nestedSpace } from './nested-space.ts'
import { parseParamText } from './param-text.ts'

describe('a parameter in one line', () => {
  test.each([
    ['log 1e-5..1e-1', float(1e-5, 1e-1, { log: true })],
    ['1..4', int(1, 4)],
    ['-3 .. 4', int(-3, 4)],
    ['0..0.5', float(0, 0.5)],
    ['float 0..1 default .5', float(0, 1, { default: 0.5 })],
    ['int log 16..512 default 64', int(16, 512, { log: true, default: 64 })],
    ['16..512 step 16', int(16, 512, { step: 16 })],
    ['0..1 step 0.25', float(0, 1, { step: 0.25 })],
    ['relu|tanh | elu', choice(['relu', 'tanh', 'elu'])],
    ['16|32|64 default 32', choice([16, 32, 64], { default: 32 })],
    ['true|false|null|"1"', choice([true, false, null, '1'])],
  ])('%s', (text, node) => {
    expect(parseParamText('p', text)).toEqual(node)
  })

  test.each(['', 'relu', '1..', 'log', '1..4 default', '1...4', '1-4', '1..4 step'])('%j is none', (text) => {
    expect(() => parseParamText('p', text)).toThrow('neither a range nor a list of options')
  })

  test('a log scale has no step', () => {
    expect(() => parseParamText('p', 'log 1..8 step 2')).toThrow('Parameter "p": it has a log scale and a step')
  })
})

const nested = (params: { readonly [path: string]: string }) =>
  nestedSpace(Object.entries(params).map(([path, text]) => [path, parseParamText(path, text)]))

describe('parameters by path', () => {
  test('options with parameters of their own are a branch, a count with a group is a repeat', () => {
    const params = {
      'opt.sgd.momentum': '0..0.9',
      opt: 'adam|sgd default sgd',
      layers: '1..3 default 2',
      'layers[].units': '8..16',
      'layers[].act': 'relu|prelu',
      'layers[].act.prelu.slope': '0..0.5',
    }
    const act = branch('kind', { relu: {}, prelu: { slope: float(0, 0.5) } })
    expect(nested(params)).toEqual({
      opt: branch('kind', { adam: {}, sgd: { momentum: float(0, 0.9) } }, { default: 'sgd' }),
      layers: repeat(1, 3, { units: int(8, 16), act }, { default: 2 }),
    })
  })

  test.each([
    [{ 'opt.sgd.m': '0..1' }, 'Parameter "opt.sgd.m": there is no parameter "opt" that it depends on. Declare opt'],
    [{ opt: 'a|b', 'opt.c.m': '0..1' }, 'it names no option of "opt". Write opt.OPTION.NAME with one of a, b'],
    [{ opt: '1..3', 'opt.c.m': '0..1' }, '"opt" is a int and has no options'],
    [{ opt: '1..3', 'opt[].m': '0..1', 'opt.m': '0..1' }, '"opt" is repeated. Write opt[].NAME'],
    [{ opt: 'a|b', 'opt[].m': '0..1' }, 'it is repeated and its count is a choice'],
  ])('%j is refused', (params, message) => {
    expect(() => nested(params as never)).toThrow(message)
  })
})
