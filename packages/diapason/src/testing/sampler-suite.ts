import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { branch, choice, type Entries, float, int, repeat } from '../space/nodes.ts'
import { compileSpace, type ParamValues, type SearchSpace } from '../space/search-space.ts'
import type { Goal } from '../trial/history.ts'
import { ask, expectPoint, run } from './sampler-run.ts'
import { buildHistory, buildTrial, type Outcome } from './trial-builders.ts'

/** What a sampler under test is and can do. */
export type SamplerUnderTest = {
  /** A fresh sampler. */
  readonly create: () => Sampler
  /** Only finite spaces (choices, integers, steps) can be searched; default false. */
  readonly finiteOnly?: boolean
  /** No point twice while others are left, in finite spaces; default false. */
  readonly neverRepeats?: boolean
  /** Points depend on what trials achieved, so that different values lead to different points; default false. */
  readonly learns?: boolean
}

const RUNS = 40

const finiteSpaces: { readonly [name: string]: Entries } = {
  'every finite kind': {
    flag: choice([true, false]),
    mixed: choice([null, true, 1, '1', 'x']),
    stepped: float(-0.3, 0.6, { step: 0.1 }),
    even: int(2, 10, { step: 4 }),
    logInt: int(1, 1000, { log: true }),
  },
  'single values': { float: float(2, 2), int: int(3, 3), only: choice(['a']), free: int(0, 99) },
  'branches and repeats': {
    optimizer: branch('kind', {
      adam: { amsgrad: choice([true, false]) },
      sgd: { nesterov: choice([true, false]) },
      none: {},
    }),
    layers: repeat(0, 2, {
      units: int(1, 8, { log: true }),
      norm: branch('kind', { batch: { momentum: float(0, 0.9, { step: 0.1 }) }, off: {} }),
    }),
  },
}

const continuousSpaces: { readonly [name: string]: Entries } = {
  'every continuous kind': {
    float: float(-1, 2),
    log: float(1e-300, 1e300, { log: true }),
    narrow: float(1, 1 + 2 ** -50),
    huge: float(-1.7e308, 1.7e308),
    tiny: float(5e-324, 1e-300, { log: true }),
    count: int(-1e9, 1e9),
  },
  'a conditional network': {
    layers: repeat(1, 4, { units: int(16, 512, { log: true }), dropout: float(0, 0.5) }),
    optimizer: branch('kind', {
      adam: { rate: float(1e-5, 1e-1, { log: true }) },
      sgd: { rate: float(1e-4, 1, { log: true }), momentum: float(0, 0.99) },
    }),
  },
}

/**
 * The conformance suite of samplers: ranges, types, conditions, determinism, and histories as ugly as real ones.
 * @example describeSampler('random', { create: () => randomSampler() })
 */
export function describeSampler(name: string, sampler: SamplerUnderTest): void {
  const spaces = Object.entries({ ...finiteSpaces, ...(sampler.finiteOnly ? {} : continuousSpaces) })
  describe(`sampler ${name}`, () => {
    describe.each(spaces)('in a space with %s', (_, entries) => {
      const space = compileSpace(entries)
      describePoints(sampler, space)
      describeHistories(sampler, space)
    })
    describeDeterminism(sampler)
    describeExhaustion(sampler)
  })
}

function describePoints({ create }: SamplerUnderTest, space: SearchSpace): void {
  it('gives every active parameter, and no other, a value of its type within its range', () => {
    for (const { params } of run(create(), space, RUNS)) expectPoint(space, params)
  })

  it('gives one point for each number asked for', () => {
    const sampler = create()
    const trials = run(sampler, space, 15)
    const numbers = [15, 16, 17]
    const asked = numbers.map((number) => buildTrial(space, number, {}, { state: 'running' }))
    const points = sampler.suggest(buildHistory(space, [...trials, ...asked], { seed: 1 }), numbers, createRng(5))
    expect(points).toHaveLength(3)
    for (const params of points) expectPoint(space, params)
  })

  it('leaves its input as it was', () => {
    const sampler = create()
    const trials = run(sampler, space, 14)
    const before = structuredClone(trials)
    ask(sampler, space, trials, 14)
    expect(trials).toEqual(before)
  })
}

