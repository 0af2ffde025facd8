import { type Attributes, apply, integer, integers, type Operation, type Value } from '../graph.ts'
import { concatenate, insertAxes, pad, reshape, reshapeLike, slice, transpose } from './layout.ts'
import { matrixProduct } from './linear.ts'
import { sum, sumAway } from './reduction.ts'

/** Numbers of a convolution over [batch, channels, height, width]. */
export interface ConvolutionNumbers {
  readonly strides: readonly number[]
  /** [before, after] per axis. */
  readonly padding: readonly (readonly [number, number])[]
  readonly groups: number
}

/**
 * Cross-correlation, as every framework calls convolution. x [batch, channels, h, w], weight [filters, channels / groups, kh, kw],
 * bias [filters]; sizes of images and kernels are known, channels and filters may be names.
 */
export function convolution(x: Value, weight: Value, bias: Value | undefined, numbers: ConvolutionNumbers): Value {
  const Conv: Operation = {
    type: 'Conv',
    shape: () => [x.shape[0]!, weight.shape[0]!, ...outputSizes(x, weight, numbers)],
    gradient: ({ upstream }) => [
      () => inputGradient(x, weight, upstream, numbers),
      () => weightGradient(x, weight, upstream, numbers),
      () => sumAway(upstream, [0, 2, 3]),
    ],
  }
  return apply(Conv, bias ? [x, weight, bias] : [x, weight], attributesOf(numbers))
}

const attributesOf = ({ strides, padding, groups }: ConvolutionNumbers): Attributes => ({
  strides: integers(strides),
  pads: integers([...padding.map(([before]) => before), ...padding.map(([, after]) => after)]),
  group: integer(groups),
})

const spatial = (x: Value): readonly number[] => x.shape.slice(2).map(Number)

const outputSizes = (x: Value, weight: Value, { strides, padding }: ConvolutionNumbers): readonly number[] =>
  spatial(x).map((size, axis) => {
    const [before, after] = padding[axis]!
    return Math.floor((size + before + after - spatial(weight)[axis]!) / strides[axis]!) + 1
  })

function inputGradient(x: Value, weight: Value, upstream: Value, numbers: ConvolutionNumbers): Value {
  const ConvTranspose: Operation = { type: 'ConvTranspose', shape: () => x.shape }
  // Rows and columns that the stride left over: no window ended there.
  const left = spatial(x).map((size, axis) => {
    const [before, after] = numbers.padding[axis]!
    return (size + before + after - spatial(weight)[axis]!) % numbers.strides[axis]!
  })
  const attributes = { ...attributesOf(numbers), output_padding: integers(left) }
  return apply(ConvTranspose, [upstream, weight], attributes)
}

/**
 * The windows' entries times the gradients of their outputs, summed over places and examples: per row of the kernel one product of
 * matrices. Columns are gathered once, rows are slices of that: of seven forms tried on ONNX Runtime the fastest, or near it, for
 * few and many channels alike.
 */
function weightGradient(x: Value, weight: Value, upstream: Value, numbers: ConvolutionNumbers): Value {
  const { groups, strides, padding } = numbers
  const [height, width] = spatial(upstream) as [number, number]
  const [kernelHeight, kernelWidth] = spatial(weight) as [number, number]
  const batch = upstream.shape[0]!
  const padded = pad(x, padding)
  const [fullHeight, fullWidth] = spatial(padded) as [number, number]
  const split = [0, groups, -1, fullHeight, fullWidth]
  const grouped =
    groups === 1 ? insertAxes(padded, [1]) : reshape(padded, split, [batch, groups, 'inner', fullHeight, fullWidth])
  const columns = range(kernelWidth).map((start) => slice(grouped, 4, { start, count: width, step: strides[1]! }))
  const gathered = concatenate(columns, 2, 'gathered')
  const places = height * width
  const outer = reshape(upstream, [0, groups, -1, places], [batch, groups, 'outer', places])
  const transposed = transpose(outer, [0, 1, 3, 2])
  const rows = range(kernelHeight).map((start) => {
    const row = slice(gathered, 3, { start, count: height, step: strides[0]! })
    const flat = reshape(row, [0, 0, 0, places], [batch, groups, 'gathered', places])
    return sum(matrixProduct(flat, transposed), [0])
  })
  // [1, groups, (row, column, inner), outer] → [1, groups, outer, inner, (row, column)] → the weight's own shape.
  const all = transpose(concatenate(rows, 2, 'window'), [0, 1, 3, 2])
  const window = kernelHeight * kernelWidth
  const ordered = reshape(all, [0, 0, 0, window, -1], [1, groups, 'outer', window, 'inner'])
  return reshapeLike(transpose(ordered, [0, 1, 2, 4, 3]), weight)
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
