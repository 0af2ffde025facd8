import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpaceError } from '../errors.ts'
import { branch, choice, float, int, repeat } from './nodes.ts'
import { checkParams, flattenParams, type NestedParams, nestParams } from './params-tree.ts'
import { compileSpace } from './search-space.ts'
import { pointOf, positions, spaces } from './space-arbitraries.ts'

const entries = {
  layers: repeat(0, 3, { units: int(1, 512), act: branch('fn', { relu: {}, leaky: { slope: float(0, 1) } }) }),
  optimizer: branch('kind', { adam: {}, sgd: { momentum: float(0, 0.99) } }),
  batch: choice([16, null, '16']),
}
const space = compileSpace(entries)
const flatten = (nested: unknown) => flattenParams(entries, space, nested as NestedParams)

describe('nestParams', () => {
  it('makes arrays of repeats and labelled objects of branches', () => {
    const flat = {
      layers: 2,
      'layers.0.units': 8,
      'layers.0.act': 'relu',
      'layers.1.units': 16,
      'layers.1.act': 'leaky',
      'layers.1.act.leaky.slope': 0.1,
      optimizer: 'sgd',
      'optimizer.sgd.momentum': 0.9,
      batch: null,
    }
    expect(nestParams(entries, flat)).toEqual({
      layers: [
        { units: 8, act: { fn: 'relu' } },
        { units: 16, act: { fn: 'leaky', slope: 0.1 } },
      ],
      optimizer: { kind: 'sgd', momentum: 0.9 },
      batch: null,
    })
  })

  it('leaves missing values undefined, also those that objects inherit', () => {
    const inherited = { constructor: float(0, 1), toString: branch('valueOf', { a: {} }) }
    expect(nestParams(inherited, {})).toEqual({ constructor: undefined, toString: { valueOf: undefined } })
    expect(nestParams(entries, { optimizer: 'constructor' })).toMatchObject({ optimizer: { kind: 'constructor' } })
  })
})

describe('flattenParams', () => {
  it('undoes nestParams for every space', () => {
    fc.assert(
      fc.property(spaces, positions, (declared, at) => {
        const compiled = compileSpace(declared)
        const flat = pointOf(compiled, at)
        const nested = nestParams(declared, flat)
        expect(flattenParams(declared, compiled, nested)).toEqual(flat)
        expect(nestParams(declared, flattenParams(declared, compiled, nested))).toEqual(nested)
      }),
    )
  })

  it('takes a part of the values, bare labels and bare counts', () => {
    expect(flatten({})).toEqual({})
    expect(flatten({ optimizer: 'sgd', layers: 2, batch: undefined })).toEqual({ optimizer: 'sgd', layers: 2 })
    expect(flatten({ optimizer: { kind: 'sgd' }, layers: [{}, { units: 3 }] })).toEqual({
      optimizer: 'sgd',
      layers: 2,
      'layers.1.units': 3,
    })
  })

  const proto: unknown = JSON.parse('{ "__proto__": 1 }')

  it.each<[string, unknown, string, RegExp]>([
    ['an unknown name', { lr: 1 }, 'lr', /no such parameter\. Known here are layers, optimizer, batch/],
    [
      'an unknown name inside',
      { optimizer: { kind: 'sgd', lr: 1 } },
      'optimizer.sgd.lr',
      /Known here are optimizer.sgd.momentum/,
    ],
    [
      'a name of another case',
      { optimizer: { kind: 'adam', momentum: 1 } },
      'optimizer.adam.momentum',
      /Nothing can be set here/,
    ],
    ['an inherited name', { constructor: 1 }, 'constructor', /no such parameter/],
    ['the name of the prototype', proto, '__proto__', /no such parameter/],
    [
      'a value outside',
      { optimizer: { kind: 'sgd', momentum: 2 } },
      'optimizer.sgd.momentum',
      /2 lies outside \[0, 0.99\]/,
    ],
    ['NaN', { optimizer: { kind: 'sgd', momentum: Number.NaN } }, 'optimizer.sgd.momentum', /NaN lies outside/],
    ['a text for a number', { layers: [{ units: '8' }] }, 'layers.0.units', /"8" lies outside \[1, 512\]/],
    ['another type of an option', { batch: '32' }, 'batch', /"32" lies outside \{16, null, "16"\}/],
    ['an object for a value', { batch: {} }, 'batch', /expected one value, got \{\}/],
    ['a bigint', { batch: 16n }, 'batch', /expected one value, got 16n/],
    ['null for a branch', { optimizer: null }, 'optimizer', /expected a label or an object with "kind", got null/],
    ['an array for a branch', { optimizer: ['sgd'] }, 'optimizer', /got \["sgd"\]/],
    ['a number for a branch', { optimizer: 1 }, 'optimizer', /got 1/],
    [
      'a branch without label',
      { optimizer: { momentum: 0.5 } },
      'optimizer',
      /"kind" is undefined, known are adam, sgd/,
    ],
    ['an inherited label', { optimizer: { kind: 'toString' } }, 'optimizer', /"kind" is "toString"/],
    ['an unknown bare label', { optimizer: 'adagrad' }, 'optimizer', /"adagrad" lies outside/],
    ['an object for a repeat', { layers: { units: 8 } }, 'layers', /expected an array, got/],
    ['null for a copy', { layers: [{}, null] }, 'layers.1', /expected an object of parameters, got null/],
    ['too many copies', { layers: [{}, {}, {}, {}] }, 'layers', /4 lies outside \[0, 3\]/],
    ['no object at all', null, '', /expected an object of parameters, got null/],
    ['an array', [], '', /expected an object of parameters, got \[\]/],
  ])('refuses %s, naming its path', (_, nested, path, message) => {
    expect(() => flatten(nested)).toThrow(SpaceError)
    expect(() => flatten(nested)).toThrow(message)
    expect(() => flatten(nested)).toThrow(expect.objectContaining({ path }))
  })
})

describe('checkParams', () => {
  it('names at most twelve known parameters', () => {
    const many = compileSpace(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, int(0, 1)])))
    expect(() => checkParams(many, { q: 1 })).toThrow(/p0, .*, p11, …/)
  })
})