function describeHistories({ create }: SamplerUnderTest, space: SearchSpace): void {
  const outcomes: { readonly [name: string]: (number: number) => Outcome } = {
    'only failed trials': () => ({ state: 'failed' }),
    'only pruned trials, some without a report': (n) => ({
      state: 'pruned',
      reports: n % 3 === 0 ? [] : [[n % 5, n % 2 ? Number.NaN : n]],
    }),
    'infinite values': (n) => ({
      state: 'complete',
      values: [n % 2 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY],
    }),
    'equal values': () => ({ state: 'complete', values: [1] }),
    'values of extreme size': (n) => ({ state: 'complete', values: [n % 2 ? 1.7e308 : -1.7e308] }),
    'all of these and trials still running': (n) =>
      (
        [
          { state: 'running' },
          { state: 'failed' },
          { state: 'complete', values: [n] },
          { state: 'pruned', reports: [[1, n]] },
        ] as const
      )[n % 4] ?? { state: 'failed' },
  }
  it.each(Object.entries(outcomes))('copes with %s', (_, judge) => {
    for (const { params } of run(create(), space, RUNS, { judge })) expectPoint(space, params)
  })

  it('copes with trials that lack parameters, hold unknown ones, or values out of range', () => {
    const trials = run(create(), space, 20).map((trial) => {
      const params: Record<string, ParamValues[string]> = { ...trial.params, stranger: 1 }
      const first = space.parameters[trial.number % space.parameters.length]
      if (first !== undefined) {
        if (trial.number % 2) delete params[first.name]
        else params[first.name] = first.distribution.kind === 'categorical' ? 'gone' : 1e9 + 0.5
      }
      return { ...trial, params }
    })
    expectPoint(space, ask(create(), space, trials, 20))
  })

  it('copes with gaps in the numbers and with queued trials', () => {
    const trials = run(create(), space, 30).filter(({ number }) => number % 3 !== 1)
    const queued = buildTrial(space, 31, {}, { state: 'waiting' })
    expectPoint(space, ask(create(), space, [...trials, queued], 30))
  })

  it('copes with several goals', () => {
    const goals: Goal[] = [
      { name: 'loss', direction: 'minimize' },
      { name: 'accuracy', direction: 'maximize' },
    ]
    const trials = run(create(), space, 20, { judge: (n) => ({ state: 'complete', values: [n % 7, n % 5] }) })
    const asked = [...trials, buildTrial(space, 20, {}, { state: 'running' })]
    const [params] = create().suggest(buildHistory(space, asked, { goals, seed: 1 }), [20], createRng(1))
    expectPoint(space, params ?? {})
  })
}

function describeDeterminism({ create, finiteOnly, learns }: SamplerUnderTest): void {
  const entries = finiteOnly ? finiteSpaces['every finite kind'] : continuousSpaces['a conditional network']
  const space = compileSpace(entries ?? {})
  const judge =
    (value: (params: ParamValues) => number) =>
    (_: number, params: ParamValues): Outcome => ({ state: 'complete', values: [value(params)] })
  const score = (params: ParamValues) => JSON.stringify(params).length

  it('gives the same points for the same seed, and others for another', () => {
    const points = (seed: number) => run(create(), space, 25, { seed, judge: judge(score) }).map(({ params }) => params)
    expect(points(3)).toEqual(points(3))
    expect(points(3)).not.toEqual(points(4))
  })

  it('keeps nothing from one call to the next that changes an answer', () => {
    const used = create()
    const trials = run(used, space, 25, { judge: judge(score) })
    run(used, space, 12, { seed: 9 })
    expect(ask(used, space, trials, 25)).toEqual(ask(create(), space, trials, 25))
  })

  it('does not depend on the order in which trials finished', () => {
    const finished = run(create(), space, 25, { judge: judge(score) })
    const learnInOrder = (order: readonly number[]) => {
      const sampler = create()
      const known = finished.map((trial) => buildTrial(space, trial.number, trial.params, { state: 'running' }))
      for (const number of order) {
        known[number] = finished[number] ?? known[number]!
        ask(sampler, space, known, 25)
      }
      return ask(sampler, space, known, 25)
    }
    const order = finished.map(({ number }) => number)
    expect(learnInOrder(order)).toEqual(learnInOrder(order.toReversed()))
  })

  if (learns !== true) return

  it('learns from values', () => {
    const up = run(create(), space, 30, { judge: judge(score) })
    const down = run(create(), space, 30, { judge: judge((params) => -score(params)) })
    expect(up.at(-1)?.params).not.toEqual(down.at(-1)?.params)
  })

  it('takes running trials into account', () => {
    const trials = run(create(), space, 25, { judge: judge(score) })
    const next = ask(create(), space, trials, 26)
    const busy = [...trials, buildTrial(space, 25, next, { state: 'running' })]
    expect(ask(create(), space, busy, 26)).not.toEqual(next)
  })
}

function describeExhaustion({ create, neverRepeats }: SamplerUnderTest): void {
  if (neverRepeats !== true) return

  it.each([
    ['a flat space', { a: choice(['x', 'y', 'z']), b: int(1, 4), c: float(0, 0.4, { step: 0.1 }) }, 60],
    [
      'a conditional space',
      {
        k: branch('kind', { p: { a: int(1, 9) }, q: {}, r: { b: choice([true, false]), c: int(1, 3) } }),
        n: repeat(0, 2, { u: choice([1, 2]) }),
      },
      112,
    ],
  ] as const)('tries every point of %s once before any twice', (_, entries, size) => {
    const space = compileSpace(entries)
    const judge = (number: number): Outcome =>
      number % 5 === 4 ? { state: 'running' } : { state: 'complete', values: [number % 11] }
    const trials = run(create(), space, size, { judge })
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(size)
  })
}
