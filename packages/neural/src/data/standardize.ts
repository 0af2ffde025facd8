import { sizeOf } from '../network/shape.ts'
import type { Dataset } from './dataset.ts'

/** Column means and scales learned from one data set, to be applied to others. */
export interface Standardization {
  readonly means: Float64Array
  /** Standard deviations; 1 for a column that never changes, so that it becomes 0 and does no harm. */
  readonly scales: Float64Array
}

/** Learns means and deviations of the features of `data`: the training part, never the parts one judges by. O(size). */
export function fitStandardization(data: Dataset): Standardization {
  const width = sizeOf(data.featureShape)
  const means = new Float64Array(width)
  const squares = new Float64Array(width)
  const { features, count } = data
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < width; column++) {
      // Welford's update: exact enough where a mean is large against its deviation.
      const value = features[row * width + column]!
      const distance = value - means[column]!
      means[column]! += distance / (row + 1)
      squares[column]! += distance * (value - means[column]!)
    }
  }
  const scales = squares.map((total) => (total > 0 ? Math.sqrt(total / count) : 1))
  return { means, scales }
}

/** `data` with every feature as (value - mean) / scale. Copies the features. O(size) */
export function standardize<D extends Dataset>(data: D, fitted: Standardization): D {
  const features = data.features.slice()
  applyStandardization(features, fitted)
  return { ...data, features }
}

/** Standardises `features`, row by row, in place. */
export function applyStandardization(features: Float32Array, { means, scales }: Standardization): void {
  const width = means.length
  for (let start = 0; start < features.length; start += width)
    for (let column = 0; column < width; column++)
      features[start + column] = (features[start + column]! - means[column]!) / scales[column]!
}
