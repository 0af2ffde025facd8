import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultParams, defaultsOf, defaultValue } from './defaults.ts'
import { branch, choice, float, int, repeat, type SpaceNode } from './nodes.ts'
import { compileSpace, isActive } from './search-space.ts'
import { spaces } from './space-arbitraries.ts'

describe('defaultValue', () => {
  it('lies within the range of every parameter', () => {
    fc.assert(
      fc.property(spaces, (entries) => {
        for (const parameter of compileSpace(entries).parameters) {
          expect(parameter.column.contains(defaultValue(parameter))).toBe(true)
        }
      }),
    )
  })

  it.each<[string, SpaceNode, unknown]>([
    ['what is declared', float(0, 1, { default: 0.9 }), 0.9],
    ['what is declared, also where that is null', choice([1, null], { default: null }), null],
    ['the middle', float(0, 1), 0.5],
    ['the middle of the logarithm', float(1, 100, { log: true }), 10],
    ['the middle step', float(0, 1, { step: 0.25 }), 0.5],
    ['the middle integer', int(1, 5), 3],
    ['the only value', int(7, 7), 7],
    ['the first option', choice(['relu', 'tanh']), 'relu'],
    ['the first case', branch('kind', { adam: {}, sgd: {} }), 'adam'],
    ['the middle count', repeat(1, 3, {}), 2],
  ])('is %s', (_, node, expected) => {
    const [parameter] = compileSpace({ x: node }).parameters
    if (parameter === undefined) throw new Error('the space is empty')
    const value = defaultValue(parameter)
    if (typeof expected === 'number') expect(value).toBeCloseTo(expected, 12)
    else expect(value).toBe(expected)
  })
})

describe('defaultParams', () => {
  it('holds the active parameters and no others', () => {
    const space = compileSpace({
      layers: repeat(1, 3, { units: int(1, 9, { default: 5 }) }, { default: 2 }),
      optimizer: branch('kind', { adam: {}, sgd: { momentum: float(0, 1) } }),
    })
    expect(defaultParams(space)).toEqual({ layers: 2, 'layers.0.units': 5, 'layers.1.units': 5, optimizer: 'adam' })
  })

  it('is complete for every space that declares one', () => {
    fc.assert(
      fc.property(spaces, (entries) => {
        const space = compileSpace({ ...entries, usual: int(0, 9, { default: 1 }) })
        const params = defaultParams(space) ?? {}
        for (const parameter of space.parameters) {
          expect(Object.hasOwn(params, parameter.name)).toBe(isActive(parameter, params))
        }
      }),
    )
  })

  it('is undefined where nobody has said what is usual', () => {
    expect(defaultParams(compileSpace({ x: int(1, 2), o: branch('kind', { a: {} }) }))).toBeUndefined()
  })
})

describe('defaultsOf', () => {
  it('is the default configuration as an objective receives it', () => {
    const params = defaultsOf({
      layers: repeat(1, 3, { units: int(1, 9, { default: 5 }) }, { default: 2 }),
      optimizer: branch('kind', { adam: {}, sgd: { momentum: float(0, 1) } }, { default: 'sgd' }),
      batchSize: int(16, 64, { log: true }),
    })
    expect(params).toEqual({
      layers: [{ units: 5 }, { units: 5 }],
      optimizer: { kind: 'sgd', momentum: 0.5 },
      batchSize: 32,
    })
  })
})
