import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { buildTrial } from '../testing/trial-builders.ts'
import type { Goal } from '../trial/history.ts'
import type { CompleteTrial } from '../trial/trial-record.ts'
import { bestShare } from './best-share.ts'
import { efficiencyData } from './efficiency-data.ts'
import { historyData } from './history-data.ts'
import { hypervolumeData } from './hypervolume-data.ts'

const space = compileSpace({ x: float(0, 1) })
const [loss, size]: readonly Goal[] = [
  { name: 'loss', direction: 'minimize' },
  { name: 'size', direction: 'minimize' },
]

function complete(number: number, values: readonly number[], excess: number): CompleteTrial {
  const trial = buildTrial(space, number, { x: number / 10 }, { state: 'complete', values }) as CompleteTrial
  return { ...trial, systemAttrs: { 'constraints:latency': excess } }
}

const trials = [complete(0, [5, 1], 0), complete(1, [1, 5], 2), complete(2, [4, 2], -1), complete(3, [0, 0], 1)]
const numbers = (some: Iterable<CompleteTrial | { readonly number: number }>) => [...some].map(({ number }) => number)

describe('trials that break a constraint', () => {
  it('are among the best only after all others', () => {
    expect(numbers(bestShare(trials, [loss!], 0.25))).toEqual([2])
    expect(numbers(bestShare(trials, [loss!], 0.75))).toEqual([0, 2, 3])
    expect(numbers(bestShare(trials, [loss!, size!], 1))).toEqual([0, 2])
  })

  it('are no improvement, and no trial that reached anything', () => {
    expect(historyData(trials, [loss!]).improvements).toEqual([
      { number: 0, value: 5 },
      { number: 2, value: 4 },
    ])
    expect(efficiencyData(trials, [loss!]).reached.at(-1)).toMatchObject({ value: 4 })
    expect(numbers(hypervolumeData(trials, [loss!, size!]).points)).not.toContain(3)
  })
})
