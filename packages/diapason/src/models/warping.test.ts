import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mean, standardDeviation } from '../math/stats.ts'
import { type View, warpLosses } from './warping.ts'

const anyLoss = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e308, -1e308, 5e-324),
)

describe.each<View>(['values', 'ranks'])('losses warped to %s', (view) => {
  const warp = (losses: readonly number[]) => [...warpLosses(Float64Array.from(losses), view)]

  it('are finite and in the reverse order of the losses, whatever these are', () => {
    fc.assert(
      fc.property(fc.array(anyLoss, { minLength: 1, maxLength: 40 }), (losses) => {
        const targets = warp(losses)
        for (const [i, a] of losses.entries()) {
          expect(Number.isFinite(targets[i])).toBe(true)
          for (const [j, b] of losses.entries()) {
            // Not toBe, which tells −0 from 0.
            if (a === b) expect(targets[i] === targets[j]).toBe(true)
            else if (a < b) expect(targets[i]).toBeGreaterThanOrEqual(targets[j]!)
          }
        }
      }),
    )
  })

  it('keep their order where they differ by rounding alone', () => {
    const targets = warp([3.936452965332852e179, 3.952778163503726e195, 0, 0, 0, 2.2010517597682037e300])
    expect(targets[0]).toBeGreaterThanOrEqual(targets[1]!)
  })

  it('have mean 0 and standard deviation 1', () => {
    const targets = warp([3, 1, 4, 1, 5, 9, 2, 6, Number.POSITIVE_INFINITY])
    expect(mean(targets)).toBeCloseTo(0, 12)
    expect(standardDeviation(targets)).toBeCloseTo(1, 12)
  })

  it('do not depend on the scale of the losses', () => {
    const losses = [3, 1, 4, 1.5, 5, 9, 2, 6]
    for (const scale of [1e-300, 1e-5, 1e5, 1e300]) {
      for (const [i, target] of warp(losses.map((v) => v * scale)).entries())
        expect(target).toBeCloseTo(warp(losses)[i]!, 9)
    }
  })

  it('are all 0 where nothing can be told apart', () => {
    expect(warp([2, 2, 2])).toEqual([0, 0, 0])
    expect(warp([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toEqual([0, 0])
    expect(warp([7])).toEqual([0])
  })
})

describe('the view of values', () => {
  const warp = (losses: readonly number[]) => [...warpLosses(Float64Array.from(losses), 'values')]

  it('hardly notices how bad the bad ones are', () => {
    const worst = (loss: number) => warp([1, 2, 3, 4, 5, 6, 7, loss])
    for (const [i, target] of worst(1e18).entries()) expect(target).toBeCloseTo(worst(1e9)[i]!, 6)
  })

  it('keeps the distances among the good ones', () => {
    const targets = warp([0, 0.9, 1, 5, 6, 7])
    expect((targets[0]! - targets[1]!) / (targets[1]! - targets[2]!)).toBeCloseTo(9, 9)
  })

  it('goes on measuring by the first trials when later ones crowd round an optimum', () => {
    const first = [5, 1, 4, 2, 3, 6, 5, 1, 4, 2, 3, 6]
    const crowd = Array.from({ length: 100 }, (_, i) => 0.9 + 1e-4 * i)
    const targets = warp([...first, ...crowd])
    const spreadOfCrowd = targets[12]! - targets.at(-1)!
    expect(targets[12]! - targets[3]!).toBeGreaterThan(100 * spreadOfCrowd)
  })
})
