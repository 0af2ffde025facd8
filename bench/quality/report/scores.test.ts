import { expect, test } from 'vitest'
import { createRng } from '../../../packages/diapason/src/math/rng.ts'
import type { Task } from '../tasks/task.ts'
import type { Trace } from '../traces.ts'
import { meanRanks } from './ranking.ts'
import { cellsOf, logScore, ratioToRandom, regretAfter, regretAt, scoresOf } from './scores.ts'

const task = (name: string, scale: Task['scale'] = 'linear'): Task => ({
  name,
  evaluations: 3,
  scale,
  floor: 0.001,
  worst: 1,
  heldOut: false,
  make: () => ({ space: {}, regret: () => 0 }),
  randomRegret: (evaluations) => 1 / (evaluations + 1),
})
const trace = (taskName: string, contestant: string, seed: number, values: number[]): Trace => ({
  task: taskName,
  contestant,
  version: '1',
  seed,
  values,
  milliseconds: [],
})

test('the best so far counts, and what failed or is missing counts as the worst', () => {
  expect(regretAt({ values: [0.5, 0.2, 0.9] }, 1, 1)).toBe(0.5)
  expect(regretAt({ values: [0.5, 0.2, 0.9] }, 3, 1)).toBe(0.2)
  expect(regretAt({ values: [Number.NaN, Number.NaN] }, 2, 1)).toBe(1)
  expect(regretAt({ values: [] }, 200, 7)).toBe(7)
})

test("a ratio is the mean over seeds by random search's expectation", () => {
  const [cell] = cellsOf([task('a')], [trace('a', 'x', 1, [0.4, 0.1]), trace('a', 'x', 0, [0.2, 0.3])])
  expect(cell!.seeds).toEqual([0, 1])
  expect(ratioToRandom(cell!, 1)).toBeCloseTo(0.3 / (1 / 2), 12)
  expect(ratioToRandom(cell!, 2)).toBeCloseTo(0.15 / (1 / 3), 12)
})

test('on a log scale the mean is geometric and ends at the floor', () => {
  expect([...scoresOf(task('a', 'log'), Float64Array.of(0.1, 0))]).toEqual([-1, -3])
  const [cell] = cellsOf([task('a', 'log')], [trace('a', 'x', 0, [0.1]), trace('a', 'x', 1, [0])])
  expect(logScore(cell!, 1)).toBe(-2)
})

test('mean ranks are over tasks, of those who ran them all', () => {
  const tasks = [task('a'), task('b')]
  const traces = [
    trace('a', 'x', 0, [0.1]),
    trace('b', 'x', 0, [0.5]),
    trace('a', 'y', 0, [0.2]),
    trace('b', 'y', 0, [0.5]),
    trace('a', 'partial', 0, [0]),
  ]
  const standings = meanRanks(cellsOf(tasks, traces), 1, createRng(0))
  expect(standings.map(({ contestant, meanRank }) => [contestant, meanRank])).toEqual([
    ['x', 1.25],
    ['y', 1.75],
  ])
})

test('with curves the incumbent counts as it stood when the epochs were spent, be it worse than an earlier one', () => {
  const course = { values: [Number.NaN, 0.1, 0.4], epochs: [3, 12, 20] }
  expect(regretAfter(course, 2, 1)).toBe(1)
  expect(regretAfter(course, 3, 1)).toBe(1)
  expect(regretAfter(course, 19, 1)).toBe(0.1)
  expect(regretAfter(course, 20, 1)).toBe(0.4)
})
