import { expect, test } from 'vitest'
import { float } from '../../packages/diapason/src/space/nodes.ts'
import type { Contestant, Searcher } from './contestants/contestant.ts'
import { runSearch } from './search.ts'
import type { Problem, Task } from './tasks/task.ts'

/** Proposes what it is given, in turn, and stops where it is told to. */
function contestantOf(
  proposals: readonly { x: number; until?: number }[],
  searcher: Partial<Searcher> = {},
): Contestant {
  let next = 0
  return {
    id: 'scripted',
    label: 'Scripted',
    family: 'test',
    version: '1',
    evaluationsAStep: 1,
    slow: false,
    runsOn: 'both',
    start: async () => ({
      async ask() {
        const { x, ...rest } = proposals[next++]!
        return { params: { x }, milliseconds: 1, ...rest }
      },
      report: async () => false,
      tell: async () => 0.5,
      close: async () => {},
      ...searcher,
    }),
  }
}

const task = (problem: Omit<Problem, 'space'>, evaluations: number, epochs?: number): Task => ({
  name: 'test',
  evaluations,
  ...(epochs === undefined ? {} : { epochs }),
  scale: 'linear',
  floor: 0,
  worst: 10,
  heldOut: false,
  make: () => ({ space: { x: float(0, 10) }, ...problem }),
  randomRegret: () => 1,
})

const regret = (params: { readonly [name: string]: unknown }) => Number(params.x)
/** From 10 down to x over four epochs; 9 diverges at once. */
const curves: Omit<Problem, 'space'> = {
  regret,
  train: (params) => (epoch) => (params.x === 9 ? Number.NaN : 10 - ((10 - Number(params.x)) * epoch) / 4),
}

test('every evaluation is kept, with the time of asking and telling', async () => {
  const trace = await runSearch(contestantOf([{ x: 3 }, { x: 1 }]), task({ regret }, 2), 0)
  expect(trace).toMatchObject({ contestant: 'scripted', seed: 0, values: [3, 1], milliseconds: [1.5, 1.5] })
  expect(trace.error).toBeUndefined()
})

test('a crash ends the search and stays with it', async () => {
  const trace = await runSearch(contestantOf([{ x: 3 }]), task({ regret }, 2), 0)
  expect(trace.values).toEqual([3])
  expect(trace.error).toContain('undefined')
})

test('twice the budget: two evaluations a step, of which the better counts', async () => {
  const doubled = { ...contestantOf([{ x: 3 }, { x: 1 }, { x: 5 }, { x: 4 }]), evaluationsAStep: 2 }
  expect((await runSearch(doubled, task({ regret }, 2), 0)).values).toEqual([1, 4])
})

test('epochs are charged until the budget is spent, and the incumbent is judged after full training', async () => {
  const trace = await runSearch(contestantOf([{ x: 3 }, { x: 1 }]), task(curves, 2, 4), 0)
  expect(trace.epochs).toEqual([4, 8])
  expect(trace.values).toEqual([3, 1])
})

test('a stopped training pays what it trained, and does not beat one that got further', async () => {
  const stopping = contestantOf([{ x: 3 }, { x: 1 }, { x: 2 }, { x: 2 }], {
    report: async (epoch, value) => epoch === 2 && value < 6,
  })
  const trace = await runSearch(stopping, task(curves, 2, 4), 0)
  expect(trace.epochs).toEqual([4, 6, 8])
  expect(trace.values).toEqual([3, 3, 3])
})

test('a configuration that goes on pays the new epochs alone', async () => {
  const trace = await runSearch(
    contestantOf([
      { x: 3, until: 1 },
      { x: 1, until: 1 },
      { x: 1, until: 4 },
      { x: 3, until: 4 },
    ]),
    task(curves, 2, 4),
    0,
  )
  expect(trace.epochs).toEqual([1, 2, 5, 8])
  expect(trace.values).toEqual([3, 1, 1, 1])
})

test('a training that diverges ends there', async () => {
  const trace = await runSearch(contestantOf([{ x: 9 }, { x: 2 }]), task(curves, 1.25, 4), 0)
  expect(trace.epochs).toEqual([1, 5])
  expect(trace.values).toEqual([Number.NaN, 2])
})
