import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpaceError } from '../errors.ts'
import { branch, choice, type Entries, float, int, repeat, type SpaceNode } from './nodes.ts'
import { compileSpace, isActive, rangeText } from './search-space.ts'
import { pointOf, positions, spaces } from './space-arbitraries.ts'

const networks = {
  layers: repeat(1, 2, { units: int(16, 512, { log: true, default: 64 }) }),
  optimizer: branch('kind', {
    adam: {},
    sgd: {
      momentum: float(0, 0.99, { default: 0.9 }),
      schedule: branch('type', { step: { size: int(1, 9) }, none: {} }),
    },
  }),
}

describe('compileSpace', () => {
  it('flattens branches and repeats to paths, each with the condition under which it takes part', () => {
    expect(compileSpace(networks).parameters.map(({ name, condition }) => [name, condition])).toEqual([
      ['layers', undefined],
      ['layers.0.units', { parent: 'layers', atLeast: 1 }],
      ['layers.1.units', { parent: 'layers', atLeast: 2 }],
      ['optimizer', undefined],
      ['optimizer.sgd.momentum', { parent: 'optimizer', values: ['sgd'] }],
      ['optimizer.sgd.schedule', { parent: 'optimizer', values: ['sgd'] }],
      ['optimizer.sgd.schedule.step.size', { parent: 'optimizer.sgd.schedule', values: ['step'] }],
    ])
  })

  it('puts every parent before what depends on it, and finds each by name', () => {
    fc.assert(
      fc.property(spaces, (entries) => {
        const space = compileSpace(entries)
        const seen = new Set<string>()
        for (const parameter of space.parameters) {
          if (parameter.condition !== undefined) expect(seen.has(parameter.condition.parent)).toBe(true)
          seen.add(parameter.name)
          expect(space.byName.get(parameter.name)).toBe(parameter)
        }
      }),
    )
  })

  it('activates a child only together with its parent', () => {
    fc.assert(
      fc.property(spaces, positions, (entries, at) => {
        const space = compileSpace(entries)
        const params = pointOf(space, at)
        for (const parameter of space.parameters) {
          const { condition } = parameter
          if (!isActive(parameter, params) || condition === undefined) continue
          expect(Object.hasOwn(params, condition.parent)).toBe(true)
        }
      }),
    )
  })

  it('compiles 3,000 parameters in well under a second', () => {
    const layer = { units: int(1, 512, { log: true }), rate: float(0, 1, { step: 0.1 }), act: choice(['a', 'b', 'c']) }
    const start = performance.now()
    expect(compileSpace({ layers: repeat(0, 1000, layer) }).parameters).toHaveLength(3001)
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('takes names that objects inherit and names that look like numbers', () => {
    const space = compileSpace({
      constructor: branch('toString', { valueOf: { hasOwnProperty: int(0, 1) }, 0: {} }),
      1: float(0, 1),
    })
    expect(space.parameters.map(({ name }) => name)).toEqual(['1', 'constructor', 'constructor.valueOf.hasOwnProperty'])
    const inner = space.byName.get('constructor.valueOf.hasOwnProperty')
    expect(inner && isActive(inner, {})).toBe(false)
    expect(inner && isActive(inner, { constructor: 'valueOf' })).toBe(true)
  })

  const node = (value: unknown) => value as SpaceNode
  const hostile: Entries = Object.fromEntries([['__proto__', float(0, 1)]])
  const cases = (value: unknown) => value as Record<string, Entries>

  it.each<[string, Entries, string, RegExp]>([
    ['a fixed value', { net: branch('kind', { cnn: { size: node(3) } }) }, 'net.cnn.size', /expected float.* got 3/],
    ['null for a node', { a: node(null) }, 'a', /got null/],
    ['a bigint for a node', { a: node(3n) }, 'a', /got 3n/],
    ['a node without kind', { a: node({ low: 0 }) }, 'a', /got \{"low":0\}/],
    ['a dot in a name', { 'a.b': int(1, 2) }, 'a.b', /must not hold a dot/],
    ['an empty name', { a: repeat(1, 2, { '': int(1, 2) }) }, 'a.0.', /text that is not empty/],
    ['a reserved name', { a: repeat(1, 2, hostile) }, 'a.0.__proto__', /reserved/],
    ['an array as space', node([int(1, 2)]) as never, '', /object of named parameters, got \[/],
    ['null as space', null as never, '', /object of named parameters, got null/],
    ['a node as space', float(0, 1) as never, '', /got a single float/],
    ['null as case', { o: branch('kind', cases({ sgd: null })) }, 'o.sgd', /got null/],
    ['an array as case', { o: branch('kind', cases({ sgd: [] })) }, 'o.sgd', /got \[\]/],
    ['a node as case', { o: branch('kind', cases({ sgd: int(0, 1) })) }, 'o.sgd', /got a single int/],
    ['a list of labels', { o: branch('kind', cases(['adam', 'sgd'])) }, 'o', /needs cases, got \["adam","sgd"\]/],
    ['no cases', { o: branch('kind', {}) }, 'o', /needs cases, got \{\}/],
    ['missing cases', { o: branch('kind', cases(undefined)) }, 'o', /needs cases, got undefined/],
    ['an empty label', { o: branch('kind', { '': {} }) }, 'o.', /not empty/],
    ['a missing key', { o: branch(undefined as unknown as string, { a: {} }) }, 'o', /needs a key .* got undefined/],
    [
      'a parameter named like the key',
      { o: branch('kind', { a: { kind: int(0, 1) } }) },
      'o.a.kind',
      /keeps its label/,
    ],
    [
      'a default that is no label',
      { o: branch('kind', { a: {} }, { default: 'b' as 'a' }) },
      'o',
      /default "b" .*\{"a"\}/,
    ],
    ['a default out of range', { a: repeat(1, 2, { x: int(1, 3, { default: 4 }) }) }, 'a.0.x', /default 4 .*\[1, 3\]/],
    ['a default off the grid', { x: float(0, 1, { step: 0.5, default: 0.3 }) }, 'x', /default 0.3 .*\[0, 1\] step 0.5/],
    ['a default of NaN', { x: float(0, 1, { default: Number.NaN }) }, 'x', /default NaN/],
    ['a negative count', { a: repeat(-1, 2, {}) }, 'a', /min ≥ 0, got -1/],
    ['an absurd count', { a: repeat(1, Infinity, {}) }, 'a', /at most 1,000 copies, got Infinity/],
    ['swapped counts', { a: repeat(3, 2, {}) }, 'a', /low 3 is above high 2/],
    ['missing entries, even of no copies', { a: repeat(0, 0, undefined as never) }, 'a.0', /got undefined/],
  ])('refuses %s, naming its path', (_, entries, path, message) => {
    const compile = () => compileSpace(entries)
    expect(compile).toThrow(SpaceError)
    expect(compile).toThrow(message)
    expect(compile).toThrow(expect.objectContaining({ path }))
  })

  it('takes dots in labels, but refuses one path for two parameters', () => {
    const model = branch('name', { 'v1.5': { size: int(1, 2) }, v1: {} })
    expect(compileSpace({ model }).parameters.map(({ name }) => name)).toEqual(['model', 'model.v1.5.size'])
    const twice = branch('k', { 'b.c.d': { e: int(0, 1) }, b: { c: branch('k', { d: { e: int(0, 1) } }) } })
    expect(() => compileSpace({ a: twice })).toThrow(/"a.b.c.d.e": two parameters have this path/)
  })
})

describe('isActive', () => {
  it('knows the values that are not equal to themselves or to their text', () => {
    const [parameter] = compileSpace({ x: int(0, 1) }).parameters
    if (parameter === undefined) throw new Error('the space is empty')
    const when = (values: readonly (string | number | null)[], held: string | number | null) =>
      isActive({ ...parameter, condition: { parent: 'p', values } }, { p: held })
    expect([when([Number.NaN], Number.NaN), when([null], null), when([0], -0)]).toEqual([true, true, true])
    expect([when(['1'], 1), when(['null'], null), when([], 1)]).toEqual([false, false, false])
  })
})

describe('rangeText', () => {
  it('shows ranges with their steps, and options by type', () => {
    const text = (entry: SpaceNode) => compileSpace({ x: entry }).parameters.map((p) => rangeText(p.distribution))[0]
    expect(text(float(1e-5, 0.1, { log: true }))).toBe('[0.00001, 0.1]')
    expect(text(float(0, 1, { step: 0.3 }))).toBe('[0, 0.9] step 0.3')
    expect(text(int(1, 9))).toBe('[1, 9]')
    expect(text(int(1, 9, { step: 4 }))).toBe('[1, 9] step 4')
    expect(text(choice([1, '1', null, Number.NaN]))).toBe('{1, "1", null, NaN}')
  })
})
