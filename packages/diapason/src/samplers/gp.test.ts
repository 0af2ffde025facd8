import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { branch, choice, type Entries, float, int } from '../space/nodes.ts'
import { compileSpace, type ParamValues } from '../space/search-space.ts'
import { describeSampler } from '../testing/sampler-suite.ts'
import { buildHistory, buildTrial } from '../testing/trial-builders.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { GP_PARTS, gpSampler, gpSamplerOf } from './gp.ts'
import { randomSampler } from './random.ts'
import type { Sampler } from './sampler.ts'

describeSampler('gp', { create: () => gpSampler(), neverRepeats: true, learns: true })

/** The best loss after so many trials. NaN fails a trial. */
function bestOf(sampler: Sampler, entries: Entries, loss: (params: ParamValues) => number, count: number, seed = 1) {
  const space = compileSpace(entries)
  const trials: TrialRecord[] = []
  let best = Number.POSITIVE_INFINITY
  for (let number = 0; number < count; number++) {
    const running = buildTrial(space, number, {}, { state: 'running' })
    const history = buildHistory(space, [...trials, running], { seed })
    const params = sampler.suggest(history, [number], createRng(seed).split(`${number}`))[0] ?? {}
    const value = loss(params)
    best = Math.min(best, value)
    trials.push(
      buildTrial(
        space,
        number,
        params,
        Number.isNaN(value) ? { state: 'failed' } : { state: 'complete', values: [value] },
      ),
    )
  }
  return { best, trials }
}

const bowl: Entries = { x: float(-1, 1), y: float(-1, 1), z: float(-1, 1) }
const distance = ({ x, y, z }: ParamValues) => (Number(x) - 0.3) ** 2 + (Number(y) + 0.5) ** 2 + (Number(z) - 0.1) ** 2

