import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dominates } from '../math/pareto.ts'
import type { Direction, Goal } from './history.ts'
import { bestTrial, completeTrials, lossOf, paretoFront } from './ranking.ts'
import type { TrialRecord } from './trial-record.ts'

const base = {
  params: {},
  distributions: {},
  reports: [],
  userAttrs: {},
  systemAttrs: {},
  startedAt: 0,
}
const complete = (values: readonly number[], number: number): TrialRecord => ({
  ...base,
  id: number,
  number,
  state: 'complete',
  values,
  finishedAt: 1,
})
const others: readonly TrialRecord[] = [
  { ...base, id: 90, number: 90, state: 'pruned', values: [-1e9], finishedAt: 1 },
  { ...base, id: 91, number: 91, state: 'failed', reason: 'it threw', finishedAt: 1 },
  { ...base, id: 92, number: 92, state: 'running' },
  { ...base, id: 93, number: 93, state: 'waiting' },
]
const goalsOf = (...directions: Direction[]): Goal[] => directions.map((direction, i) => ({ name: `g${i}`, direction }))
const [minimize, maximize] = goalsOf('minimize', 'maximize')
const numbers = (trials: readonly TrialRecord[]) => trials.map(({ number }) => number)

describe('lossOf', () => {
  it('turns values so that less is better and NaN is worst', () => {
    expect([1, -Infinity, Number.NaN, -0].map((v) => lossOf(v, 'minimize'))).toEqual([1, -Infinity, Infinity, 0])
    expect([1, -Infinity, Number.NaN, 0].map((v) => lossOf(v, 'maximize'))).toEqual([-1, Infinity, Infinity, 0])
  })
})

describe('bestTrial', () => {
  const trials = [3, 1, Number.NaN, 1, 2].map((value, i) => complete([value], i))

  it('is the complete trial with the best value, the earlier one on ties', () => {
    if (minimize === undefined || maximize === undefined) throw new Error('two goals were made')
    expect(bestTrial([...others, ...trials], minimize)?.number).toBe(1)
    expect(bestTrial([...trials, ...others], maximize)?.number).toBe(0)
    expect(numbers(completeTrials([...trials, ...others]))).toEqual([0, 1, 2, 3, 4])
  })

  it('is any complete trial rather than none, even where all values are as bad as can be', () => {
    if (minimize === undefined) throw new Error('two goals were made')
    expect(bestTrial([complete([Infinity], 0), complete([Infinity], 1)], minimize)?.number).toBe(0)
    expect(bestTrial(others, minimize)).toBeUndefined()
  })
})

describe('dominates', () => {
  it('asks for no loss worse and one better', () => {
    expect(dominates([1, 2], [1, 3])).toBe(true)
    expect(dominates([1, 2], [1, 2])).toBe(false)
    expect(dominates([0, 4], [1, 3])).toBe(false)
    expect(dominates([-Infinity, 0], [0, 0])).toBe(true)
    expect(dominates([Infinity], [Infinity])).toBe(false)
  })
})

describe('paretoFront', () => {
  // Few different values, so that ties and duplicates are common.
  const value = fc.constantFrom(-Infinity, -1, -0, 0, 1, 2, 3, Infinity, Number.NaN)
  const direction = fc.constantFrom<Direction>('minimize', 'maximize')

  it.each([1, 2, 3, 4])('holds exactly the trials that none dominates, with %d goals', (count) => {
    const values = fc.array(fc.array(value, { minLength: count, maxLength: count }), { maxLength: 30 })
    const directions = fc.array(direction, { minLength: count, maxLength: count })
    fc.assert(
      fc.property(values, directions, (rows, ways) => {
        const goals = goalsOf(...ways)
        const trials = rows.map(complete)
        const losses = rows.map((row) => row.map((v, g) => lossOf(v, ways[g] ?? 'minimize')))
        const expected = trials.filter((_, i) => !losses.some((other) => dominates(other, losses[i] ?? [])))
        expect(paretoFront([...others, ...trials], goals)).toEqual(expected)
      }),
    )
  })

  it('keeps all of several equal trials, by ascending number', () => {
    const trials = [
      [1, 1],
      [0, 2],
      [1, 1],
      [2, 2],
      [0, 2],
    ].map(complete)
    expect(numbers(paretoFront(trials.toReversed(), goalsOf('minimize', 'minimize')))).toEqual([0, 1, 2, 4])
  })

  it('takes infinite values for values and a missing one for the worst', () => {
    const trials = [[-Infinity, Infinity], [0, 0], [Infinity, 0], [0]].map(complete)
    expect(numbers(paretoFront(trials, goalsOf('minimize', 'minimize')))).toEqual([0, 1])
    expect(numbers(paretoFront([complete([], 0)], goalsOf('minimize', 'minimize')))).toEqual([0])
    expect(paretoFront(others, goalsOf('minimize'))).toEqual([])
  })

  it.each([
    ['scattered', (i: number) => [Math.sin(i * 12.9898), Math.cos(i * 78.233)]],
    ['all on the front', (i: number) => [i, -i]],
    ['all equal', () => [1, 1]],
  ])('finds the front of 10,000 trials with two goals in under 100 ms: %s', (_, valuesOf) => {
    const trials = Array.from({ length: 10_000 }, (_, i) => complete(valuesOf(i), i))
    const goals = goalsOf('minimize', 'minimize')
    const times = Array.from({ length: 3 }, () => {
      const start = performance.now()
      paretoFront(trials, goals)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(100)
  })
})
