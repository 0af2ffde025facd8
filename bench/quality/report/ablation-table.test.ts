import { expect, test } from 'vitest'
import type { Task } from '../tasks/task.ts'
import { effectOf } from './ablation-table.ts'
import { cellsOf } from './scores.ts'

const task = (name: string): Task => ({
  name,
  evaluations: 3,
  scale: 'linear',
  floor: 0.001,
  worst: 1,
  heldOut: false,
  make: () => ({ space: {}, regret: () => 0 }),
  randomRegret: () => 1,
})
const trace = (taskName: string, contestant: string, seed: number, value: number) => ({
  task: taskName,
  contestant,
  version: '1',
  seed,
  values: [value],
  milliseconds: [],
})

const tasks = [task('a'), task('b')]
const ids = { id: 'without', against: 'whole' }

test('the effect of a part is the geometric mean over tasks of how many times as large regret is without it', () => {
  const traces = [0, 1, 2].flatMap((seed) => [
    trace('a', 'whole', seed, 0.05 * (seed + 1)),
    trace('a', 'without', seed, 0.2 * (seed + 1)),
    trace('b', 'whole', seed, 0.2),
    trace('b', 'without', seed, 0.2),
    // A seed that the whole did not run.
    trace('b', 'without', 7, 0.9),
  ])
  const effect = effectOf(ids, cellsOf(tasks, traces), 1)
  expect(effect?.factor).toBeCloseTo(2, 10)
  // The same seeds are drawn for both, so that what a seed does to both does not blur the effect.
  expect(effect?.interval[0]).toBeCloseTo(2, 10)
  expect(effect?.interval[1]).toBeCloseTo(2, 10)
})

test('what seeds disagree about has a wide interval, what nobody ran none', () => {
  const traces = [0, 1, 2, 3].flatMap((seed) => [
    trace('a', 'whole', seed, seed % 2 ? 0.1 : 0.4),
    trace('a', 'without', seed, seed % 2 ? 0.4 : 0.1),
  ])
  const effect = effectOf(ids, cellsOf(tasks, traces), 1)!
  expect(effect.factor).toBeCloseTo(1, 10)
  expect(effect.interval[0]).toBeLessThan(0.5)
  expect(effect.interval[1]).toBeGreaterThan(2)
  expect(effectOf({ id: 'nobody', against: 'whole' }, cellsOf(tasks, traces), 1)).toBeUndefined()
})
