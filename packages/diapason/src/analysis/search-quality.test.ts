import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { buildTrial } from '../testing/trial-builders.ts'
import type { Report, TrialRecord } from '../trial/trial-record.ts'
import { costData } from './cost-data.ts'
import { bestQuantile, efficiencyData } from './efficiency-data.ts'
import { hypervolumeData } from './hypervolume-data.ts'
import { rungsData } from './rungs-data.ts'

const space = compileSpace({ x: float(0, 1) })
const minimize = [{ name: 'loss', direction: 'minimize' as const }]
const complete = (number: number, values: number[], reports: Report[] = []): TrialRecord =>
  buildTrial(space, number, { x: 0.5 }, { state: 'complete', values, reports })
const pruned = (number: number): TrialRecord =>
  buildTrial(space, number, { x: 0.5 }, { state: 'pruned', reports: [[1, 9]] })

describe('bestQuantile', () => {
  it('is what counting all subsets gives', () => {
    const sorted = [1, 2, 3, 4, 5, 6]
    // Of the 20 subsets of three, 10 hold 1, 6 more hold 2, 3 more hold 3.
    expect(bestQuantile(sorted, 3, 0.5)).toBe(1)
    expect(bestQuantile(sorted, 3, 0.51)).toBe(2)
    expect(bestQuantile(sorted, 3, 0.8)).toBe(2)
    expect(bestQuantile(sorted, 3, 0.81)).toBe(3)
    expect(bestQuantile(sorted, 6, 0.99)).toBe(1)
    expect(bestQuantile(sorted, 1, 0.5)).toBe(3)
  })
})

describe('efficiencyData', () => {
  it('ends at the best, counts pruned trials as nothing reached, and keeps the order of the search', () => {
    const trials = [complete(0, [5]), pruned(1), complete(2, [3]), complete(3, [4]), complete(4, [1])]
    const { points, reached, half, of } = efficiencyData(trials, minimize)
    expect(of).toBe(5)
    // The better of two draws of [1, 3, 4, 5, 5]: 1 in four of ten pairs, 3 in three, 4 in two, 5 in one.
    expect(half).toEqual({ trials: 2, mean: expect.closeTo((4 * 1 + 3 * 3 + 2 * 4 + 5) / 10, 12) })
    expect(points.at(-1)).toEqual({ trials: 5, unlucky: 1, middle: 1, lucky: 1 })
    // One draw of five: [1, 3, 4, 5, –].
    expect(points[0]).toEqual({ trials: 1, unlucky: undefined, middle: 4, lucky: 1 })
    expect(reached).toEqual([
      { trials: 1, value: 5 },
      { trials: 3, value: 3 },
      { trials: 5, value: 1 },
    ])
  })

  it('turns round for goals to maximise', () => {
    const { points } = efficiencyData([complete(0, [1]), complete(1, [2])], [{ name: 'a', direction: 'maximize' }])
    expect(points).toEqual([
      { trials: 1, unlucky: 1, middle: 2, lucky: 2 },
      { trials: 2, unlucky: 2, middle: 2, lucky: 2 },
    ])
  })
})

describe('rungsData', () => {
  const fidelity = { name: 'epochs', min: 1, max: 9 }
  it('finds the order at a rung that agrees, and the one that does not', () => {
    const trials = [1, 2, 3, 4, 5, 6].map((loss, i) =>
      complete(
        i,
        [loss],
        [
          [1, 7 - loss],
          [3, loss],
          [9, loss],
        ],
      ),
    )
    const { rungs, end } = rungsData([...trials, pruned(6)], minimize, fidelity)
    expect(end).toBe(9)
    expect(rungs).toMatchObject([
      { step: 1, trials: 6, correlation: -1, kept: 0 },
      { step: 3, trials: 6, correlation: 1, kept: 1 },
    ])
  })

  it('says nothing about fewer than four trials', () => {
    const trials = [1, 2, 3].map((loss, i) =>
      complete(
        i,
        [loss],
        [
          [1, loss],
          [9, loss],
        ],
      ),
    )
    expect(rungsData(trials, minimize, fidelity).rungs).toEqual([])
  })
})

describe('hypervolumeData', () => {
  it('grows with the front, in shares of the box', () => {
    const goals = [
      { name: 'accuracy', direction: 'maximize' as const },
      { name: 'latency', direction: 'minimize' as const },
    ]
    const trials = [complete(0, [0, 0]), complete(1, [1, 10]), complete(2, [0.5, 5]), complete(3, [0.4, 6])]
    const data = hypervolumeData(trials, goals)
    expect(data.reference).toEqual([0, 10])
    // Trials 0 and 1 lie on the edge of the box; trial 2 dominates a quarter of it, trial 3 is dominated.
    expect(data.points).toEqual([
      { number: 0, share: 0 },
      { number: 1, share: 0 },
      { number: 2, share: 0.25 },
    ])
    expect(data.last).toBe(3)
  })
})

describe('costData', () => {
  it('joins those that no quicker trial equals', () => {
    const timed = (number: number, seconds: number, loss: number): TrialRecord =>
      ({ ...complete(number, [loss]), startedAt: 1000, finishedAt: 1000 + seconds * 1000 }) as TrialRecord
    const { front, points } = costData([timed(0, 4, 2), timed(1, 1, 3), timed(2, 2, 3), timed(3, 9, 1)], minimize)
    expect(front.map(({ number }) => number)).toEqual([1, 0, 3])
    expect(points).toEqual([{ number: 2, seconds: 2, value: 3 }])
  })
})