describe('the Gaussian-process sampler', () => {
  it('descends a bowl five hundred times deeper than random search', () => {
    const random = bestOf(randomSampler(), bowl, distance, 25).best
    expect(bestOf(gpSampler(), bowl, distance, 25).best).toBeLessThan(random / 500)
  })

  it.each([
    ['tiny', (v: number) => v * 1e-300],
    ['huge', (v: number) => v * 1e300],
    ['heavy-tailed', (v: number) => Math.exp(40 * v)],
    ['failing in half of the space', (v: number) => (v > 1 ? Number.NaN : v)],
    ['infinite in half of the space', (v: number) => (v > 1 ? Number.POSITIVE_INFINITY : v)],
  ])('does so where values are %s', (_, bend) => {
    const { trials } = bestOf(gpSampler(), bowl, (params) => bend(distance(params)), 25)
    expect(Math.min(...trials.map(({ params }) => distance(params)))).toBeLessThan(0.01)
  })

  it('leaves a basin that it knows for a deeper one more often than without a look elsewhere', () => {
    const plane: Entries = { x: float(0, 1), y: float(0, 1) }
    const dent = (x: number, y: number, width: number) => Math.exp(-(x * x + y * y) / (2 * width * width))
    // A wide basin, and far from it a narrow one twice as deep.
    const twoBasins = ({ x, y }: ParamValues) =>
      2 - dent(Number(x) - 0.3, Number(y) - 0.35, 0.25) - 2 * dent(Number(x) - 0.85, Number(y) - 0.9, 0.12)
    const left = (looksElsewhere: boolean) =>
      Array.from({ length: 12 }, (_, seed) => seed + 1).filter(
        (seed) => bestOf(gpSamplerOf({ ...GP_PARTS, looksElsewhere }), plane, twoBasins, 50, seed).best < 0.9,
      ).length
    expect(left(true)).toBeGreaterThanOrEqual(left(false) + 4)
  })

  it('averages over probable hyperparameters where it is told to, and descends as well', () => {
    const averaged = () => gpSampler({ hyperparameters: 'averaged' })
    const { best, trials } = bestOf(averaged(), bowl, distance, 20)
    expect(best).toBeLessThan(0.01)
    expect(bestOf(averaged(), bowl, distance, 20).trials).toEqual(trials)
    const [plain] = [bestOf(gpSampler(), bowl, distance, 20).trials]
    expect(plain[6]?.params).not.toEqual(trials[6]?.params)
  })

  it('refuses hyperparameters that it does not know', () => {
    expect(() => gpSampler({ hyperparameters: 'sliced' as never })).toThrow(
      /hyperparameters is sliced. Write 'most-probable' or/,
    )
  })

  it('finds the right branch and its parameter', () => {
    const entries = {
      kind: branch('kind', { a: { u: float(0, 1) }, b: { v: float(0, 1), w: int(1, 40) } }),
      k: choice([0, 1, 2]),
    }
    const { best } = bestOf(
      gpSampler(),
      entries,
      (p) =>
        (p.kind === 'a'
          ? 1 + Number(p['kind.a.u'])
          : (Number(p['kind.b.v']) - 0.7) ** 2 + Math.abs(Number(p['kind.b.w']) - 25) / 40) + Math.abs(Number(p.k) - 1),
      40,
    )
    expect(best).toBeLessThan(0.05)
  })

  it('keeps to what promises most where all but one were stopped early', () => {
    const space = compileSpace({ x: float(0, 1), y: float(0, 1) })
    const error = (x: number, y: number) => (x - 0.4) ** 2 + (y - 0.6) ** 2
    const trials = Array.from({ length: 16 }, (_, i) => {
      const params = i === 0 ? { x: 0.5, y: 0.5 } : { x: ((5 * i) % 16) / 15, y: i / 15 }
      const reports = [[1, error(params.x, params.y)]] as const
      return buildTrial(
        space,
        i,
        params,
        i === 0 ? { state: 'complete', values: [0.01], reports } : { state: 'pruned', reports },
      )
    })
    const numbers = [16, 17, 18, 19]
    const points = gpSampler().suggest(buildHistory(space, trials, { seed: 1 }), numbers, createRng(1))
    for (const { x, y } of points) expect(Math.sqrt(error(Number(x), Number(y)))).toBeLessThan(0.2)
  })

  it('spreads a batch out', () => {
    const space = compileSpace(bowl)
    const { trials } = bestOf(gpSampler(), bowl, distance, 8)
    const numbers = Array.from({ length: 8 }, (_, i) => 8 + i)
    const points = gpSampler().suggest(buildHistory(space, trials, { seed: 1 }), numbers, createRng(1))
    for (const [i, a] of points.entries()) {
      for (const b of points.slice(0, i)) {
        expect(
          Math.hypot(Number(a.x) - Number(b.x), Number(a.y) - Number(b.y), Number(a.z) - Number(b.z)),
        ).toBeGreaterThan(0.002)
      }
    }
  })

  it.each([
    ['one point', { a: choice(['only']), b: int(2, 2) }],
    ['a choice of 10,000', { a: choice(Array.from({ length: 10_000 }, (_, i) => i)), b: float(0, 1) }],
    ['an integer range beyond any table', { a: int(-1e15, 1e15), b: int(1, 1e12, { log: true }) }],
    [
      '300 parameters',
      Object.fromEntries(
        Array.from({ length: 300 }, (_, i) => [`p${i}`, i % 3 ? float(0, 1) : choice(['a', 'b', 'c'])]),
      ),
    ],
  ] as [string, Entries][])('copes with a space of %s', (_, entries) => {
    const { trials } = bestOf(gpSampler(), entries, (params) => Math.sin(JSON.stringify(params).length), 9)
    expect(trials).toHaveLength(9)
  })

  it('prefers the cheap half where improvement is weighed against time', () => {
    const space = compileSpace({ x: float(0, 1), twin: choice(['cheap', 'dear']) })
    const judge = (params: ParamValues) => Math.abs(Number(params.x) - 0.4)
    const dear = (costPower: number): number => {
      const sampler = gpSampler({ costPower })
      const trials: TrialRecord[] = []
      for (let number = 0; number < 25; number++) {
        const running = buildTrial(space, number, {}, { state: 'running' })
        const history = buildHistory(space, [...trials, running], { seed: 1 })
        const params = sampler.suggest(history, [number], createRng(1).split(`${number}`))[0]!
        const ended = buildTrial(space, number, params, { state: 'complete', values: [judge(params)] })
        trials.push({ ...ended, startedAt: 0, finishedAt: params.twin === 'dear' ? 60_000 : 1000 } as TrialRecord)
      }
      return trials.filter(({ params }) => params.twin === 'dear').length
    }
    expect(dear(1)).toBeLessThan(dear(0) - 3)
  })
})
