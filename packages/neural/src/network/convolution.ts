import type { InitializerName } from './initializer.ts'

/** A convolution over one or two axes, as plain data. */
export interface ConvolutionLayer {
  readonly kind: 'convolution'
  readonly filters: number
  /** Size per axis: [width] or [height, width]. Its length decides between one and two dimensions. */
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  /** Zeros added on both sides of each axis; 'same' gives ceil(size / stride) outputs. */
  readonly padding: 'same' | readonly number[]
  /** Input channels and filters are split into this many parts that do not see each other. */
  readonly groups: number
  readonly bias: boolean
  readonly initializer?: InitializerName
}

/** What a convolution may be given beside filters and kernel. Per-axis numbers may be one number for all axes. */
export interface ConvolutionOptions {
  /** Steps between outputs, at least 1; default 1. */
  readonly stride?: number | readonly number[]
  /** Zeros on both sides, or 'same'; default 0. */
  readonly padding?: 'same' | number | readonly number[]
  /** Divides both channels and filters; default 1. As many as there are channels: a depthwise convolution. */
  readonly groups?: number
  /** Default true. */
  readonly bias?: boolean
  /** Default: by the activation that follows, see `initializerFor`. */
  readonly initializer?: InitializerName
}

/**
 * A convolution over sequences [channels, length].
 *
 * @param filters number of output channels, at least 1
 * @param kernel length of each filter, at least 1
 * @example conv1d(16, 5, { padding: 'same' })
 */
export const conv1d = (filters: number, kernel: number, options: ConvolutionOptions = {}): ConvolutionLayer =>
  convolution(filters, [kernel], options)

/**
 * A convolution over images [channels, height, width], in PyTorch's layout.
 *
 * @param filters number of output channels, at least 1
 * @param kernel height and width of each filter; one number for both
 * @example conv2d(16, 3, { padding: 'same' })
 */
export const conv2d = (
  filters: number,
  kernel: number | readonly [number, number],
  options: ConvolutionOptions = {},
): ConvolutionLayer => convolution(filters, perAxis(kernel, 2), options)

function convolution(filters: number, kernel: readonly number[], options: ConvolutionOptions): ConvolutionLayer {
  const { stride = 1, padding = 0, groups = 1, bias = true, initializer } = options
  const axes = kernel.length
  return {
    kind: 'convolution',
    filters,
    kernel,
    stride: perAxis(stride, axes),
    padding: padding === 'same' ? 'same' : perAxis(padding, axes),
    groups,
    bias,
    ...(initializer && { initializer }),
  }
}

/** One number per axis; a single one is repeated. */
export const perAxis = (value: number | readonly number[], axes: number): readonly number[] =>
  typeof value === 'number' ? Array.from({ length: axes }, () => value) : value
