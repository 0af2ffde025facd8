/** The largest or the average of each window, channel by channel. */
export interface PoolingLayer {
  readonly kind: 'pooling'
  readonly mode: 'max' | 'average'
  /** Window per axis; one number for all axes of the input. */
  readonly size: number | readonly number[]
  readonly stride: number | readonly number[]
  /** Added on both sides of each axis, at most half the window. */
  readonly padding: number | readonly number[]
}
/** The largest or the average of each channel: [channels, height, width] becomes [channels]. */
export interface GlobalPoolingLayer {
  readonly kind: 'globalPooling'
  readonly mode: 'max' | 'average'
}

export interface PoolingOptions {
  /** Steps between windows; default: the window, so that windows do not overlap (which is also several times faster). */
  readonly stride?: number | readonly number[]
  /** Default 0. */
  readonly padding?: number | readonly number[]
}

/**
 * The largest of each window. Where several entries of a window are the largest, they share the gradient.
 *
 * @param size window per axis, at least 1
 * @example maxPool(2)
 */
export const maxPool = (size: number | readonly number[], options: PoolingOptions = {}): PoolingLayer => ({
  kind: 'pooling',
  mode: 'max',
  size,
  stride: options.stride ?? size,
  padding: options.padding ?? 0,
})

/** The average of each window; padding counts as zeros, as in PyTorch. */
export const averagePool = (size: number | readonly number[], options: PoolingOptions = {}): PoolingLayer => ({
  ...maxPool(size, options),
  mode: 'average',
})

/** The average ('average', the default) or the largest entry of each channel. */
export const globalPool = (mode: 'max' | 'average' = 'average'): GlobalPoolingLayer => ({ kind: 'globalPooling', mode })
