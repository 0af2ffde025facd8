import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { buildHistory, buildTrial, type Outcome } from '../testing/trial-builders.ts'
import type { Direction } from '../trial/history.ts'
import { finalLosses, scalarisedLosses } from './gp-losses.ts'
import { createObservations } from './observations.ts'

const space = compileSpace({ x: float(0, 1) })

function observe(outcomes: readonly Outcome[], direction: Direction = 'minimize') {
  const trials = outcomes.map((outcome, i) => buildTrial(space, i, { x: i / outcomes.length }, outcome))
  return createObservations().of(buildHistory(space, trials, { goals: [{ name: 'value', direction }] }))
}
const complete = (values: readonly number[], reports: readonly (readonly [number, number])[] = []): Outcome => ({
  state: 'complete',
  values,
  reports,
})
const pruned = (...reports: readonly (readonly [number, number])[]): Outcome => ({ state: 'pruned', reports })
const losses = (outcomes: readonly Outcome[], direction: Direction = 'minimize') => [
  ...finalLosses(observe(outcomes, direction), direction),
]

describe('the loss of a trial that was stopped early', () => {
  const full = [
    complete(
      [1],
      [
        [1, 10],
        [3, 5],
      ],
    ),
    complete(
      [2],
      [
        [1, 20],
        [3, 6],
      ],
    ),
    complete(
      [3],
      [
        [1, 30],
        [3, 7],
      ],
    ),
  ]

  it('stands between the final losses of those it stood between at its last step', () => {
    expect(losses([...full, pruned([1, 15])])[3]).toBe(1.5)
    expect(losses([...full, pruned([1, 20])])[3]).toBe(2)
    expect(losses([...full, pruned([1, 1])])[3]).toBe(1)
  })

  it('stands behind all of them where it was worse, a difference then being worth what it is among them', () => {
    expect(losses([...full, pruned([1, 50])])[3]).toBe(5)
  })

  it('stands behind a lone longer trial by as much as it was worse', () => {
    expect(losses([full[0]!, pruned([1, 14]), pruned([1, 90])]).slice(1)).toEqual([5, 81])
  })

  it('is no worse than it was then, whatever the longer ones came to', () => {
    const spread = [complete([1], [[1, 5]]), complete([100], [[1, 6]])]
    expect(losses([...spread, pruned([1, 8])])[2]).toBe(102)
    const alike = [complete([2], [[1, 5]]), complete([2], [[1, 6]])]
    expect(losses([...alike, pruned([1, 8])])[2]).toBe(4)
  })

  it('is compared at the step it reached, not at the end', () => {
    expect(losses([...full, pruned([1, 15], [3, 6.5])])[3]).toBe(2.5)
  })

  it('counts for those stopped even earlier', () => {
    const [, , , longer, shorter] = losses([...full, pruned([1, 40], [3, 8]), pruned([1, 35])])
    expect(longer).toBe(4)
    expect(shorter).toBe(3.5)
  })

  it('is turned for goals to maximise', () => {
    const up = [complete([0.9], [[1, 0.5]]), complete([0.7], [[1, 0.3]])]
    expect(losses([...up, pruned([1, 0.4])], 'maximize').map((v) => Math.round(v * 100) / 100)).toEqual([
      -0.9, -0.7, -0.8,
    ])
  })

  it('is its last report where nobody went further', () => {
    expect(losses([pruned([1, 4]), pruned([1, 2])])).toEqual([4, 2])
  })

  it('is infinite without a usable report, as for failed trials', () => {
    const outcomes: Outcome[] = [...full, pruned(), pruned([1, Number.NaN]), { state: 'failed' }]
    expect(losses(outcomes).slice(3)).toEqual(Array(3).fill(Number.POSITIVE_INFINITY))
  })
})

describe('several goals made one', () => {
  const goals = [
    { name: 'a', direction: 'minimize' },
    { name: 'b', direction: 'maximize' },
  ] as const

  it('never put a dominated trial before the one that dominates it, whatever the weights', () => {
    const observations = observe([
      complete([1, 5]),
      complete([2, 4]),
      complete([1, 4]),
      complete([0, 1]),
      complete([3, 9]),
    ])
    for (let seed = 0; seed < 50; seed++) {
      const [both, , oneWorse] = scalarisedLosses(observations, goals, createRng(seed))
      expect(both).toBeLessThan(oneWorse ?? Number.NaN)
    }
  })

  it('let every end of the front win for some weights', () => {
    const observations = observe([complete([0, 0]), complete([5, 5]), complete([9, 9])])
    const winners = new Set<number>()
    for (let seed = 0; seed < 60; seed++) {
      const values = scalarisedLosses(observations, goals, createRng(seed))
      winners.add(values.indexOf(Math.min(...values)))
    }
    expect(winners).toEqual(new Set([0, 1, 2]))
  })

  it('put trials that did not complete last', () => {
    const observations = observe([complete([0, 0]), { state: 'failed' }])
    expect(scalarisedLosses(observations, goals, createRng(1))[1]).toBe(Number.POSITIVE_INFINITY)
  })
})
