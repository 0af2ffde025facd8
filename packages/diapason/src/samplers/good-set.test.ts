import { describe, expect, it } from 'vitest'
import { int } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { buildHistory, buildTrial, type Outcome } from '../testing/trial-builders.ts'
import type { Goal } from '../trial/history.ts'
import { splitObservations } from './good-set.ts'
import { createObservations } from './observations.ts'

const space = compileSpace({ x: int(0, 999) })
const minimize: Goal[] = [{ name: 'loss', direction: 'minimize' }]

function split(
  outcomes: readonly Outcome[],
  count: number,
  goals: readonly Goal[] = minimize,
): { good: number[]; bad: number[] } {
  const trials = outcomes.map((outcome, number) => buildTrial(space, number, { x: number }, outcome))
  const observations = createObservations().of(buildHistory(space, trials, { goals }))
  const { good, bad } = splitObservations(observations, count, goals)
  const numbers = (set: typeof good) => set.map(({ trial }) => trial.number)
  return { good: numbers(good), bad: numbers(bad) }
}

const complete = (...values: number[]): Outcome => ({ state: 'complete', values })

describe('the good set', () => {
  it('holds the best values first, earlier trials first on ties, and leaves the others by number', () => {
    const outcomes = [complete(3), complete(1), complete(2), complete(1), complete(Number.NEGATIVE_INFINITY)]
    expect(split(outcomes, 3)).toEqual({ good: [4, 1, 3], bad: [0, 2] })
    expect(split(outcomes, 2, [{ name: 'accuracy', direction: 'maximize' }])).toEqual({ good: [0, 2], bad: [1, 3, 4] })
  })

  it('takes pruned trials after complete ones, by last step and then value', () => {
    const outcomes: Outcome[] = [
      { state: 'pruned', reports: [[1, 0.1]] },
      { state: 'pruned', reports: [[5, 0.9]] },
      { state: 'pruned', reports: [] },
      { state: 'pruned', reports: [[5, 0.4]] },
      { state: 'pruned', reports: [[5, Number.NaN]] },
      complete(100),
    ]
    expect(split(outcomes, 9).good).toEqual([5, 3, 1, 4, 0, 2])
  })

  it('never takes failed or running trials', () => {
    const outcomes: Outcome[] = [{ state: 'failed' }, complete(Number.POSITIVE_INFINITY), { state: 'running' }]
    expect(split(outcomes, 3)).toEqual({ good: [1], bad: [0, 2] })
  })

  it('takes whole fronts of several goals, and of the one that does not fit its ends and least crowded members', () => {
    const goals: Goal[] = [
      { name: 'loss', direction: 'minimize' },
      { name: 'accuracy', direction: 'maximize' },
    ]
    // One front by ascending loss: (0, 0), (1, 5), (2, 5.1), (3, 9), (4, 10); (9, 1) lies behind all but the first.
    const outcomes = [complete(3, 9), complete(9, 1), complete(0, 0), complete(2, 5.1), complete(4, 10), complete(1, 5)]
    expect(split(outcomes, 5, goals).good.toSorted()).toEqual([0, 2, 3, 4, 5])
    expect(split(outcomes, 3, goals).good.toSorted()).toEqual([2, 4, 5])
    expect(split(outcomes, 6, goals).good[5]).toBe(1)
  })
})
