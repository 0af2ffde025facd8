import {
  type Attributes,
  apply,
  applyWithSide,
  constant,
  integers,
  type Operation,
  type Shape,
  type Value,
} from '../graph.ts'
import { divide, isEqual, multiply } from './arithmetic.ts'
import { type ConvolutionNumbers, convolution } from './convolution.ts'
import { concatenate, crop, dropAxes, reshape, reshapeLike, shapeOf } from './layout.ts'
import { matrixProduct } from './linear.ts'
import { mean } from './statistics.ts'

/** Windows over [batch, channels, height, width]. */
export interface Windows {
  readonly size: readonly number[]
  readonly stride: readonly number[]
  /** Zeros (for the largest: minus infinity) on both sides of each axis. */
  readonly padding: readonly number[]
}

/** The largest of each window. */
export const maxPool = (x: Value, windows: Windows): Value =>
  isTiling(windows) ? tiledMax(tiles(x, windows), windows.size) : overlappingMax(x, windows)

/** The average of each window, padding counted as zeros. */
export const averagePool = (x: Value, windows: Windows): Value =>
  isTiling(windows) ? tiledAverage(tiles(x, windows), windows.size) : overlappingAverage(x, windows)

/** The average of each channel: [batch, channels]. */
export const globalAverage = (x: Value): Value => dropAxes(mean(x, [2, 3]), [2, 3])

/** The largest entry of each channel: [batch, channels]. */
export const globalMax = (x: Value): Value => dropAxes(tiledMax(x, x.shape.slice(2).map(Number)), [2, 3])

const isTiling = ({ size, stride, padding }: Windows): boolean =>
  padding.every((zeros) => zeros === 0) && size.every((length, axis) => length === stride[axis])

/** The part of `x` that whole windows cover. */
const tiles = (x: Value, { size }: Windows): Value =>
  crop(
    x,
    size.map((length, axis) => length * Math.floor(Number(x.shape[axis + 2]) / length)),
  )

const attributesOf = ({ size, stride, padding }: Windows): Attributes => ({
  kernel_shape: integers(size),
  strides: integers(stride),
  pads: integers([...padding, ...padding]),
})
const tiling = (size: readonly number[]): Attributes => attributesOf({ size, stride: size, padding: size.map(() => 0) })

const pooledShape = (x: Value, { size, stride, padding }: Windows): Shape => [
  ...x.shape.slice(0, 2),
  ...size.map(
    (length, axis) => Math.floor((Number(x.shape[axis + 2]) + 2 * padding[axis]! - length) / stride[axis]!) + 1,
  ),
]
const tiledShape = (x: Value, size: readonly number[]): Shape => [
  ...x.shape.slice(0, 2),
  ...size.map((length, axis) => Number(x.shape[axis + 2]) / length),
]

/**
 * Its gradient compares with the enlarged result, which is several times faster than ONNX Runtime's pooling with indices.
 * Entries that are equally large share the gradient, as any weights that sum to 1 are right there.
 */
function tiledMax(x: Value, size: readonly number[]): Value {
  const MaxPool: Operation = {
    type: 'MaxPool',
    shape: () => tiledShape(x, size),
    gradient: ({ output, upstream }) => [
      () => {
        const isLargest = isEqual(enlarge(output, size), x)
        const share = multiply(
          plainAverage(isLargest, size),
          size.reduce((a, b) => a * b, 1),
        )
        return multiply(enlarge(divide(upstream, share), size), isLargest)
      },
    ],
  }
  return apply(MaxPool, [x], tiling(size))
}

function tiledAverage(x: Value, size: readonly number[]): Value {
  const gradient: Operation['gradient'] = ({ upstream }) => [
    () => enlarge(multiply(upstream, 1 / size.reduce((a, b) => a * b, 1)), size),
  ]
  return plainAverage(x, size, gradient)
}

