import { describe, expect, it } from 'vitest'
import { epochPlan, foldPlan, mostNetworkMs } from './time-plan.ts'

/** What 1,347 rows get where an epoch takes so many milliseconds: digits, say. */
const plan = (timeMs: number, msPerEpoch: number) => {
  const epochs = epochPlan(1347, timeMs, msPerEpoch)
  return { ...epochs, folds: foldPlan(5, timeMs, msPerEpoch, epochs) }
}

describe('the plan of a fit', () => {
  it('trains as long as rows ask for, on all folds, where there is time', () => {
    expect(plan(600_000, 20)).toEqual({ low: 11, usual: 45, high: 180, folds: 5 })
    expect(epochPlan(1347, undefined, undefined)).toEqual({ low: 11, usual: 45, high: 180 })
    expect(foldPlan(5, undefined, undefined, { low: 11, usual: 45, high: 180 })).toBe(5)
  })

  it('gives up folds before epochs', () => {
    // Five trainings of 0.9 s are too many for 60 s, three are not; for 20 s one is the most.
    expect(plan(60_000, 20)).toMatchObject({ usual: 45, folds: 3 })
    expect(plan(20_000, 20)).toMatchObject({ usual: 40, folds: 1 })
  })

  it('lets no network take more than a twenty-fifth of the time, so that five fit into its end', () => {
    expect(mostNetworkMs(20_000)).toBe(800)
    expect(plan(20_000, 100)).toEqual({ low: 8, usual: 8, high: 8, folds: 1 })
    expect(plan(1, 100)).toEqual({ low: 1, usual: 1, high: 1, folds: 1 })
    expect(epochPlan(1347, 20_000, Number.POSITIVE_INFINITY)).toEqual({ low: 1, usual: 1, high: 1 })
  })
})
