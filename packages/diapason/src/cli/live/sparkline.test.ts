import { describe, expect, it } from 'vitest'
import { curveRange, sparkline } from './sparkline.ts'

describe('sparklines', () => {
  it('go from the lowest to the highest block', () => {
    const curve = [1, 2, 3, 4, 5, 6, 7, 8].map((value) => [value, value] as const)
    expect(sparkline(curve, 8, { range: [1, 8], lastStep: 8 })).toBe('▁▂▃▄▅▆▇█')
  })

  it('are as long as the share of the way that a trial has come', () => {
    const curve = [1, 2, 3].map((epoch) => [epoch, epoch] as const)
    expect(sparkline(curve, 9, { range: [1, 3], lastStep: 27 })).toHaveLength(1)
    expect(sparkline([...curve, [27, 3]], 9, { range: [1, 3], lastStep: 27 })).toHaveLength(9)
    expect(sparkline([[0, 1]], 9, { range: [0, 1], lastStep: 8 })).toHaveLength(1)
  })

  it('fill gaps between reports with the value before', () => {
    expect(
      sparkline(
        [
          [1, 0],
          [6, 1],
        ],
        6,
        { range: [0, 1], lastStep: 6 },
      ),
    ).toBe('▁▁▁▁▁█')
  })

  it('show the latest points where nobody knows the end', () => {
    const curve = Array.from({ length: 50 }, (_, i) => [i, i] as const)
    expect(sparkline(curve, 4, { range: [46, 49], lastStep: undefined })).toBe('▁▃▆█')
  })

  it('mark what is no number and ignore it in the range', () => {
    const curve = [
      [1, Number.NaN],
      [2, 3],
      [3, Number.POSITIVE_INFINITY],
    ] as const
    expect(curveRange([curve])).toEqual([3, 3])
    expect(sparkline(curve, 3, { range: curveRange([curve]), lastStep: 3 })).toBe('×▅×')
    expect(curveRange([[[1, Number.NaN]], []])).toBeUndefined()
    expect(sparkline([], 5, { range: undefined, lastStep: 5 })).toBe('')
  })
})
