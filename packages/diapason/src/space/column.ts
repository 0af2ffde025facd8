import type { Distribution, ParamValue } from './distribution.ts'
import { gridSize, gridValue } from './distribution.ts'

/**
 * A parameter as an axis of the unit cube. This file is the only place that switches on a distribution's kind:
 * samplers and models see axes.
 *
 * - `continuous`: u in [0, 1] is even in the value, or in its logarithm;
 * - `discrete`: `size` ordered values, each owning the cell [edge(i), edge(i + 1)];
 * - `categorical`: `size` unordered values, equal cells.
 */
export interface Column {
  readonly kind: 'continuous' | 'discrete' | 'categorical'
  /** Number of values; Infinity when continuous. */
  readonly size: number
  /** Position in [0, 1]: of a continuous value itself, else of the middle of its cell. Values outside the range are clamped. */
  encode(value: ParamValue): number
  /** The value at u; u is clamped to [0, 1]. */
  decode(u: number): ParamValue
  /** Position of a value in the list, −1 when it is not there; NaN when continuous. */
  indexOf(value: ParamValue): number
  /** The index-th value; only where `size` is finite. */
  valueAt(index: number): ParamValue
  /** Left edge of cell `index` in [0, 1]; edge(size) is 1. Only where `size` is finite. */
  edge(index: number): number
  /** Does the value belong to the parameter? */
  contains(value: ParamValue): boolean
}

/** The axis of a distribution (which must have been checked). */
export function columnOf(distribution: Distribution): Column {
  switch (distribution.kind) {
    case 'categorical':
      return categoricalColumn(distribution.choices)
    case 'int':
      return distribution.log
        ? logIntColumn(distribution.low, distribution.high)
        : gridColumn(distribution.low, distribution.high, distribution.step)
    case 'float':
      if (distribution.step !== null) return gridColumn(distribution.low, distribution.high, distribution.step)
      return continuousColumn(distribution.low, distribution.high, distribution.log)
    default:
      throw distribution satisfies never
  }
}

/** The double that a value is stored as: the number itself, or its position among the choices. */
export function toStored(distribution: Distribution, value: ParamValue): number {
  return distribution.kind === 'categorical'
    ? distribution.choices.findIndex((c) => Object.is(c, value))
    : Number(value)
}

/** The inverse of {@link toStored}. */
export function fromStored(distribution: Distribution, stored: number): ParamValue {
  if (distribution.kind === 'categorical') return distribution.choices[stored] ?? null
  return distribution.kind === 'int' ? Math.round(stored) : stored
}

const clampUnit = (u: number): number => (u > 0 ? Math.min(u, 1) : 0)

function continuousColumn(low: number, high: number, log: boolean): Column {
  const start = log ? Math.log(low) : low
  const end = log ? Math.log(high) : high
  const single = low === high
  return {
    kind: single ? 'discrete' : 'continuous',
    size: single ? 1 : Number.POSITIVE_INFINITY,
    encode(value) {
      if (single) return 0.5
      const x = log ? Math.log(Number(value)) : Number(value)
      // Halved first: high − low may overflow where both are near the largest double.
      return clampUnit((x / 2 - start / 2) / (end / 2 - start / 2))
    },
    decode(u) {
      const v = clampUnit(u)
      const x = start * (1 - v) + end * v
      return Math.min(high, Math.max(low, log ? Math.exp(x) : x))
    },
    indexOf: (value) => (single ? (value === low ? 0 : -1) : Number.NaN),
    valueAt: () => low,
    edge: (index) => index,
    contains: (value) => typeof value === 'number' && value >= low && value <= high,
  }
}

function gridColumn(low: number, high: number, step: number): Column {
  const size = gridSize(low, high, step)
  const nearest = (value: ParamValue) => Math.round((Number(value) - low) / step)
  const valueAt = (index: number) => gridValue(low, step, index)
  const indexOf = (value: ParamValue) => {
    if (typeof value !== 'number') return -1
    const index = nearest(value)
    return index >= 0 && index < size && Math.abs((value - low) / step - index) <= 1e-8 ? index : -1
  }
  return {
    kind: 'discrete',
    size,
    encode: (value) => clampUnit((Math.min(size - 1, Math.max(0, nearest(value))) + 0.5) / size),
    decode: (u) => valueAt(Math.min(size - 1, Math.floor(clampUnit(u) * size))),
    indexOf,
    valueAt,
    edge: (index) => index / size,
    contains: (value) => indexOf(value) >= 0,
  }
}

/** Integers on a log scale: value v owns [ln(v − ½), ln(v + ½)], so that each draw of u rounds to a value in range. */
function logIntColumn(low: number, high: number): Column {
  const size = high - low + 1
  const start = Math.log(low - 0.5)
  const width = Math.log(high + 0.5) - start
  const edge = (index: number) => (index <= 0 ? 0 : index >= size ? 1 : (Math.log(low + index - 0.5) - start) / width)
  const indexOf = (value: ParamValue) =>
    Number.isInteger(value) && Number(value) >= low && Number(value) <= high ? Number(value) - low : -1
  return {
    kind: 'discrete',
    size,
    encode(value) {
      const index = Math.min(size - 1, Math.max(0, Math.round(Number(value)) - low))
      return (edge(index) + edge(index + 1)) / 2
    },
    decode: (u) => Math.min(high, Math.max(low, Math.round(Math.exp(start + clampUnit(u) * width)))),
    indexOf,
    valueAt: (index) => low + index,
    edge,
    contains: (value) => indexOf(value) >= 0,
  }
}

function categoricalColumn(choices: readonly ParamValue[]): Column {
  const size = choices.length
  const indexOf = (value: ParamValue) => choices.findIndex((c) => Object.is(c, value))
  const valueAt = (index: number): ParamValue => choices[index] ?? null
  return {
    kind: 'categorical',
    size,
    encode: (value) => (Math.max(0, indexOf(value)) + 0.5) / size,
    decode: (u) => valueAt(Math.min(size - 1, Math.floor(clampUnit(u) * size))),
    indexOf,
    valueAt,
    edge: (index) => index / size,
    contains: (value) => indexOf(value) >= 0,
  }
}
