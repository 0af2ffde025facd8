import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { branch, choice, float, int } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { axesOf } from './axes.ts'
import { bonusOf } from './bonus.ts'
import { costBonus, costModelOf } from './cost-model.ts'

const axes = axesOf(
  compileSpace({
    units: int(8, 512, { log: true }),
    device: choice(['fast', 'slow', 'slower']),
    kind: branch('kind', { plain: {}, deep: { layers: float(0, 1) } }),
  }),
)
const rng = createRng(3)

/** Seconds: units¹·⁵, times 4 for each slower device, times 10 where deep, and more by layers. */
function trueLogCost(u: Float64Array): number {
  const device = Math.floor(u[1]! * 3)
  return 1.5 * u[0]! * Math.log(64) + device * Math.log(4) + (Number.isNaN(u[3]!) ? 0 : Math.log(10) + 2 * u[3]!)
}

function draw(): Float64Array {
  const u = Float64Array.from({ length: axes.count }, () => rng.next())
  axes.settle(u)
  return u
}

const points = Array.from({ length: 60 }, draw)
const model = costModelOf(
  axes,
  points,
  points.map((u) => Math.exp(trueLogCost(u) + 0.05 * rng.normal())),
)!

describe('the model of what a trial costs', () => {
  it('predicts by what factor points differ', () => {
    const others = Array.from({ length: 40 }, draw)
    for (const [i, u] of others.entries()) {
      const v = others[(i + 1) % others.length]!
      expect(Math.abs(model.logCost(u) - model.logCost(v) - (trueLogCost(u) - trueLogCost(v)))).toBeLessThan(0.4)
    }
  })

  it('has the slopes of what it predicts', () => {
    const u = points.find((point) => !Number.isNaN(point[3]!))!
    const bonus = costBonus(model, 0.5)
    const slopes = new Float64Array(axes.count)
    bonus.addSlopes(u, slopes)
    for (const j of [0, 3]) {
      const [up, down] = [1e-6, -1e-6].map((h) => bonus.value(u.map((x, i) => (i === j ? x + h : x))))
      expect(slopes[j]).toBeCloseTo((up! - down!) / 2e-6, 5)
    }
    expect([slopes[1], slopes[2]]).toEqual([0, 0])
  })

  it('is none where too little is known', () => {
    expect(costModelOf(axes, points.slice(0, 2), [1, 2])).toBeUndefined()
  })

  it('adds up with other things that count', () => {
    const one = costBonus(model, 1)
    const both = bonusOf(one, undefined, costBonus(model, 2))!
    expect(both.value(points[0]!)).toBeCloseTo(3 * one.value(points[0]!), 10)
    expect(bonusOf(undefined)).toBeUndefined()
  })
})
