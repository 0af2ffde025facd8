import fc from 'fast-check'
import { expect, it } from 'vitest'
import { selectSmallest } from './select-smallest.ts'

it('puts the smallest first, whatever stands there', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), fc.nat(70), (values, count) => {
      const order = Uint32Array.from(values.keys())
      selectSmallest(order, count, (a, b) => (values[a] ?? 0) - (values[b] ?? 0))
      const first = [...order.subarray(0, count)].map((i) => values[i])
      expect(first.sort()).toEqual(values.toSorted().slice(0, count))
      expect([...order].sort((a, b) => a - b)).toEqual([...values.keys()])
    }),
  )
})

it('is done in time with what is sorted, reversed or all the same', () => {
  const count = 100_000
  let compared = 0
  for (const key of [(i: number) => i, (i: number) => -i, () => 0]) {
    const order = Uint32Array.from({ length: count }, (_, i) => i)
    selectSmallest(order, 100, (a, b) => {
      compared++
      return key(a) - key(b)
    })
  }
  expect(compared).toBeLessThan(20 * count)
})
