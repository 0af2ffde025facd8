import { expect, test } from 'vitest'
import type { Contestant } from './contestants/contestant.ts'
import { isWanted, planRuns } from './plan.ts'
import type { Task } from './tasks/task.ts'

const contestant = (id: string, runsOn: Contestant['runsOn'], slow = false) => ({ id, runsOn, slow }) as Contestant
const whole = { name: 'whole' } as Task
const curve = { name: 'curve', epochs: 50 } as Task
const settings = { seeds: 2, slowSeeds: 1, heldOut: false }

test('seed by seed, slow contestants fewer, everybody where they can run', () => {
  const runs = planRuns(
    [whole, curve],
    [contestant('a', 'both'), contestant('b', 'whole', true), contestant('c', 'curves')],
    settings,
  )
  expect(runs.map((run) => `${run.seed} ${run.task.name} ${run.contestant.id}`)).toEqual([
    '0 whole a',
    '0 whole b',
    '0 curve a',
    '0 curve c',
    '1 whole a',
    '1 curve a',
    '1 curve c',
  ])
})

test('what is held out has seeds of its own', () => {
  const runs = planRuns([whole], [contestant('a', 'whole')], { ...settings, heldOut: true })
  expect(runs.map(({ seed }) => seed)).toEqual([1000, 1001])
})

test('contestants are named by id or family', () => {
  expect(isWanted([], 'optuna-tpe', 'optuna')).toBe(true)
  expect(isWanted(['optuna'], 'optuna-tpe', 'optuna')).toBe(true)
  expect(isWanted(['optuna-gp'], 'optuna-tpe', 'optuna')).toBe(false)
})
