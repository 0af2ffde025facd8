import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { nestedSubsets } from './nested-subsets.ts'

const labelled = fc.record({
  labels: fc.array(fc.constantFrom('a', 'a', 'a', 'a', 'b', 'b', 'c'), { minLength: 12, maxLength: 200 }),
  seed: fc.nat(),
})
const sizesOf = (count: number) => [Math.ceil(count / 9), Math.ceil(count / 3), count]
const countsOf = (labels: readonly string[], places: Iterable<number>) => {
  const counts = new Map<string, number>()
  for (const place of places) counts.set(labels[place]!, (counts.get(labels[place]!) ?? 0) + 1)
  return counts
}

describe('subsets', () => {
  it('are each within the next, of the size that was asked for, and ascend', () => {
    fc.assert(
      fc.property(labelled, ({ labels, seed }) => {
        const sizes = sizesOf(labels.length)
        const subsets = nestedSubsets({ examples: { count: labels.length, labels }, sizes, seed })
        expect(subsets.map(({ length }) => length)).toEqual(sizes)
        for (const [i, subset] of subsets.entries()) {
          expect([...subset]).toEqual([...new Set(subset)].sort((a, b) => a - b))
          const next = new Set(subsets[i + 1] ?? subset)
          expect([...subset].every((place) => next.has(place))).toBe(true)
        }
      }),
    )
  })

  it('hold the classes in their shares, and each of them', () => {
    fc.assert(
      fc.property(labelled, ({ labels, seed }) => {
        const all = countsOf(labels, labels.keys())
        const sizes = [all.size, ...sizesOf(labels.length).filter((size) => size > all.size)]
        for (const subset of nestedSubsets({ examples: { count: labels.length, labels }, sizes, seed })) {
          const counts = countsOf(labels, subset)
          expect(counts.size).toBe(all.size)
          for (const [label, count] of counts) {
            const due = (all.get(label)! / labels.length) * subset.length
            // One for rounding, and one for each class that stands at the front.
            expect(Math.abs(count - due)).toBeLessThanOrEqual(1 + all.size)
          }
        }
      }),
    )
    const labels = Array.from({ length: 900 }, (_, i) => (i % 100 === 0 ? 'rare' : i % 3 === 0 ? 'some' : 'most'))
    const [ninth] = nestedSubsets({ examples: { count: 900, labels }, sizes: [100], seed: 3 })
    const counts = countsOf(labels, ninth!)
    expect(counts.get('rare')).toBe(1)
    expect(Math.abs(counts.get('some')! - 33)).toBeLessThanOrEqual(1)
  })

  it('are the same for the same seed, others for another one, and not the first examples', () => {
    const examples = { count: 300 }
    const one = nestedSubsets({ examples, sizes: [30, 90], seed: 1 })
    expect(nestedSubsets({ examples, sizes: [30], seed: 1 })[0]).toEqual(one[0])
    expect(nestedSubsets({ examples, sizes: [30], seed: 2 })[0]).not.toEqual(one[0])
    expect([...one[0]!]).not.toEqual([...Array(30).keys()])
  })

  it('never tear a group apart, and come near to their size', () => {
    const groups = Array.from({ length: 400 }, (_, i) => `patient ${Math.floor(i / 7)}`)
    const subsets = nestedSubsets({ examples: { count: 400, groups }, sizes: [1, 45, 133, 400], seed: 1 })
    for (const [i, subset] of subsets.entries()) {
      const within = new Set([...subset].map((place) => groups[place]))
      expect(subset.length).toBe(groups.filter((group) => within.has(group)).length)
      expect(Math.abs(subset.length - [7, 45, 133, 400][i]!)).toBeLessThanOrEqual(3.5)
      const next = new Set(subsets[i + 1] ?? subset)
      expect([...subset].every((place) => next.has(place))).toBe(true)
    }
  })
})

it('refuses sizes that are not to be had, and labels of another number', () => {
  const attempt = (sizes: readonly number[]) => () => nestedSubsets({ examples: { count: 10 }, sizes })
  expect(attempt([0])).toThrow('A subset of 0 of 10 examples')
  expect(attempt([2.5])).toThrow(OptionError)
  expect(attempt([11])).toThrow(OptionError)
  expect(attempt([5, 5])).toThrow('The sizes 5, 5 do not ascend')
  expect(() => nestedSubsets({ examples: { count: 3, labels: [1, 2] }, sizes: [2] })).toThrow('3 examples and 2 labels')
  expect(() => nestedSubsets({ examples: { count: 3 }, sizes: [2], seed: -1 })).toThrow(OptionError)
})
