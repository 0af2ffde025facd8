import { expect, test } from 'vitest'
import type { Task } from '../tasks/task.ts'
import { anytimePlot, courseOf } from './plot.ts'
import { cellsOf } from './scores.ts'

const task: Task = {
  name: 'a & b',
  evaluations: 100,
  scale: 'log',
  floor: 1e-3,
  worst: 1,
  heldOut: false,
  make: () => ({ space: {}, regret: () => 0 }),
  randomRegret: () => 1,
}
const traces = [0, 1].map((seed) => ({
  task: 'a & b',
  contestant: 'x',
  version: '1',
  seed,
  values: seed === 0 ? [0.1, 0.01] : [0.1, 0],
  milliseconds: [],
}))
const cells = cellsOf([task], traces)

test('a course is the geometric mean, ends at the floor, and narrows with agreement', () => {
  const { at, middle, half } = courseOf(cells[0]!)
  expect([at[0], at.at(-1)]).toEqual([1, 100])
  expect(middle[0]).toBeCloseTo(-1, 12)
  expect(middle.at(-1)).toBeCloseTo(-2.5, 12)
  expect(half[0]).toBeCloseTo(0, 12)
  // The logarithms −2 and −3: deviation √½, standard error ½.
  expect(half.at(-1)).toBeCloseTo(1.96 / 2, 12)
})

test('a plot stands alone, names its tasks and contestants, and holds no NaN', () => {
  const suite = {
    name: 's',
    title: 'T',
    checkpoints: [1],
    curves: false,
    isApart: false,
    published: undefined,
    measure: 'ratio',
    tasks: [task],
  } as const
  const svg = anytimePlot(suite, cells, [{ id: 'x', label: 'X < Y' }])
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
  expect(svg).toContain('a &amp; b')
  expect(svg).toContain('X &lt; Y')
  expect(svg).not.toContain('NaN')
})
