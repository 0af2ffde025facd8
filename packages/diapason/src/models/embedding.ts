import type { Axes } from './axes.ts'

/** How far "inactive" lies off a conditional axis, whose own length is 1. */
const INACTIVE_HEIGHT = 0.5

/** Points of a space as features, among which a kernel measures distance. Each shares the length scale of its axis. */
export interface Embedding {
  readonly axes: Axes
  /** Features a point. */
  readonly count: number
  /** The axis of each feature. */
  readonly axis: Int32Array
  /** 1: values are names, which differ or do not. */
  readonly isName: Uint8Array
  /** 1: a coordinate that only says whether its axis takes part. */
  readonly isHeight: Uint8Array
  /**
   * Fills `out` with the features of a point.
   * @param settled position on each axis, NaN where inactive
   * @param at      where the first feature goes; default 0
   * @param stride  from one feature to the next; default 1
   */
  embed(settled: Float64Array, out: Float64Array, at?: number, stride?: number): void
}

/**
 * - An ordered axis is its own coordinate.
 * - Unordered values are equally far from each other, and "inactive" is one more of them.
 * - A conditional ordered axis becomes two features: (u, ½) where active, (½, 0) where not. So two points without the parameter
 *   agree about it, and a point without lies about equally far from all points with it: the wedge of Horn et al. 2019,
 *   "Surrogates for hierarchical search spaces" (arXiv 1904.00390), without its extra parameters.
 */
export function embeddingOf(axes: Axes): Embedding {
  const isWedge = (j: number) => axes.parent[j]! >= 0 && !axes.unordered[j]
  const axis: number[] = []
  for (let j = 0; j < axes.count; j++) axis.push(...(isWedge(j) ? [j, j] : [j]))
  return {
    axes,
    count: axis.length,
    axis: Int32Array.from(axis),
    isName: Uint8Array.from(axis, (j) => axes.unordered[j]!),
    isHeight: Uint8Array.from(axis, (j, f) => (isWedge(j) && axis[f - 1] === j ? 1 : 0)),
    embed(settled, out, at = 0, stride = 1) {
      let f = at
      for (let j = 0; j < axes.count; j++, f += stride) {
        const u = settled[j]!
        const isActive = !Number.isNaN(u)
        if (axes.unordered[j]) out[f] = isActive ? u : -1
        else out[f] = isActive ? u : 0.5
        if (!isWedge(j)) continue
        f += stride
        out[f] = isActive ? INACTIVE_HEIGHT : 0
      }
    },
  }
}
