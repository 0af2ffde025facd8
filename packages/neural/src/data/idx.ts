import { DataError } from '../errors.ts'
import { type Classification, classification } from './dataset.ts'
import { imageFeatures } from './images.ts'
import { type DataSource, readSource } from './source.ts'

/** The numbers of an IDX file, row-major. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array
}

interface ElementType {
  readonly size: number
  readonly create: (count: number) => IdxArray['values']
  readonly read: (view: DataView, at: number) => number
}

/** By the third byte of the file. IDX is big-endian throughout. */
const TYPES: Readonly<Record<number, ElementType>> = {
  8: { size: 1, create: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  9: { size: 1, create: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  11: { size: 2, create: (n) => new Int16Array(n), read: (view, at) => view.getInt16(at) },
  12: { size: 4, create: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) },
  13: { size: 4, create: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at) },
  14: { size: 8, create: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at) },
}

/**
 * Reads an IDX file, the format of MNIST and its relatives; bytes are not copied.
 *
 * @throws DataError when the bytes are not IDX, or fewer or more than the header says. O(size)
 * Source: Y. LeCun, C. Cortes, C. Burges, THE MNIST DATABASE of handwritten digits, "The IDX file format".
 */
export function parseIdx(bytes: Uint8Array): IdxArray {
  const [first, second, code = 0, dimensions = 0] = bytes
  const type = TYPES[code]
  if (first !== 0 || second !== 0 || !type || dimensions === 0 || bytes.length < 4 + 4 * dimensions) {
    const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    throw new DataError(
      `This is not an IDX file: it begins with ${start || 'nothing'}`,
      'Check that it is the right file',
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const count = shape.reduce((a, b) => a * b, 1)
  const begin = 4 + 4 * dimensions
  if (bytes.length !== begin + count * type.size) {
    const problem = `The IDX file says [${shape.join(', ')}], ${begin + count * type.size} bytes in all, but has ${bytes.length}`
    throw new DataError(problem, 'Fetch it again')
  }
  if (code === 8) return { shape, values: bytes.subarray(begin) }
  const values = type.create(count)
  for (let i = 0; i < count; i++) values[i] = type.read(view, begin + i * type.size)
  return { shape, values }
}

/** Reads an IDX file from a path (Node), a URL or bytes; gzip is recognised. */
export async function readIdx(source: DataSource): Promise<IdxArray> {
  return parseIdx(await readSource(source))
}

/**
 * Reads labelled images, such as MNIST's: [count, height, width] or [count, channels, height, width] bytes, scaled to 0 … 1.
 *
 * @param options `labels`: the IDX file of one class each; `classes`: default the largest label + 1
 * @throws DataError when a file is damaged, or there are not as many labels as images
 * @example const training = await readIdxImages('train-images-idx3-ubyte.gz', { labels: 'train-labels-idx1-ubyte.gz' })
 */
export async function readIdxImages(
  images: DataSource,
  options: { readonly labels: DataSource; readonly classes?: number },
): Promise<Classification> {
  const [pixels, labels] = await Promise.all([readIdx(images), readIdx(options.labels)])
  const [count = 0, ...shape] = pixels.shape
  if (!(pixels.values instanceof Uint8Array) || shape.length < 2 || shape.length > 3) {
    throw new DataError(
      `Images of shape [${pixels.shape.join(', ')}] are not understood`,
      'They are bytes [count, height, width]',
    )
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new DataError(
      `${count} images have labels of shape [${labels.shape.join(', ')}]`,
      'Give the labels of the same part',
    )
  }
  const [channels = 1, height = 1, width = 1] = shape.length === 3 ? shape : [1, ...shape]
  const { classes } = options
  return classification({
    ...imageFeatures(pixels.values, { channels, height, width, layout: 'channelsFirst' }),
    labels: Int32Array.from(labels.values),
    ...(classes === undefined ? {} : { classes }),
  })
}
