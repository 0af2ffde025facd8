import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng, type Rng } from '../math/rng.ts'
import type { Distribution, ParamValue } from '../space/distribution.ts'
import { branch, choice, float, int, repeat } from '../space/nodes.ts'
import { compileSpace, isActive, type SearchSpace } from '../space/search-space.ts'
import { replaySpace, type Suggest } from '../space/suggest.ts'
import { createObservedSpace, observedSpace } from './observed-space.ts'
import type { TrialRecord } from './trial-record.ts'

const unitRange: Distribution = { kind: 'float', low: 0, high: 1, log: false, step: null }
const categorical = (...choices: ParamValue[]): Distribution => ({ kind: 'categorical', choices })
const integer = (low: number, high: number): Distribution => ({ kind: 'int', low, high, log: false, step: 1 })

type Params = { readonly [name: string]: readonly [ParamValue, Distribution] }

function trialOf(number: number, params: Params, state: TrialRecord['state'] = 'complete'): TrialRecord {
  const entries = Object.entries(params)
  const base = {
    id: number,
    number,
    params: Object.fromEntries(entries.map(([name, [value]]) => [name, value])),
    distributions: Object.fromEntries(entries.map(([name, [, distribution]]) => [name, distribution])),
    reports: [],
    userAttrs: {},
    systemAttrs: {},
    startedAt: 0,
  }
  if (state === 'waiting' || state === 'running') return { ...base, state }
  if (state === 'failed') return { ...base, state, reason: 'it threw', finishedAt: 1 }
  return { ...base, state, values: [0], finishedAt: 1 }
}

/** A trial of a define-by-run space with random values, or of a declared one. */
function randomTrial(number: number, space: ((s: Suggest) => unknown) | SearchSpace, rng: Rng): TrialRecord {
  const params: { [name: string]: readonly [ParamValue, Distribution] } = {}
  if (typeof space === 'function') {
    for (const { name, distribution } of replaySpace(space, ({ name, column }) => {
      const value = column.decode(rng.next())
      params[name] = [value, unitRange]
      return value
    }).parameters)
      params[name] = [params[name]?.[0] ?? null, distribution]
    return trialOf(number, params)
  }
  const held: { [name: string]: ParamValue } = {}
  for (const parameter of space.parameters) {
    if (!isActive(parameter, held)) continue
    held[parameter.name] = parameter.column.decode(rng.next())
    params[parameter.name] = [held[parameter.name] ?? null, parameter.distribution]
  }
  return trialOf(number, params)
}

const conditions = (space: SearchSpace) => Object.fromEntries(space.parameters.map((p) => [p.name, p.condition]))
const namesOf = (space: SearchSpace) => space.parameters.map(({ name }) => name)

const act = categorical('relu', 'tanh')
const optimizer = categorical('adam', 'sgd', 'rmsprop')
const kind = (label: string) => [label, optimizer] as const

