import { describe, expect, it } from 'vitest'
import { hypervolume } from './hypervolume.ts'

// Optuna 5.0.0: optuna._hypervolume.compute_hypervolume(points, ones).
describe('hypervolume', () => {
  it.each([
    [
      [
        [0.1, 0.8],
        [0.4, 0.4],
        [0.9, 0.2],
        [0.5, 0.5],
      ],
      0.44,
    ],
    [
      [
        [0.1, 0.8, 0.5],
        [0.4, 0.4, 0.4],
        [0.9, 0.2, 0.3],
        [0.5, 0.1, 0.9],
      ],
      0.279,
    ],
    [
      [
        [0.1, 0.8, 0.5, 0.2],
        [0.4, 0.4, 0.4, 0.6],
        [0.9, 0.2, 0.3, 0.1],
        [0.5, 0.1, 0.9, 0.3],
      ],
      0.1803,
    ],
  ])('equals Optuna for %j', (points, expected) => {
    const reference = points[0]?.map(() => 1) ?? []
    expect(hypervolume(points, reference)).toBeCloseTo(expected, 12)
    expect(hypervolume(points.toReversed(), reference)).toBeCloseTo(expected, 12)
  })

  it('counts nothing beyond the reference', () => {
    expect(
      hypervolume(
        [
          [2, 0.1],
          [0.5, 0.5],
        ],
        [1, 1],
      ),
    ).toBe(0.25)
    expect(hypervolume([], [1, 1])).toBe(0)
  })
})
