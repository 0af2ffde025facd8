// Gaussian kernels cut to [0, 1] whose top is 1. Notation: m a kernel's centre in [0, 1], s its width, at most 1.
import { normalQuantile } from '../math/normal.ts'
import { normalTail } from '../math/normal-tail.ts'
import type { Axes } from './axes.ts'

const SQRT_2PI = 2.5066282746310002
/** Beyond this many widths a kernel holds no mass that matters. */
const REACH = 4.5
/** Finite axes up to this size keep the masses of their kernels. */
const KEPT_CELLS = 64

/** Integral of a kernel over [0, 1]. */
export function cutMass(m: number, s: number): number {
  return SQRT_2PI * s * (1 - normalTail(m / s) - normalTail((1 - m) / s))
}

/** The u-quantile of a kernel's distribution: with u uniform, a sample of it. */
export function cutQuantile(u: number, m: number, s: number): number {
  const below = normalTail(m / s)
  const inside = 1 - below - normalTail((1 - m) / s)
  return Math.min(1, Math.max(0, m + s * normalQuantile(below + u * inside)))
}

/** Masses of kernels on the axes of a space: integrals on continuous axes, sums over cells on finite ones. */
export class KernelMass {
  readonly #axes: Axes
  /** By the cell of the centre, for the axis and the width of the last call; NaN: not known yet. */
  readonly #kept = new Float64Array(KEPT_CELLS)
  #axis = -1
  #width = Number.NaN

  constructor(axes: Axes) {
    this.#axes = axes
  }

  /** Quick where calls for one axis and width follow each other. */
  of(axis: number, m: number, s: number): number {
    const axes = this.#axes
    const size = axes.size[axis]!
    if (size === Number.POSITIVE_INFINITY) return cutMass(m, s)
    if (axis !== this.#axis || s !== this.#width) {
      this.#kept.fill(Number.NaN)
      this.#axis = axis
      this.#width = s
    }
    const cell = axes.cellOf(axis, m)
    if (size <= KEPT_CELLS && !Number.isNaN(this.#kept[cell]!)) return this.#kept[cell]!
    // Cells much narrower than the kernel: their sum is the integral, but for some tenths of a percent.
    const isSmooth = axes.edge(axis, cell + 1) - axes.edge(axis, cell) < s / 3
    const mass = isSmooth ? cutMass(m, s) : this.#overCells(axis, cell, m, s)
    if (size <= KEPT_CELLS) this.#kept[cell] = mass
    return mass
  }

  /** Sums a kernel over cells, outwards from its own in both directions, as far as it reaches. */
  #overCells(axis: number, cell: number, m: number, s: number): number {
    const axes = this.#axes
    let mass = axes.edge(axis, cell + 1) - axes.edge(axis, cell)
    for (const step of [-1, 1]) {
      let near = axes.edge(axis, step < 0 ? cell : cell + 1)
      for (let c = cell + step; c >= 0 && c < axes.size[axis]!; c += step) {
        const far = axes.edge(axis, step < 0 ? c : c + 1)
        const z = ((near + far) / 2 - m) / s
        if (Math.abs(z) > REACH) break
        mass += Math.abs(far - near) * Math.exp(-0.5 * z * z)
        near = far
      }
    }
    return mass
  }
}