describe('observedSpace', () => {
  it('is empty where no trial holds anything', () => {
    expect(observedSpace([]).parameters).toEqual([])
    expect(observedSpace([trialOf(0, {}), trialOf(1, {}, 'waiting'), trialOf(2, {}, 'running')]).parameters).toEqual([])
  })

  it('leaves what every trial holds unconditional', () => {
    const space = observedSpace([0, 1, 2].map((i) => trialOf(i, { act: ['relu', act], lr: [i / 2, unitRange] })))
    expect(conditions(space)).toEqual({ act: undefined, lr: undefined })
    expect(space.byName.get('lr')?.column.decode(0.25)).toBe(0.25)
  })

  it('finds the choice that decides whether a parameter takes part', () => {
    const space = observedSpace([
      trialOf(0, { opt: kind('adam'), lr: [0.1, unitRange] }),
      trialOf(1, { opt: kind('sgd'), momentum: [0.5, unitRange], lr: [0.1, unitRange] }),
      trialOf(2, { opt: kind('rmsprop'), momentum: [0.5, unitRange], lr: [0.1, unitRange] }),
    ])
    expect(conditions(space)).toEqual({
      opt: undefined,
      momentum: { parent: 'opt', values: ['sgd', 'rmsprop'] },
      lr: undefined,
    })
  })

  it('finds the integer that decides how many copies there are', () => {
    const layers = (n: number) => {
      const units = Array.from({ length: n }, (_, i) => [`units ${i}`, [8, integer(1, 9)] as const] as const)
      return { n: [n, integer(1, 5)] as const, ...Object.fromEntries(units) }
    }
    const space = observedSpace([trialOf(0, layers(2)), trialOf(1, layers(1)), trialOf(2, layers(4))])
    expect(conditions(space)).toEqual({
      n: undefined,
      'units 0': undefined,
      'units 1': { parent: 'n', atLeast: 2 },
      // 3 has not been seen: offering the value is harmless, lacking it is not.
      'units 2': { parent: 'n', atLeast: 3 },
      'units 3': { parent: 'n', atLeast: 3 },
    })
  })

  it('finds the nearest of nested conditions', () => {
    const yes = categorical(true, false)
    const trials = [
      trialOf(0, { net: ['mlp', categorical('mlp', 'cnn')] }),
      trialOf(1, { net: ['cnn', categorical('mlp', 'cnn')], pool: [true, yes], size: [2, integer(2, 4)] }),
      trialOf(2, { net: ['cnn', categorical('mlp', 'cnn')], pool: [false, yes] }),
    ]
    expect(conditions(observedSpace(trials.slice(0, 2))).size).toEqual({ parent: 'net', values: ['cnn'] })
    expect(conditions(observedSpace(trials))).toEqual({
      net: undefined,
      pool: { parent: 'net', values: ['cnn'] },
      size: { parent: 'pool', values: [true] },
    })
  })

  it('gives siblings their common parent, not one another', () => {
    const pair = { a: [1, integer(1, 3)], b: ['relu', act], c: [1, integer(1, 3)] } as const
    const space = observedSpace([
      trialOf(0, { opt: kind('sgd'), ...pair }),
      trialOf(1, { opt: kind('adam') }),
      trialOf(2, { opt: kind('sgd'), ...pair, a: [3, integer(1, 3)] }),
    ])
    for (const name of ['a', 'b', 'c']) expect(conditions(space)[name]).toEqual({ parent: 'opt', values: ['sgd'] })
  })

  it('prefers the parent with the fewest values, since many fit by accident', () => {
    const wide = integer(0, 100)
    const trial = (number: number, label: string, seed: number): TrialRecord =>
      trialOf(number, {
        opt: kind(label),
        seed: [seed, wide],
        ...(label === 'sgd' && { momentum: [0.5, unitRange] as const }),
      })
    const space = observedSpace([trial(0, 'adam', 3), trial(1, 'sgd', 50), trial(2, 'adam', 9), trial(3, 'sgd', 70)])
    expect(conditions(space).momentum).toEqual({ parent: 'opt', values: ['sgd'] })
  })

  it('leaves unconditional what nothing explains', () => {
    const space = observedSpace([
      trialOf(0, { opt: kind('sgd'), x: [0, unitRange] }),
      trialOf(1, { opt: kind('sgd') }),
      trialOf(2, { opt: kind('adam'), x: [1, unitRange] }),
    ])
    expect(conditions(space).x).toBeUndefined()
  })

  it('never takes a real number, or what is asked for later, for a parent', () => {
    const space = observedSpace([
      trialOf(0, { rate: [0, unitRange], later: ['relu', act] }),
      trialOf(1, { rate: [1, unitRange], x: [1, unitRange], later: ['tanh', act] }),
    ])
    expect(conditions(space)).toEqual({ rate: undefined, later: undefined, x: undefined })
  })

  it('does not conclude from running and failed trials what a parameter depends on', () => {
    const trials = [
      trialOf(0, { opt: kind('sgd'), momentum: [0.5, unitRange] }),
      trialOf(1, { opt: kind('sgd') }, 'failed'),
      trialOf(2, { opt: kind('adam') }),
      trialOf(3, { opt: kind('sgd') }, 'running'),
    ]
    const space = observedSpace([...trials, trialOf(4, { opt: kind('adam'), novel: [1, integer(1, 2)] }, 'running')])
    expect(conditions(space)).toEqual({
      opt: undefined,
      momentum: { parent: 'opt', values: ['sgd'] },
      novel: undefined,
    })
  })

  it('puts parents first even where a failed trial asked in another order', () => {
    const space = observedSpace([
      trialOf(0, { x: [1, unitRange], opt: kind('sgd') }, 'failed'),
      trialOf(1, { opt: kind('sgd'), x: [1, unitRange] }),
      trialOf(2, { opt: kind('adam') }),
    ])
    expect(namesOf(space)).toEqual(['x', 'opt'])
    expect(conditions(space)).toEqual({ x: undefined, opt: undefined })
  })

  it('takes the range of the latest trial by number, whatever order they come in', () => {
    const trials = [
      trialOf(0, { n: [1, integer(1, 3)] }),
      trialOf(2, { n: [1, integer(1, 9)] }, 'failed'),
      trialOf(1, { n: [1, integer(1, 5)] }),
    ]
    const space = observedSpace(trials)
    expect(space.parameters[0]?.distribution).toEqual(integer(1, 9))
    expect(space.parameters[0]?.column.size).toBe(9)
  })

  it('takes what Python may have stored and we would not declare', () => {
    const odd = [1, categorical(1, true, 1, Number.NaN)] as const
    const choiceOfNaN = categorical(Number.NaN, null)
    const named = (...entries: readonly [string, Params[string]][]): Params => Object.fromEntries(entries)
    const space = observedSpace([
      trialOf(0, named(['', odd], ['constructor', [Number.NaN, choiceOfNaN]])),
      trialOf(1, named(['', odd], ['constructor', [null, choiceOfNaN]], ['toString', [0.5, unitRange]])),
    ])
    expect(space.byName.get('')?.distribution).toEqual(odd[1])
    expect(conditions(space).toString).toEqual({ parent: 'constructor', values: [null] })
  })

  it('keeps declared parameters as they are, in front, and learns only the others', () => {
    const declared = compileSpace({ opt: choice(['adam', 'sgd'], { default: 'sgd' }), lr: float(0, 1) })
    const space = observedSpace(
      [
        trialOf(0, { extra: [1, integer(1, 5)], opt: ['adam', categorical('adam', 'sgd')], lr: [3, integer(1, 4)] }),
        trialOf(1, { extra: [1, integer(1, 5)], opt: ['sgd', categorical('adam', 'sgd')], momentum: [1, unitRange] }),
      ],
      declared,
    )
    expect(namesOf(space)).toEqual(['opt', 'lr', 'extra', 'momentum'])
    expect(space.parameters.slice(0, 2)).toEqual(declared.parameters)
    expect(conditions(space).momentum).toEqual({ parent: 'opt', values: ['sgd'] })
    expect(observedSpace([], declared)).toBe(declared)
  })
})

