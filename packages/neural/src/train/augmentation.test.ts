import { expect, test } from 'vitest'
import { randomStream } from '../random.ts'
import { type Augmentation, createAugmenter } from './augmentation.ts'

const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
/** Every version of the image that 200 draws give. */
function versions(augmentation: Augmentation): Set<string> {
  const augment = createAugmenter(augmentation, [1, 3, 3])
  const random = randomStream(3)
  const seen = new Set<string>()
  for (let i = 0; i < 200; i++) {
    const copy = Float32Array.from([...image, ...image])
    augment(copy, 1, random)
    expect([...copy.subarray(9)], 'rows beyond the count stay').toEqual([...image])
    seen.add([...copy.subarray(0, 9)].map((x) => Number(x.toFixed(3))).join(' '))
  }
  return seen
}

test('flips left to right half of the time', () => {
  expect(versions({ flip: true })).toEqual(new Set(['1 2 3 4 5 6 7 8 9', '3 2 1 6 5 4 9 8 7']))
})

test('shifts by whole pixels and fills with zeros', () => {
  const seen = versions({ shift: 1 })
  expect(seen.size).toBe(9)
  expect(seen).toContain('0 0 0 0 1 2 0 4 5')
  expect(seen).toContain('5 6 0 8 9 0 0 0 0')
})

test('a crop stays inside the image and keeps its order', () => {
  for (const version of versions({ crop: 0.5 })) {
    const values = version.split(' ').map(Number)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(1)
    expect(Math.max(...values)).toBeLessThanOrEqual(9)
    expect(values[8]! - values[0]!).toBeGreaterThanOrEqual(4 - 1e-3)
  }
})

test('noise has the deviation asked for; nothing asked for changes nothing', () => {
  const augment = createAugmenter({ noise: 0.5 }, [1, 100, 100])
  const noise = new Float32Array(10_000)
  augment(noise, 1, randomStream(1))
  expect(Math.sqrt(noise.reduce((total, x) => total + x * x, 0) / noise.length)).toBeCloseTo(0.5, 1)
  expect(versions({})).toEqual(new Set(['1 2 3 4 5 6 7 8 9']))
})

test('is for images', () => {
  expect(() => createAugmenter({ shift: 1 }, [64])).toThrow(/augmentation: changes images .*, the network takes \[64\]/)
})
