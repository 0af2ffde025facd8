import { describe, expect, it } from 'vitest'
import { chooseByNiche, latticeOfSize, simplexLattice } from './niches.ts'
import { createRng } from './rng.ts'

describe('simplexLattice', () => {
  it('holds every composition once', () => {
    expect(simplexLattice(2, 2)).toEqual([
      [0, 1],
      [0.5, 0.5],
      [1, 0],
    ])
    // C(12 + 2, 2), the 91 directions of Deb and Jain for three goals.
    const points = simplexLattice(3, 12)
    expect(points).toHaveLength(91)
    for (const point of points) expect(point.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })

  it('is as fine as its size allows', () => {
    expect(latticeOfSize(3, 91)).toHaveLength(91)
    expect(latticeOfSize(3, 90)).toHaveLength(78)
    expect(latticeOfSize(5, 2)).toHaveLength(5)
    expect(latticeOfSize(1, 50)).toEqual([[1]])
  })
})

describe('chooseByNiche', () => {
  const directions = simplexLattice(2, 4)
  /** On the quarter circle around (1, 1), crowded towards one end. */
  const front = Array.from({ length: 60 }, (_, i) => {
    const angle = (Math.PI / 2) * (i / 59) ** 3
    return [1 - Math.cos(angle), 1 - Math.sin(angle)]
  })

  it('gives each direction its nearest member', () => {
    const chosen = chooseByNiche(front, [], 5, directions, createRng(1))
    const angles = chosen.map((i) => Math.atan2(front[i]![0]!, front[i]![1]!)).sort((a, b) => a - b)
    const wanted = directions.map(([x, y]) => Math.atan2(x!, y!)).sort((a, b) => a - b)
    for (const [i, angle] of angles.entries()) expect(Math.abs(angle - wanted[i]!)).toBeLessThan(0.12)
  })

  it('fills the directions that those chosen before leave empty', () => {
    const all = chooseByNiche(front, [], 5, directions, createRng(1)).sort((a, b) => a - b)
    const before = all.slice(0, 3).map((i) => front[i]!)
    const rest = front.filter((point) => !before.includes(point))
    const chosen = chooseByNiche(rest, before, 2, directions, createRng(2)).map((i) => rest[i]!)
    expect(new Set(chosen)).toEqual(new Set(all.slice(3).map((i) => front[i]!)))
  })

  it('does not care in which unit a goal is told', () => {
    const scaled = front.map(([x, y]) => [1e6 * x!, y! / 1e3 - 5])
    const choose = (points: number[][]) => chooseByNiche(points, [], 7, directions, createRng(3))
    expect(choose(scaled)).toEqual(choose(front))
  })

  it('copes with infinite, equal and single losses', () => {
    const odd = [
      [Number.POSITIVE_INFINITY, 0],
      [0, Number.POSITIVE_INFINITY],
      [1, 1],
      [1, 1],
    ]
    expect(new Set(chooseByNiche(odd, [], 3, directions, createRng(1))).size).toBe(3)
    const equal = Array.from({ length: 4 }, () => [2, 2])
    expect(new Set(chooseByNiche(equal, [], 3, directions, createRng(1))).size).toBe(3)
    expect(chooseByNiche([[1, 2]], [], 1, directions, createRng(1))).toEqual([0])
  })
})
