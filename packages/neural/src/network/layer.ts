import type { ActivationName } from './activation.ts'
import type { ConvolutionLayer } from './convolution.ts'
import type { EmbeddingLayer } from './embedding.ts'
import type { InitializerName } from './initializer.ts'
import type { GlobalPoolingLayer, PoolingLayer } from './pooling.ts'

/** One layer, as plain data. Made by the functions below, or written by hand. */
export type Layer =
  | DenseLayer
  | ConvolutionLayer
  | PoolingLayer
  | GlobalPoolingLayer
  | FlattenLayer
  | EmbeddingLayer
  | ActivationLayer
  | DropoutLayer
  | BatchNormLayer
  | LayerNormLayer
  | SequentialLayer
  | ResidualLayer

export interface DenseLayer {
  readonly kind: 'dense'
  readonly units: number
  readonly bias: boolean
  /** Left out: chosen by the activation that follows. */
  readonly initializer?: InitializerName
}
export interface FlattenLayer {
  readonly kind: 'flatten'
}
/** Layers one after the other, as one layer. */
export interface SequentialLayer {
  readonly kind: 'sequential'
  readonly layers: readonly Layer[]
}
/** body(x) + shortcut(x); an empty shortcut is x itself. */
export interface ResidualLayer {
  readonly kind: 'residual'
  readonly body: readonly Layer[]
  readonly shortcut: readonly Layer[]
}
export interface ActivationLayer {
  readonly kind: 'activation'
  readonly name: ActivationName
}
export interface DropoutLayer {
  readonly kind: 'dropout'
  readonly rate: number
  /** Drop whole channels of an image or sequence instead of single elements. */
  readonly channels: boolean
}
export interface BatchNormLayer {
  readonly kind: 'batchNorm'
  readonly momentum: number
  readonly epsilon: number
}
export interface LayerNormLayer {
  readonly kind: 'layerNorm'
  readonly epsilon: number
}

/**
 * A fully connected layer: output = x · weightᵀ + bias.
 *
 * @param units number of outputs, at least 1
 * @param options `bias` (default true); `initializer` (default: by the activation that follows, see `initializerFor`)
 * @example dense(64)
 */
export function dense(
  units: number,
  options: { readonly bias?: boolean; readonly initializer?: InitializerName } = {},
): DenseLayer {
  return { kind: 'dense', bias: true, ...options, units }
}

/** An activation function, element by element. */
export function activation(name: ActivationName): ActivationLayer {
  return { kind: 'activation', name }
}

/**
 * Dropout: while training, each element is set to 0 with probability `rate` and the rest is scaled up by 1 / (1 - rate).
 *
 * @param rate 0 (does nothing) up to, but not including, 1
 * @param options `channels`: drop whole channels, which suits convolutions, whose neighbours hold the same information
 *   (Tompson et al. 2015); default false
 */
export function dropout(rate: number, options: { readonly channels?: boolean } = {}): DropoutLayer {
  return { kind: 'dropout', rate, channels: options.channels ?? false }
}

/** Makes an example one row of numbers: [channels, height, width] becomes [channels · height · width]. */
export const flatten = (): FlattenLayer => ({ kind: 'flatten' })

/** Several layers as one. */
export const sequential = (layers: readonly Layer[]): SequentialLayer => ({ kind: 'sequential', layers })

/**
 * Adds to the output of `body` its input, or what `shortcut` makes of it where the shapes differ. He et al. (2016).
 *
 * @example residual([conv2d(32, 3, { padding: 'same', stride: 2 }), batchNorm()], { shortcut: [conv2d(32, 1, { stride: 2 })] })
 */
export const residual = (
  body: readonly Layer[],
  options: { readonly shortcut?: readonly Layer[] } = {},
): ResidualLayer => ({ kind: 'residual', body, shortcut: options.shortcut ?? [] })

/**
 * Batch normalisation with learned scale and shift, per feature or per channel; evaluation uses running statistics.
 *
 * @param options `momentum` of the running statistics, the share of the new batch (default 0.1); `epsilon` (default 1e-5).
 *   Both are PyTorch's defaults and meanings.
 */
export function batchNorm(options: { readonly momentum?: number; readonly epsilon?: number } = {}): BatchNormLayer {
  return { kind: 'batchNorm', momentum: 0.1, epsilon: 1e-5, ...options }
}

/**
 * Layer normalisation over all of an example's numbers, with learned scale and shift per feature, or per channel of images and
 * sequences (there it equals a group normalisation with one group). `epsilon` defaults to 1e-5.
 */
export function layerNorm(options: { readonly epsilon?: number } = {}): LayerNormLayer {
  return { kind: 'layerNorm', epsilon: 1e-5, ...options }
}
