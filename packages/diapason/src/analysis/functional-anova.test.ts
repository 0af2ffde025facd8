import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { branch, choice, float } from '../space/nodes.ts'
import { compileSpace, parameterOf, searchSpaceOf } from '../space/search-space.ts'
import type { Goal } from '../trial/history.ts'
import type { CompleteTrial } from '../trial/trial-record.ts'
import { type FanovaCase, fixtures, trialsOf } from './fixtures/importance-fixtures.ts'
import { functionalAnova } from './functional-anova.ts'
import { responseForest } from './response-forest.ts'

const goals: readonly Goal[] = [{ name: 'loss', direction: 'minimize' }]
const unit = compileSpace({ a: float(0, 1), b: float(0, 1), c: float(0, 1) })

/** Random trials of a function on [0, 1]³. */
function sampled(count: number, f: (a: number, b: number, c: number) => number): CompleteTrial[] {
  const rng = createRng(5)
  const rows = Array.from({ length: count }, () => ({ a: rng.next(), b: rng.next(), c: rng.next() }))
  return trialsOf({
    spaces: [{}],
    rows: rows.map((params) => ({ params, space: 0, values: [f(params.a, params.b, params.c)] })),
  })
}

describe('functional ANOVA', () => {
  // Optuna spreads parameters evenly over their bare values, so logarithms are left aside; between seeds its own shares of
  // the largest parameter vary by 0.01.
  it.each(Object.keys(fixtures.fanova))('is near what Optuna computes: %s', (name) => {
    const { trials, mean } = fixtures.fanova[name] as FanovaCase
    const params = Object.entries(trials.spaces[0] ?? {}).map(([path, distribution]) =>
      parameterOf(path, distribution.kind === 'categorical' ? distribution : { ...distribution, log: false }),
    )
    const response = responseForest(trialsOf(trials), searchSpaceOf(params), goals, 0, { leastLeaf: 1 })
    for (const { path, share } of functionalAnova(response).params) {
      expect(Math.abs(share - (mean[path] ?? Number.NaN)), path).toBeLessThan(0.015)
    }
  })

  it('is near the exact shares of an additive function', () => {
    // Variances 9, 4 and 1 twelfths.
    const { params } = functionalAnova(
      responseForest(
        sampled(2000, (a, b, c) => 3 * a + 2 * b + c),
        unit,
        goals,
      ),
    )
    expect(params.map(({ path }) => path)).toEqual(['a', 'b', 'c'])
    for (const [i, exact] of [9 / 14, 4 / 14, 1 / 14].entries()) {
      expect(Math.abs((params[i]?.share ?? 0) - exact)).toBeLessThan(0.03)
    }
  })

  it('finds what two parameters do only together', () => {
    // (a − ½)(b − ½) has no main effects at all; greedy trees find only most of it.
    const { interactions, params } = functionalAnova(
      responseForest(
        sampled(2000, (a, b) => (a - 0.5) * (b - 0.5)),
        unit,
        goals,
      ),
    )
    expect(interactions[0]?.paths.toSorted()).toEqual(['a', 'b'])
    expect(interactions[0]?.share).toBeGreaterThan(0.8)
    expect(params[0]?.share).toBeLessThan(0.1)
  })

  it('gives parameters of a branch their part below it', () => {
    const space = compileSpace({
      kind: branch('name', { plain: {}, tuned: { x: float(0, 1) } }),
      other: choice([1, 2, 3]),
    })
    const rng = createRng(1)
    const rows = Array.from({ length: 400 }, () => {
      const x = rng.next()
      const other = 1 + rng.int(3)
      return rng.next() < 0.5
        ? { params: { kind: 'plain', other }, space: 0, values: [2] }
        : { params: { kind: 'tuned', 'kind.tuned.x': x, other }, space: 0, values: [x] }
    })
    const { params, interactions } = functionalAnova(responseForest(trialsOf({ spaces: [{}], rows }), space, goals))
    expect(params[0]?.path).toBe('kind')
    expect(interactions[0]?.paths.toSorted()).toEqual(['kind', 'kind.tuned.x'])
    expect(params.find(({ path }) => path === 'other')?.share).toBeLessThan(0.001)
  })

  it('does not let one diverged trial be everything', () => {
    const trials = sampled(300, (a, b) => a + 0.1 * b)
    const diverged = trials.map((trial, i) => (i === 7 ? { ...trial, values: [1e12] } : trial))
    expect(functionalAnova(responseForest(diverged, unit, goals)).params[0]?.share).toBeGreaterThan(0.9)
  })

  it('has nothing to say of constants and of nothing', () => {
    for (const trials of [sampled(50, () => 1), []]) {
      const { params, interactions, rest } = functionalAnova(responseForest(trials, unit, goals))
      expect(params.map(({ share }) => share)).toEqual([0, 0, 0])
      expect([interactions, rest]).toEqual([[], 0])
    }
  })
})
