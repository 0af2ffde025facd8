import type { Rng } from '../math/rng.ts'
import type { BinnedPoints } from './binning.ts'
import { growTree, type RegressionTree } from './regression-tree.ts'

/** How a forest grows. */
export interface ForestOptions {
  /** Default 64. */
  readonly trees?: number
  /** Least number of points of a leaf, default 3. */
  readonly leastLeaf?: number
  /** Default 64. */
  readonly maxDepth?: number
  /** Points that each tree draws, with replacement, at most; default 2,000. */
  readonly mostPoints?: number
}

/** Trees on the same points, each grown on a sample of them. */
export interface Forest {
  readonly points: BinnedPoints
  readonly trees: readonly RegressionTree[]
}

/**
 * A random forest for regression: each tree sees a bootstrap sample and every axis at every split.
 * @param targets by point, finite
 * Cost: trees · O(sample · axes · depth).
 * Source: L. Breiman, "Random Forests", Machine Learning 45 (2001); all axes at each split, as in scikit-learn's default.
 */
export function fitForest(points: BinnedPoints, targets: Float64Array, rng: Rng, options: ForestOptions = {}): Forest {
  const { trees = 64, leastLeaf = 3, maxDepth = 64, mostPoints = 2000 } = options
  const size = Math.min(points.count, mostPoints)
  return {
    points,
    trees: Array.from({ length: points.count === 0 ? 0 : trees }, (_, t) => {
      const draws = rng.split(`tree/${t}`)
      const sample = Int32Array.from({ length: size }, () => draws.int(points.count))
      return growTree(points, targets, sample, { leastLeaf, maxDepth })
    }),
  }
}
