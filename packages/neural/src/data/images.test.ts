import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DataError } from '../errors.ts'
import { rowFeatures, textLabels } from './arrays.ts'
import { batches } from './batches.ts'
import { classification, regression } from './dataset.ts'
import { parseIdx, readIdxImages } from './idx.ts'
import { canvasFeatures, imageFeatures } from './images.ts'

/** An IDX file by its definition: 0, 0, type, dimensions, sizes and data in big-endian order. */
const idx = (type: number, shape: number[], data: number[]): Uint8Array =>
  Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((size) => [0, 0, size >> 8, size & 255]), ...data])

test('IDX images, packed or not, become classified images', async () => {
  const pixels = idx(8, [2, 2, 3], [0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 0, 0])
  const labels = idx(8, [2], [3, 1])
  const data = await readIdxImages(gzipSync(pixels), { labels })
  expect(data).toMatchObject({
    kind: 'classification',
    count: 2,
    classes: 4,
    featureShape: [1, 2, 3],
    labels: Int32Array.of(3, 1),
  })
  expect([...data.features.subarray(0, 6)]).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map(Math.fround))
  expect((await readIdxImages(pixels, { labels, classes: 10 })).classes).toBe(10)
})

test('IDX numbers of every type are big-endian', () => {
  expect(parseIdx(idx(9, [2], [255, 1])).values).toEqual(Int8Array.of(-1, 1))
  expect(parseIdx(idx(11, [1], [1, 2])).values).toEqual(Int16Array.of(258))
  expect(parseIdx(idx(12, [1], [0, 0, 1, 2])).values).toEqual(Int32Array.of(258))
  expect(parseIdx(idx(13, [1], [0xc0, 0x20, 0, 0])).values).toEqual(Float32Array.of(-2.5))
  expect(parseIdx(idx(14, [1], [0xc0, 0x04, 0, 0, 0, 0, 0, 0])).values).toEqual(Float64Array.of(-2.5))
})

test('damaged or mismatched IDX files are refused', async () => {
  const pixels = idx(8, [1, 1, 2], [0, 1])
  expect(() => parseIdx(pixels.subarray(0, 17))).toThrow(/says \[1, 1, 2\], 18 bytes in all, but has 17/)
  expect(() => parseIdx(new Uint8Array(0))).toThrow(/begins with nothing/)
  expect(() => parseIdx(Uint8Array.of(80, 75, 3, 4))).toThrow(/begins with 50 4b 03 04/)
  await expect(readIdxImages(pixels, { labels: idx(8, [2], [0, 1]) })).rejects.toThrow(
    /1 images have labels of shape \[2\]/,
  )
  await expect(readIdxImages(idx(8, [2], [0, 1]), { labels: pixels })).rejects.toThrow(DataError)
})

test('pixels are laid out plane by plane', () => {
  const pixels = Uint8Array.of(0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112)
  const { features, featureShape } = imageFeatures(pixels, { height: 1, width: 2, channels: 3, scale: 1 })
  expect(featureShape).toEqual([3, 1, 2])
  expect([...features]).toEqual([0, 10, 1, 11, 2, 12, 100, 110, 101, 111, 102, 112])
  expect([
    ...imageFeatures(pixels, { height: 2, width: 2, channels: 3, layout: 'channelsFirst', scale: 1 }).features,
  ]).toEqual([...pixels])
  expect(() => imageFeatures(pixels, { height: 5, width: 1 })).toThrow(
    /12 numbers are not a whole number of images of 1 × 5 × 1/,
  )
})

test('pictures of a canvas become colours or brightness', () => {
  const picture = { width: 2, height: 1, data: Uint8ClampedArray.of(255, 0, 51, 9, 0, 255, 102, 9) }
  expect([...canvasFeatures([picture]).features]).toEqual([1, 0, 0, 1, 0.2, 0.4].map(Math.fround))
  const { features, featureShape } = canvasFeatures([picture], { colour: false })
  expect(featureShape).toEqual([1, 1, 2])
  expect(features[0]).toBeCloseTo(0.299 + 0.114 * 0.2, 6)
  expect(() => canvasFeatures([])).toThrow(/no pictures/)
  expect(() => canvasFeatures([picture, { ...picture, width: 1 }])).toThrow(/Picture 1 is 1 × 1/)
})

test('examples given as arrays and words', () => {
  expect(rowFeatures([[1, 2], Float64Array.of(3, 4)])).toEqual({
    features: Float32Array.of(1, 2, 3, 4),
    featureShape: [2],
  })
  expect(textLabels(['no', 'yes', 'maybe', 'no'])).toEqual({
    labels: Int32Array.of(1, 2, 0, 1),
    classes: 3,
    classNames: ['maybe', 'no', 'yes'],
  })
  expect(() => rowFeatures([[1, 2], [3]])).toThrow(/Example 1 has 1 features, example 0 has 2/)
  expect(() => rowFeatures([])).toThrow(DataError)
  expect(() => textLabels(['no', 'perhaps'], ['no', 'yes'])).toThrow(/"perhaps", which is none of "no", "yes"/)
})

test('batches are views in the data’s order, and one buffer in any other', () => {
  const data = classification({
    ...rowFeatures([
      [0, 1],
      [2, 3],
      [4, 5],
    ]),
    labels: Int32Array.of(0, 1, 1),
  })
  const [first, last] = [...batches(data, 2)]
  expect(first?.features.buffer).toBe(data.features.buffer)
  expect(last).toMatchObject({ count: 1, features: Float32Array.of(4, 5), labels: Int32Array.of(1) })
  const seen: number[][] = []
  const buffers = new Set<unknown>()
  for (const { features, labels } of batches(data, 2, Int32Array.of(2, 0, 1))) {
    seen.push([...features, ...labels])
    buffers.add(features.buffer)
  }
  expect(seen).toEqual([
    [4, 5, 0, 1, 1, 0],
    [2, 3, 1],
  ])
  expect(buffers.size).toBe(1)
  const numbers = regression({ ...rowFeatures([[0], [1]]), targets: Float32Array.of(1, 2, 3, 4), outputs: 2 })
  expect([...batches(numbers, 1, Int32Array.of(1))][0]).toMatchObject({ targets: Float32Array.of(3, 4) })
  expect(() => [...batches(data, 4)]).toThrow(/A batch of 4 cannot be taken from 3 examples/)
  expect(() => [...batches(data, 0)]).toThrow(DataError)
})
