import { NetworkError } from '../errors.ts'
import { type ConvolutionLayer, perAxis } from './convolution.ts'
import type { EmbeddingLayer } from './embedding.ts'
import type { Layer } from './layer.ts'
import type { PoolingLayer } from './pooling.ts'

/** The shape of one example: [features], [channels, length] or [channels, height, width]. */
export type ExampleShape = readonly number[]

export const showShape = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`

/** Number of elements of a tensor. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/**
 * The shape that a simple layer makes of `shape`; composed layers are walked by `walkLayers`.
 *
 * @throws NetworkError that names the layer, the shape it got and the shape it takes
 */
export function shapeAfter(layer: Layer, shape: ExampleShape, where: string): ExampleShape {
  switch (layer.kind) {
    case 'dense':
      requireRank(where, shape, [1], 'Add flatten() or globalPool() before it')
      return [layer.units]
    case 'convolution':
      return convolutionShape(layer, shape, where)
    case 'pooling':
      return poolingShape(layer, shape, where)
    case 'globalPooling':
      requireRank(where, shape, [2, 3], 'It belongs after convolutions')
      return [shape[0] ?? 0]
    case 'flatten':
      return [sizeOf(shape)]
    case 'embedding':
      return embeddingShape(layer, shape, where)
    default:
      return shape
  }
}

const rankNames: Readonly<Record<number, string>> = {
  1: '[features]',
  2: '[channels, length]',
  3: '[channels, height, width]',
}

function requireRank(where: string, shape: ExampleShape, ranks: readonly number[], advice: string): void {
  if (ranks.includes(shape.length)) return
  const wanted = ranks.map((rank) => rankNames[rank]).join(' or ')
  throw new NetworkError(where, `takes an input of shape ${wanted}, got ${showShape(shape)}`, advice)
}

function convolutionShape(layer: ConvolutionLayer, shape: ExampleShape, where: string): ExampleShape {
  requireRank(
    where,
    shape,
    [layer.kernel.length + 1],
    'Describe the inputs by their shape, such as { inputs: [1, 28, 28] }',
  )
  const [channels = 0, ...sizes] = shape
  if (channels % layer.groups !== 0 || layer.filters % layer.groups !== 0) {
    const problem = `${layer.groups} groups do not divide ${channels} channels of the input ${showShape(shape)} and ${layer.filters} filters`
    throw new NetworkError(where, problem, 'Choose groups that divide both')
  }
  const padding = paddingOf(layer, sizes)
  const result = sizes.map((size, axis) => {
    const [before = 0, after = 0] = padding[axis] ?? []
    return outputSize(size + before + after, layer.kernel[axis] ?? 1, layer.stride[axis] ?? 1)
  })
  requireRoom(where, result, `a kernel of ${showShape(layer.kernel)}`, shape)
  return [layer.filters, ...result]
}

function poolingShape(layer: PoolingLayer, shape: ExampleShape, where: string): ExampleShape {
  requireRank(where, shape, [2, 3], 'It belongs after convolutions')
  const [channels = 0, ...sizes] = shape
  const { size, stride, padding } = poolingAxes(layer, sizes.length)
  const result = sizes.map((length, axis) =>
    outputSize(length + 2 * (padding[axis] ?? 0), size[axis] ?? 1, stride[axis] ?? 1),
  )
  requireRoom(where, result, `a window of ${showShape(size)}`, shape)
  return [channels, ...result]
}

function requireRoom(where: string, result: ExampleShape, what: string, shape: ExampleShape): void {
  if (result.every((size) => size >= 1)) return
  throw new NetworkError(
    where,
    `${what} does not fit into the input ${showShape(shape)}`,
    'Make it smaller, pad, or reduce the image less before',
  )
}

const outputSize = (size: number, window: number, stride: number): number => Math.floor((size - window) / stride) + 1

/** Zeros before and after each axis of `sizes`. 'same' follows TensorFlow: an odd zero goes to the end. */
export function paddingOf(
  { kernel, stride, padding }: Pick<ConvolutionLayer, 'kernel' | 'stride' | 'padding'>,
  sizes: readonly number[],
): readonly (readonly [number, number])[] {
  return sizes.map((size, axis) => {
    if (padding !== 'same') return [padding[axis] ?? 0, padding[axis] ?? 0]
    const [window = 1, step = 1] = [kernel[axis], stride[axis]]
    const total = Math.max((Math.ceil(size / step) - 1) * step + window - size, 0)
    return [Math.floor(total / 2), Math.ceil(total / 2)]
  })
}

/** A pooling layer's numbers for each of `axes` axes. */
export const poolingAxes = (
  layer: PoolingLayer,
  axes: number,
): Record<'size' | 'stride' | 'padding', readonly number[]> => ({
  size: perAxis(layer.size, axes),
  stride: perAxis(layer.stride, axes),
  padding: perAxis(layer.padding, axes),
})

function embeddingShape(layer: EmbeddingLayer, shape: ExampleShape, where: string): ExampleShape {
  requireRank(where, shape, [1], 'Categories are columns of a table')
  const [width = 0] = shape
  const columns = layer.columns.map(({ column }) => column)
  const outside = columns.find((column) => column >= width)
  if (outside !== undefined)
    throw new NetworkError(where, `column ${outside} is outside the input ${showShape(shape)}`, 'Columns count from 0')
  if (new Set(columns).size < columns.length)
    throw new NetworkError(where, 'a column is listed twice', 'List each column once')
  return [width - columns.length + layer.columns.reduce((total, { size }) => total + size, 0)]
}
