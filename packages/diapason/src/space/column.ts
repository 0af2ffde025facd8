import { type Distribution, gridOf, type ParamValue, sameValue } from './distribution.ts'
import type { Grid } from './grid.ts'

/**
 * A parameter as an axis of the unit cube. This file is the only place that switches on a distribution's kind:
 * samplers and models see axes.
 *
 * - `continuous`: u in [0, 1] is even in the value, or in its logarithm;
 * - `discrete`: `size` ordered values, each owning the cell [edge(i), edge(i + 1)); the last one owns 1 as well;
 * - `categorical`: `size` unordered values, equal cells.
 *
 * `decode(encode(value))` is the value again, for continuous ones up to rounding. Only integers above 10^13 on a log scale lie
 * closer together than positions do: there it is a neighbour, and cells may have no width.
 */
export interface Column {
  readonly kind: 'continuous' | 'discrete' | 'categorical'
  /** Number of values; Infinity when continuous. */
  readonly size: number
  /**
   * Position in [0, 1]: of a continuous value itself, else of the middle of its cell. Numbers outside the range are clamped;
   * what is no value at all is taken for the first.
   */
  encode(value: ParamValue): number
  /** The value at u; u is clamped to [0, 1]. Never −0, unless that is an option. */
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
    case 'float': {
      const grid = gridOf(distribution)
      if (grid !== undefined) return distribution.log ? logIntColumn(grid) : gridColumn(grid)
      if (distribution.low === distribution.high) return singleColumn(distribution.low)
      return continuousColumn(distribution.low, distribution.high, distribution.log)
    }
    default:
      throw distribution satisfies never
  }
}

/** The double that a value is stored as: the number itself, or its position among the choices (−1: not one of them). */
export function toStored(distribution: Distribution, value: ParamValue): number {
  return distribution.kind === 'categorical'
    ? distribution.choices.findIndex((option) => sameValue(option, value))
    : Number(value)
}

/** The inverse of {@link toStored}. */
export function fromStored(distribution: Distribution, stored: number): ParamValue {
  if (distribution.kind === 'categorical') return distribution.choices[Math.trunc(stored)] ?? null
  return distribution.kind === 'int' ? Math.round(stored) + 0 : stored
}

// NaN becomes 0.
const clampUnit = (u: number): number => (u > 0 ? Math.min(u, 1) : 0)

function continuousColumn(low: number, high: number, log: boolean): Column {
  // Neighbouring doubles may share a logarithm; over such a range both scales are the same.
  const byLog = log && Math.log(low) < Math.log(high)
  const start = byLog ? Math.log(low) : low
  const end = byLog ? Math.log(high) : high
  // Halves, where the width itself would overflow.
  const unit = Number.isFinite(end - start) ? 1 : 0.5
  const width = end * unit - start * unit
  return {
    kind: 'continuous',
    size: Number.POSITIVE_INFINITY,
    encode(value) {
      const x = byLog ? Math.log(Number(value)) : Number(value)
      return clampUnit((x * unit - start * unit) / width)
    },
    decode(u) {
      const v = clampUnit(u)
      // exp(log(x)) is x only nearly: the ends are given exactly.
      if (v === 0) return low + 0
      if (v === 1) return high + 0
      const x = start * (1 - v) + end * v
      return Math.min(high, Math.max(low, byLog ? Math.exp(x) : x)) + 0
    },
    indexOf: () => Number.NaN,
    valueAt: () => low,
    edge: (index) => index,
    contains: (value) => typeof value === 'number' && value >= low && value <= high,
  }
}

/** What tells one column of cells from another. */
interface Cells extends Pick<Column, 'size' | 'indexOf' | 'valueAt' | 'edge'> {
  readonly kind: 'discrete' | 'categorical'
  /** Middle of a cell. */
  middle(index: number): number
  /** Index of the value nearest to a number; NaN or an index outside the range are put right. */
  nearest(value: ParamValue): number
  /** The cell at u, give or take one: rounding is put right by the edges. */
  cellNear(u: number): number
}

function cellColumn(cells: Cells): Column {
  const { kind, size, indexOf, valueAt, edge, nearest, cellNear } = cells
  // NaN becomes 0.
  const clampIndex = (index: number): number => (index > 0 ? Math.min(index, size - 1) : 0)
  return {
    kind,
    size,
    indexOf,
    valueAt,
    edge,
    contains: (value) => indexOf(value) >= 0,
    encode(value) {
      const index = clampIndex(nearest(value))
      const middle = cells.middle(index)
      // Between neighbouring doubles there is no middle.
      return middle < edge(index + 1) ? middle : edge(index)
    },
    decode(u) {
      const v = clampUnit(u)
      if (v === 1) return valueAt(size - 1)
      const index = clampIndex(cellNear(v))
      if (edge(index) > v) return valueAt(clampIndex(index - 1))
      return valueAt(edge(index + 1) <= v ? clampIndex(index + 1) : index)
    },
  }
}

const evenCells = (size: number): Pick<Cells, 'size' | 'edge' | 'middle' | 'cellNear'> => ({
  size,
  middle: (index) => (index + 0.5) / size,
  edge: (index) => index / size,
  cellNear: (u) => Math.floor(u * size),
})

function singleColumn(only: number): Column {
  const indexOf = (value: ParamValue) => (value === only ? 0 : -1)
  return cellColumn({ ...evenCells(1), kind: 'discrete', indexOf, valueAt: () => only + 0, nearest: () => 0 })
}

const indexIn =
  (grid: Grid) =>
  (value: ParamValue): number => {
    if (typeof value !== 'number') return -1
    const index = grid.nearest(value)
    return index >= 0 && index < grid.size && grid.isAt(index, value) ? index + 0 : -1
  }

function gridColumn(grid: Grid): Column {
  return cellColumn({
    ...evenCells(grid.size),
    kind: 'discrete',
    indexOf: indexIn(grid),
    valueAt: (index) => grid.valueAt(index) + 0,
    nearest: (value) => grid.nearest(Number(value)),
  })
}

/** Integers on a log scale: value v owns [ln(v − ½), ln(v + ½)), so that each draw of u rounds to a value in range. */
function logIntColumn(grid: Grid): Column {
  const { size, valueAt } = grid
  const low = valueAt(0)
  const start = Math.log(low - 0.5)
  const width = Math.log(valueAt(size - 1) + 0.5) - start
  const edge = (index: number): number => {
    if (index <= 0) return 0
    return index >= size ? 1 : clampUnit((Math.log(low + index - 0.5) - start) / width)
  }
  return cellColumn({
    kind: 'discrete',
    size,
    indexOf: indexIn(grid),
    valueAt,
    edge,
    middle: (index) => (edge(index) + edge(index + 1)) / 2,
    nearest: (value) => grid.nearest(Number(value)),
    cellNear: (u) => Math.round(Math.exp(start + u * width)) - low,
  })
}

function categoricalColumn(choices: readonly ParamValue[]): Column {
  // A Map tells values apart as sameValue does. Foreign lists may hold one twice; the first counts.
  const indices = new Map<ParamValue, number>()
  for (const [i, option] of choices.entries()) if (!indices.has(option)) indices.set(option, i)
  const indexOf = (value: ParamValue) => indices.get(value) ?? -1
  return cellColumn({
    ...evenCells(choices.length),
    kind: 'categorical',
    indexOf,
    valueAt: (index) => choices[index] ?? null,
    nearest: indexOf,
  })
}
