import { describe, expect, it } from 'vitest'
import { SpaceError } from '../errors.ts'
import { defaultValue } from './defaults.ts'
import type { ParamValue } from './distribution.ts'
import { replaySpace, type Suggest } from './suggest.ts'

const network = (s: Suggest) => ({
  optimizer: s.choice('optimizer', ['adam', 'sgd']),
  units: Array.from({ length: s.int('layers', 1, 3, { default: 2 }) }, (_, i) =>
    s.int(`units ${i}`, 8, 64, { log: true }),
  ),
  rate: s.float('rate', 0, 0.5, { step: 0.1, default: 0.2 }),
})

describe('replaySpace', () => {
  it('returns what the function made of the values, and what it asked for in order', () => {
    const stored: Record<string, ParamValue> = { optimizer: 'sgd', layers: 2, 'units 0': 8, 'units 1': 9, rate: 0.3 }
    const replay = replaySpace(network, ({ name }) => stored[name] ?? null)
    expect(replay.value).toEqual({ optimizer: 'sgd', units: [8, 9], rate: 0.3 })
    expect(replay.params).toEqual(stored)
    expect(Object.keys(replay.params)).toEqual(Object.keys(stored))
    expect(replay.parameters.map(({ name, distribution }) => [name, distribution.kind])).toEqual([
      ['optimizer', 'categorical'],
      ['layers', 'int'],
      ['units 0', 'int'],
      ['units 1', 'int'],
      ['rate', 'float'],
    ])
  })

  it('tells the resolver the declared defaults', () => {
    expect(replaySpace(network, defaultValue).value).toMatchObject({ optimizer: 'adam', rate: 0.2 })
    expect(replaySpace(network, defaultValue).params.layers).toBe(2)
  })

  it('asks the resolver once for a name that is asked for twice', () => {
    let calls = 0
    const { value, parameters } = replaySpace(
      (s) => [s.float('x', 0, 1), s.float('x', 0, 1)],
      () => ++calls / 10,
    )
    expect([value, parameters.length, calls]).toEqual([[0.1, 0.1], 1, 1])
  })

  it('keeps null, NaN and inherited names as values like others', () => {
    const { value, params } = replaySpace(
      (s) => [s.choice('constructor', [null, 1]), s.choice('0', [Number.NaN])],
      ({ column }) => column.valueAt(0),
    )
    expect(value).toEqual([null, Number.NaN])
    expect(params).toEqual({ constructor: null, 0: Number.NaN })
  })

  it.each<[string, (s: Suggest) => unknown, string, RegExp]>([
    [
      'one name with two ranges',
      (s) => [s.int('x', 0, 1), s.int('x', 0, 2)],
      'x',
      /asked for twice, with \[0, 1\] and \[0, 2\]/,
    ],
    ['a wrong range', (s) => s.float('lr', 0, 1, { log: true }), 'lr', /log scale needs low > 0/],
    ['a default outside', (s) => s.int('n', 0, 1, { default: 2 }), 'n', /default 2 lies outside/],
    ['an empty name', (s) => s.int('', 0, 1), '', /not empty/],
    ['the reserved name', (s) => s.int('__proto__', 0, 1), '__proto__', /reserved/],
  ])('refuses %s', (_, space, path, message) => {
    const replay = () => replaySpace(space, ({ column }) => column.valueAt(0))
    expect(replay).toThrow(SpaceError)
    expect(replay).toThrow(message)
    expect(replay).toThrow(expect.objectContaining({ path }))
  })

  it('says that the function may have changed where a stored value is missing or does not fit', () => {
    const space = (s: Suggest) => s.choice('act', ['relu', 'tanh'])
    expect(() => replaySpace(space, () => 'elu')).toThrow(/"act": "elu" lies outside .* may have changed/)
    expect(() => replaySpace(space, () => undefined as unknown as string)).toThrow(/"act": the trial has no value/)
  })
})
