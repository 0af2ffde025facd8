import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choice, type Entries, float, int } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { smallSpaces, spaces } from '../space/space-arbitraries.ts'
import { expectPoint, run } from '../testing/sampler-run.ts'
import type { Outcome } from '../testing/trial-builders.ts'
import { autoSampler } from './auto.ts'
import { cmaesSampler } from './cmaes.ts'
import { enumerate } from './enumeration.ts'
import { gpSampler } from './gp.ts'
import { nsga2Sampler, nsga3Sampler } from './nsga.ts'
import { quasiRandomSampler } from './quasi-random.ts'
import { randomSampler } from './random.ts'
import { tpeSampler } from './tpe.ts'

const learning = { auto: autoSampler, gp: gpSampler, tpe: () => tpeSampler(), cmaes: () => cmaesSampler() }
const genetic = {
  nsga2: () => nsga2Sampler({ populationSize: 4 }),
  nsga3: () => nsga3Sampler({ populationSize: 4 }),
}
const all = { ...learning, ...genetic, random: randomSampler, 'quasi-random': quasiRandomSampler }

const TRIALS = 16

/** Ends that objectives come to, from ordinary to absurd. */
const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.double({ noNaN: true }).map((value): Outcome => ({ state: 'complete', values: [value] })),
  fc
    .constantFrom(1e300, -1e300, 1e-300, 5e-324, -0, 1.7e308, -1.7e308, Infinity, -Infinity, 1)
    .map((value): Outcome => ({ state: 'complete', values: [value] })),
  fc.constantFrom<Outcome>({ state: 'failed' }, { state: 'running' }),
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.double()), { maxLength: 3 })
    .map((reports): Outcome => ({ state: 'pruned', reports: reports.sort(([a], [b]) => a - b) })),
)

/** What became of the trials, one after the other, whatever they tried. */
const fates = fc.oneof(
  fc.array(outcomes, { minLength: TRIALS, maxLength: TRIALS }),
  // The same for all.
  outcomes.map((outcome) => Array<Outcome>(TRIALS).fill(outcome)),
  // Each far worse, or far better, than all before.
  fc
    .constantFrom(10, 0.1)
    .map((factor) =>
      Array.from({ length: TRIALS }, (_, n): Outcome => ({ state: 'complete', values: [factor ** (18 * n)] })),
    ),
)

function distinct(trials: readonly { readonly params: ParamValues }[]): number {
  return new Set(trials.map(({ params }) => JSON.stringify(Object.entries(params), exactly))).size
}

/** JSON knows neither NaN nor infinities. */
const exactly = (_: string, value: unknown) => (typeof value === 'number' ? `number ${value}` : value)

describe.each(Object.entries(all))('under hostile objectives %s', (_, create) => {
  it('gives points of the space whatever becomes of them', () => {
    fc.assert(
      fc.property(spaces, fates, fc.nat(), (entries, fate, seed) => {
        const space = compileSpace(entries)
        for (const { params } of run(create(), space, TRIALS, { seed, judge: (n) => fate[n]! })) {
          expectPoint(space, params)
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe.each(Object.entries(learning))('under hostile objectives %s', (name, create) => {
  it('repeats no point while others are left', () => {
    fc.assert(
      fc.property(smallSpaces, fates, fc.nat(), (entries, fate, seed) => {
        const space = compileSpace(entries)
        const trials = run(create(), space, TRIALS, { seed, judge: (n) => fate[n]! })
        expect(distinct(trials)).toBe(Math.min(TRIALS, enumerate(space).count))
      }),
      { numRuns: 25 },
    )
  })

  it('gives the same points whatever unit the values are in', () => {
    const space = compileSpace({ x: float(-1, 1), y: int(0, 50), z: choice(['a', 'b', 'c']) })
    fc.assert(
      // Powers of two, so that no digit is lost.
      fc.property(fc.integer({ min: -950, max: 990 }), fc.nat(), (exponent, seed) => {
        const points = (unit: number) =>
          run(create(), space, 20, { seed, judge: (_n, p) => valued(unit * bowl(p)) }).map(({ params }) => params)
        expect(points(2 ** exponent)).toEqual(points(1))
      }),
      { numRuns: 4 },
    )
  })

  it.each([
    ['a single point', { a: choice(['only']), b: int(2, 2), c: float(0.5, 0.5) }],
    ['500 parameters', manyParameters(500)],
    ['a choice of 10,000', { a: choice(Array.from({ length: 10_000 }, (_, i) => i)), b: float(0, 1) }],
    ['nothing but a choice of 10,000', { a: choice(Array.from({ length: 10_000 }, (_, i) => `${i}`)) }],
    ['integers without end', { a: int(-1e15, 1e15), b: int(1, 1e12, { log: true }) }],
  ] as [string, Entries][])('gives points in a space of %s', (_, entries) => {
    const space = compileSpace(entries)
    const trials = run(create(), space, TRIALS, { judge: (n) => valued(Math.sin(n)) })
    for (const { params } of trials) expectPoint(space, params)
    expect(distinct(trials)).toBe(Math.min(TRIALS, enumerate(space).count))
  })

  const harder: { readonly [words: string]: (value: number) => number } = {
    'in units of 1e-300': (value) => value * 1e-300,
    'in units of 1e300': (value) => value * 1e300,
    'that fail in half of the space': (value) => (value > 0.8 ? Number.NaN : value),
    'that are infinite in half of the space': (value) => (value > 0.8 ? Number.POSITIVE_INFINITY : value),
    'that explode away from the optimum': (value) => Math.exp(200 * value),
    'that are all alike but near the optimum': (value) => Math.min(value, 0.5),
    'whose differences vanish in an offset': (value) => 1e9 + value,
  }
  it.each(Object.entries(harder))('beats random search on values %s', (_, bend) => {
    const space = compileSpace({ x: float(-1, 1), y: float(-1, 1), a: choice(manyOptions) })
    const trials = name === 'cmaes' ? 80 : 40
    const judge = (_n: number, params: ParamValues) => valued(bend(bowl(params)))
    const reached = (sampler: typeof create) =>
      [1, 2, 3, 4].reduce((sum, seed) => sum + Math.log(best(run(sampler(), space, trials, { seed, judge }))), 0) / 4
    expect(reached(create)).toBeLessThan(reached(randomSampler))
  })
})

/** Nothing depends on it. */
const manyOptions = Array.from({ length: 10_000 }, (_, i) => i)

/** Least at x = 0.3, y = −0.5 or where it counts steps 40; options cost something. */
function bowl({ x, y, z }: ParamValues): number {
  const wanted = Number.isInteger(y) && Math.abs(Number(y)) > 1 ? 40 : -0.5
  return (Number(x) - 0.3) ** 2 + Math.abs(Number(y) - wanted) ** 2 + (z === 'b' ? 1 : 0)
}

const best = (trials: readonly { readonly params: ParamValues }[]) =>
  Math.min(...trials.map(({ params }) => bowl(params)))

const valued = (value: number): Outcome =>
  Number.isNaN(value) ? { state: 'failed' } : { state: 'complete', values: [value] }

function manyParameters(count: number): Entries {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`p${i}`, i % 3 === 0 ? choice(['a', 'b', 'c']) : float(0, 1)]),
  )
}
