import type { ActivationName } from './activation.ts'
import type { InitializerName } from './initializer.ts'

/** One layer, as plain data. Made by the functions below, or written by hand. */
export type Layer = DenseLayer | ActivationLayer | DropoutLayer | BatchNormLayer | LayerNormLayer

export interface DenseLayer {
  readonly kind: 'dense'
  readonly units: number
  readonly bias: boolean
  /** Left out: chosen by the activation that follows. */
  readonly initializer?: InitializerName
}
export interface ActivationLayer {
  readonly kind: 'activation'
  readonly name: ActivationName
}
export interface DropoutLayer {
  readonly kind: 'dropout'
  readonly rate: number
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
 */
export function dropout(rate: number): DropoutLayer {
  return { kind: 'dropout', rate }
}

/**
 * Batch normalisation with learned scale and shift; evaluation uses running statistics.
 *
 * @param options `momentum` of the running statistics, the share of the new batch (default 0.1); `epsilon` (default 1e-5).
 *   Both are PyTorch's defaults and meanings.
 */
export function batchNorm(options: { readonly momentum?: number; readonly epsilon?: number } = {}): BatchNormLayer {
  return { kind: 'batchNorm', momentum: 0.1, epsilon: 1e-5, ...options }
}

/** Layer normalisation over an example's features, with learned scale and shift. `epsilon` defaults to 1e-5. */
export function layerNorm(options: { readonly epsilon?: number } = {}): LayerNormLayer {
  return { kind: 'layerNorm', epsilon: 1e-5, ...options }
}
