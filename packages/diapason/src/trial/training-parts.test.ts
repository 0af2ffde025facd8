import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { buildTrial } from '../testing/trial-builders.ts'
import { CONTINUES, PAUSED } from './continuation.ts'
import { earlierParts, latestParts, pausesOf, shownState, successors } from './training-parts.ts'
import type { TrialRecord } from './trial-record.ts'

const space = compileSpace({ x: float(0, 1) })
const complete = (number: number) => buildTrial(space, number, { x: 0.5 }, { state: 'complete', values: [1] })
const paused = (number: number, step: number) =>
  withAttrs(buildTrial(space, number, { x: 0.5 }, { state: 'pruned', reports: [[step, 1]] }), { [PAUSED]: step })
const continuing = (trial: TrialRecord, of: number, step: number) =>
  withAttrs(trial, { [CONTINUES]: { trial: of, step } })
function withAttrs(trial: TrialRecord, attrs: Record<string, unknown>): TrialRecord {
  return { ...trial, systemAttrs: { ...trial.systemAttrs, ...attrs } }
}

// 1 is paused at 1 and at 3, and ends as 6; 4 was lost on the way. 2 is paused, too; the others are by themselves.
const trials = [
  complete(0),
  paused(1, 1),
  paused(2, 1),
  continuing(paused(3, 3), 1, 1),
  continuing(buildTrial(space, 4, { x: 0.5 }, { state: 'failed' }), 3, 3),
  complete(5),
  continuing(complete(6), 3, 3),
]
const numbers = (some: readonly TrialRecord[]) => some.map(({ number }) => number)

describe('a configuration that was trained in several trials', () => {
  it('is seen once, as the last of them', () => {
    expect(numbers(latestParts(trials))).toEqual([0, 2, 5, 6])
    expect([...earlierParts(trials)].map(([latest, earlier]) => [latest, numbers(earlier)])).toEqual([[6, [1, 3, 4]]])
    expect([...successors(trials)]).toEqual([
      [1, 3],
      [3, 6],
    ])
    expect(trials.map(shownState)).toEqual(['complete', 'paused', 'paused', 'paused', 'failed', 'complete', 'complete'])
  })

  it('was paused where its parts say, whatever was lost on the way', () => {
    const [, earlier = []] = [...earlierParts(trials)][0] ?? []
    expect(pausesOf(trials[6] as TrialRecord, earlier)).toEqual([
      { trial: 1, step: 1 },
      { trial: 3, step: 3 },
    ])
  })

  it('is found in a list that lacks some, and again in what was found', () => {
    expect(numbers(latestParts(trials.filter(({ number }) => number !== 1)))).toEqual([0, 2, 5, 6])
    expect(numbers(latestParts(trials.slice(2)))).toEqual([2, 5, 6])
    expect(numbers(latestParts(latestParts(trials)))).toEqual([0, 2, 5, 6])
    expect(earlierParts(latestParts(trials)).size).toBe(0)
  })

  it('is found in a list that grows', () => {
    const growing: TrialRecord[] = []
    const seen = trials.map((trial) => {
      growing.push(trial)
      return numbers(latestParts(growing)).join()
    })
    expect(seen).toEqual(['0', '0,1', '0,1,2', '0,2,3', '0,2,4', '0,2,4,5', '0,2,5,6'])
  })

  it('costs nothing where there is none: the list is what it was', () => {
    const plain = [complete(0), complete(1)]
    expect(latestParts(plain)).toBe(plain)
  })
})
