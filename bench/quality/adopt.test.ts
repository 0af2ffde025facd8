import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { float } from '../../packages/diapason/src/space/nodes.ts'
import { adoptTraces } from './adopt.ts'
import type { Contestant } from './contestants/contestant.ts'
import { runSearch } from './search.ts'
import type { Task } from './tasks/task.ts'
import { condense, openTraces, type TraceStore } from './traces.ts'

const task: Task = {
  name: 'line',
  evaluations: 4,
  scale: 'linear',
  floor: 1e-3,
  worst: 9,
  heldOut: false,
  make: () => ({ space: { x: float(0, 9) }, regret: ({ x }) => Number(x) }),
}

/** Proposes the seed, then smaller and smaller numbers by `step`. */
function contestant(version: string, step: number): Contestant {
  return {
    id: 'steps',
    label: 'Steps',
    family: 'ours',
    version,
    evaluationsAStep: 1,
    slow: false,
    runsOn: 'whole',
    async start({ seed }) {
      let x = seed + 4
      return {
        async ask() {
          x -= step
          return { params: { x }, milliseconds: 1 }
        },
        report: async () => false,
        tell: async () => 1,
        close: async () => {},
      }
    },
  }
}

let folder: string
let store: TraceStore
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diapason-adopt-'))
  store = openTraces(folder)
  for (const seed of [0, 1, 2]) store.add(condense(await runSearch(contestant('old', 0.5), task, seed)))
})
afterEach(() => rmSync(folder, { recursive: true }))

const seedsOf = (version: string) =>
  store
    .all()
    .filter((trace) => trace.version === version)
    .map(({ seed }) => seed)
    .sort()

test('searches count for a version that searches in the same way', async () => {
  expect(await adoptTraces(contestant('new', 0.5), [task], store, () => false)).toEqual([])
  expect(seedsOf('new')).toEqual([0, 1, 2])
})

test('they do not where it searches otherwise, and it is said on which task', async () => {
  expect(await adoptTraces(contestant('new', 0.5001), [task], store, () => false)).toEqual(['line'])
  expect(seedsOf('new')).toHaveLength(1)
})
