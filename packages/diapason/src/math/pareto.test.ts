import { describe, expect, it } from 'vitest'
import golden from './fixtures/pareto.json' with { type: 'json' }
import { hypervolume } from './hypervolume.ts'
import { crowdingDistances, dominates, frontsOf } from './pareto.ts'

// Expected numbers: moocore 0.3.2 (fixtures/make_fixtures.py).
describe('hypervolume and fronts', () => {
  for (const { points, reference, hypervolume: volume, rank } of golden.cases) {
    const label = `${points.length} points of ${reference.length} goals`
    it(`agree with moocore on ${label}`, () => {
      expect(hypervolume(points, reference)).toBeCloseTo(volume, 12)
      expect(frontsOf(points)).toEqual(rank)
    })
  }

  it('give equal points the same front', () => {
    expect(
      frontsOf([
        [1, 1],
        [0, 0],
        [0, 0],
        [1, 2],
      ]),
    ).toEqual([1, 0, 0, 2])
    expect(dominates([0, 0], [0, 0])).toBe(false)
  })
})

describe('crowding distances', () => {
  it('are infinite at the ends, and the span between neighbours elsewhere', () => {
    const front = [
      [0, 10],
      [1, 6],
      [4, 2],
      [10, 0],
    ]
    // (4 − 0)/10 + (10 − 2)/10 and (10 − 1)/10 + (6 − 0)/10.
    expect([...crowdingDistances(front)]).toEqual([Infinity, 1.2000000000000002, 1.5, Infinity])
  })

  it('are no distance where all are equal or infinite', () => {
    expect(crowdingDistances([[1], [1], [1]])[1]).toBe(0)
    expect(crowdingDistances([[Infinity], [Infinity], [Infinity]])[1]).toBe(0)
  })
})