function plainAverage(x: Value, size: readonly number[], gradient?: Operation['gradient']): Value {
  const AveragePool: Operation = {
    type: 'AveragePool',
    shape: () => tiledShape(x, size),
    ...(gradient && { gradient }),
  }
  return apply(AveragePool, [x], tiling(size))
}

/** Repeats every entry `rows` × `columns` times: columns by a product with zeros and ones, rows by copying. Exact. */
function enlarge(x: Value, [rows = 1, columns = 1]: readonly number[]): Value {
  const [batch, channels, height, width] = x.shape as [Shape[0], Shape[0], number, number]
  const wide = columns === 1 ? x : matrixProduct(x, repetition(x, width, columns))
  if (rows === 1) return wide
  const lines = reshape(wide, [0, 0, height, 1, width * columns], [batch!, channels!, height, 1, width * columns])
  const repeated = concatenate(
    Array.from({ length: rows }, () => lines),
    3,
    rows,
  )
  return reshape(repeated, [0, 0, height * rows, width * columns], [batch!, channels!, height * rows, width * columns])
}

function repetition(x: Value, width: number, times: number): Value {
  const values = Array.from({ length: width * width * times }, (_, i) => {
    const [row, column] = [Math.floor(i / (width * times)), i % (width * times)]
    return Math.floor(column / times) === row ? 1 : 0
  })
  return constant(x.graph, values, [width, width * times], 'float32', `repeat ${width} × ${times}`)
}

const ScatterElements: Operation = { type: 'ScatterElements', shape: ([zeros]) => zeros!.shape }

function overlappingMax(x: Value, windows: Windows): Value {
  const MaxPool: Operation = {
    type: 'MaxPool',
    shape: () => pooledShape(x, windows),
    // The second result holds, for each window, the place of its largest entry in all of x.
    gradient: ({ upstream, side }) => [
      () => {
        const flat = (value: Value): Value => reshape(value, [-1], ['places'])
        const zeros = flat(multiply(x, 0))
        const scattered = apply(ScatterElements, [zeros, flat(side!), flat(upstream)], {
          reduction: { kind: 'string', value: 'add' },
        })
        return reshapeLike(scattered, x)
      },
    ],
  }
  return applyWithSide(MaxPool, [x], attributesOf(windows))
}

/** A convolution of each channel by itself with a constant kernel. */
function overlappingAverage(x: Value, windows: Windows): Value {
  const { size, stride, padding } = windows
  const [height, width] = x.shape.slice(2) as [number, number]
  const single = reshape(x, [-1, 1, height, width], ['images', 1, height, width])
  const share = 1 / size.reduce((a, b) => a * b, 1)
  const kernel = constant(
    x.graph,
    Array.from({ length: size.reduce((a, b) => a * b, 1) }, () => share),
    [1, 1, ...size],
  )
  const numbers: ConvolutionNumbers = { strides: stride, padding: padding.map((zeros) => [zeros, zeros]), groups: 1 }
  return likeImages(convolution(single, kernel, undefined, numbers), x, pooledShape(x, windows))
}

/** [images, 1, h, w] as [batch, channels, h, w], the first two taken from `x`. */
function likeImages(pooled: Value, x: Value, shape: Shape): Value {
  const [height, width] = shape.slice(2) as [number, number]
  const Leading: Operation = { type: 'Slice', shape: () => [2], elementType: 'int64' }
  const Sizes: Operation = { type: 'Concat', shape: () => [4], elementType: 'int64' }
  const whole = (values: readonly number[]): Value => constant(x.graph, values, [values.length], 'int64')
  const leading = apply(Leading, [shapeOf(x), whole([0]), whole([2]), whole([0])])
  const sizes = apply(Sizes, [leading, whole([height, width])], { axis: { kind: 'int', value: 0 } })
  const Reshape: Operation = {
    type: 'Reshape',
    shape: () => shape,
    gradient: ({ upstream }) => [() => reshapeLike(upstream, pooled), undefined],
  }
  return apply(Reshape, [pooled, sizes])
}
