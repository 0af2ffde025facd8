import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectedBest, problemOf, sampledRandomRegret } from './expected-best.ts'
import { claimFunctions } from './synthetic.ts'
import { meansOf, regretTable, tableTasks } from './tables.ts'

const data = process.env.DIAPASON_BENCHMARKS

test('the expected best of n draws, worked by hand', () => {
  // Two draws from {0, 1, 2}: 0 unless both miss it (4/9), 2 only when both hit it (1/9).
  expect(expectedBest([0, 1, 2], 2)).toBeCloseTo((0 * 5 + 1 * 3 + 2 * 1) / 9, 12)
  expect(expectedBest([0, 1, 2], 1)).toBeCloseTo(1, 12)
  expect(expectedBest([3], 100)).toBeCloseTo(3, 12)
})

test('regrets of a table: distance from its best; failures are its worst', () => {
  const { regrets, sorted } = regretTable(Float64Array.of(0.5, 0.9, Number.NaN), 'maximize')
  expect([...regrets]).toEqual([0.4, 0, Number.NaN])
  expect([...sorted]).toEqual([0, 0.4, 0.4])
})

test('means leave out repetitions that were not run', () => {
  expect([...meansOf(Float32Array.of(1, 3, 2, Number.NaN), 2)]).toEqual([2, 2])
})

test('a seed moves the optimum, the same for everyone', () => {
  const [branin] = claimFunctions
  const params = { x0: 1, x1: 5 }
  expect(problemOf(branin!, 3).regret(params)).toBe(problemOf(branin!, 3).regret(params))
  expect(problemOf(branin!, 3).space).not.toEqual(problemOf(branin!, 4).space)
})

test('more random evaluations are expected to do better', () => {
  const random = sampledRandomRegret(claimFunctions[0]!, Number.POSITIVE_INFINITY)
  expect(random(100, [0, 1])).toBeLessThan(random(10, [0, 1]))
})

// A check of the data rather than of the code, which the tests above cover: the tables are no part of the repository.
if (data !== undefined)
  test('random search on tables is as published with them', () => {
    const exact = JSON.parse(readFileSync(join(data, 'random_exact.json'), 'utf8')).tasks
    for (const task of tableTasks(data)) {
      for (const n of [1, 10, 100]) {
        expect(task.randomRegret!(n, []) / exact[task.name][n], `${task.name} at ${n}`).toBeCloseTo(1, 4)
      }
    }
  })