describe('observedSpace, for random spaces', () => {
  const network = (s: Suggest) => {
    const net = s.choice('net', ['mlp', 'cnn'])
    for (let i = 0; i < s.int('layers', 1, 4); i++) {
      s.int(`units ${i}`, 8, 64, { log: true })
      if (s.choice(`norm ${i}`, [true, false])) s.float(`momentum ${i}`, 0, 1)
    }
    if (net === 'cnn' && s.choice('pool', ['max', 'none']) === 'max') s.int('pool size', 2, 4)
    return s.float('rate', 0, 1)
  }

  it('recovers the conditions of a define-by-run network', () => {
    const rng = createRng(7)
    const trials = Array.from({ length: 300 }, (_, number) => randomTrial(number, network, rng))
    const expected: { [name: string]: unknown } = {
      net: undefined,
      layers: undefined,
      pool: { parent: 'net', values: ['cnn'] },
      'pool size': { parent: 'pool', values: ['max'] },
      rate: undefined,
    }
    for (let i = 0; i < 4; i++) {
      const within = i === 0 ? undefined : { parent: 'layers', atLeast: i + 1 }
      Object.assign(expected, { [`units ${i}`]: within, [`norm ${i}`]: within })
      expected[`momentum ${i}`] = { parent: `norm ${i}`, values: [true] }
    }
    expect(conditions(observedSpace(trials))).toEqual(expected)
  })

  it('recovers a declared space, and says who takes part in every trial seen', () => {
    const space = compileSpace({
      layers: repeat(0, 3, { units: int(1, 9), act: branch('fn', { relu: {}, leaky: { slope: float(0, 1) } }) }),
      opt: branch('kind', {
        adam: { beta: float(0, 1) },
        sgd: { momentum: float(0, 1), nesterov: choice([true, false]) },
      }),
    })
    const rng = createRng(3)
    const trials = Array.from({ length: 400 }, (_, number) => randomTrial(number, space, rng))
    const observed = observedSpace(trials)
    expect(conditions(observed)).toEqual(conditions(space))
  })

  const shuffled = fc.shuffledSubarray(
    Array.from({ length: 40 }, (_, i) => i),
    { minLength: 40 },
  )

  it('does not depend on the order in which trials end, nor on trials that are added twice', () => {
    const rng = createRng(11)
    const trials = Array.from({ length: 40 }, (_, number) => randomTrial(number, network, rng))
    const expected = observedSpace(trials)
    fc.assert(
      fc.property(shuffled, fc.nat(39), (order, again) => {
        const seen = order.flatMap((i) => trials[i] ?? [])
        const space = observedSpace([...seen, ...seen.slice(0, again)])
        expect(namesOf(space)).toEqual(namesOf(expected))
        expect(conditions(space)).toEqual(conditions(expected))
      }),
      { numRuns: 50 },
    )
  })

  it('puts parents first and explains every trial that it has seen, where it explains at all', () => {
    const rng = createRng(5)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), (count) => {
        const trials = Array.from({ length: count }, (_, number) => randomTrial(number, network, rng))
        const space = observedSpace(trials)
        const before = new Set<string>()
        for (const parameter of space.parameters) {
          if (parameter.condition !== undefined) expect(before.has(parameter.condition.parent)).toBe(true)
          before.add(parameter.name)
          for (const { params } of trials) {
            if (Object.hasOwn(params, parameter.name)) expect(isActive(parameter, params)).toBe(true)
            else if (parameter.condition !== undefined) expect(isActive(parameter, params)).toBe(false)
          }
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('createObservedSpace', () => {
  it('gives the same objects until something new is learned', () => {
    const observed = createObservedSpace()
    observed.add(trialOf(0, { opt: kind('adam'), lr: [0.1, unitRange] }))
    const first = observed.space()
    expect(observed.space()).toBe(first)
    observed.add(trialOf(1, { opt: kind('adam'), lr: [0.2, unitRange] }))
    expect(observed.space()).toBe(first)
    observed.add(trialOf(2, { opt: kind('sgd'), momentum: [0.2, unitRange], lr: [0.2, unitRange] }))
    const second = observed.space()
    expect(second).not.toBe(first)
    expect(second.byName.get('lr')).toBe(first.byName.get('lr'))
  })

  it('corrects a condition that turns out wrong', () => {
    const observed = createObservedSpace()
    const add = (number: number, a: string, b: string, x: boolean) =>
      observed.add(trialOf(number, { a: [a, act], b: [b, act], ...(x && { x: [1, unitRange] as const }) }))
    add(0, 'relu', 'relu', false)
    add(1, 'tanh', 'tanh', true)
    expect(conditions(observed.space()).x).toEqual({ parent: 'b', values: ['tanh'] })
    add(2, 'relu', 'tanh', false)
    expect(conditions(observed.space()).x).toEqual({ parent: 'a', values: ['tanh'] })
    add(3, 'tanh', 'relu', false)
    expect(conditions(observed.space()).x).toBeUndefined()
  })

  it('learns what a running trial turned out to lack once it has ended', () => {
    const observed = createObservedSpace()
    observed.add(trialOf(0, { opt: kind('sgd'), momentum: [0, unitRange] }))
    observed.add(trialOf(1, { opt: kind('adam') }, 'running'))
    expect(conditions(observed.space()).momentum).toBeUndefined()
    observed.add(trialOf(1, { opt: kind('adam') }))
    expect(conditions(observed.space()).momentum).toEqual({ parent: 'opt', values: ['sgd'] })
  })

  it('takes 10,000 trials of 60 parameters, asked for its space after each, in a few seconds', () => {
    const space = compileSpace({
      layers: repeat(0, 12, { units: int(1, 512), rate: float(0, 1), act: choice(['relu', 'tanh', 'elu']) }),
      opt: branch('kind', {
        a: { x: int(1, 9), y: int(1, 9) },
        b: { x: int(1, 9), y: choice([1, 2, 3]), z: float(0, 1) },
      }),
      ...Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`p${i}`, int(1, 9)])),
    })
    expect(space.parameters).toHaveLength(60)
    const rng = createRng(1)
    const trials = Array.from({ length: 10_000 }, (_, number) => randomTrial(number, space, rng))
    const observed = createObservedSpace()
    const seconds = [0, 0]
    for (const [i, trial] of trials.entries()) {
      const start = performance.now()
      observed.add(trial)
      observed.space()
      seconds[Math.floor(i / 5000)] = (seconds[Math.floor(i / 5000)] ?? 0) + (performance.now() - start) / 1000
    }
    const [early = 0, late = 0] = seconds
    expect(conditions(observed.space())).toEqual(conditions(space))
    expect(early + late).toBeLessThan(4)
    // The cost of a trial does not grow with those before it.
    expect(late).toBeLessThan(3 * early + 0.2)
  })
})
