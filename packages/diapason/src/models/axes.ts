import type { Column } from '../space/column.ts'
import type { Condition, SearchSpace } from '../space/search-space.ts'

/** Finite axes up to this size keep the positions of their values in a table. */
const TABLE_SIZE = 1024

/**
 * A search space laid out in arrays, for kernels: one axis a parameter, coordinates in [0, 1], NaN where inactive.
 * A settled coordinate of a finite axis is exactly the position of one of its values.
 */
export interface Axes {
  readonly count: number
  /** Number of values; Infinity when continuous. */
  readonly size: Float64Array
  /** 1: values without order. */
  readonly unordered: Uint8Array
  /** Index of the parent axis, −1 where always active. */
  readonly parent: Int32Array
  /** No continuous axis is always active: different suggestions may be the same point. */
  readonly mayRepeat: boolean
  /** The cell of a finite axis in which a coordinate lies. */
  cellOf(axis: number, u: number): number
  /** Left edge of a cell of a finite axis; edge(axis, size) is 1. */
  edge(axis: number, cell: number): number
  /** Puts coordinates on finite axes in place and NaN on inactive axes; parents decide, whatever a child holds. O(count). */
  settle(u: Float64Array): void
}

/** The axes of a space. O(parameters + values of small finite ones). */
export function axesOf(space: SearchSpace): Axes {
  const { parameters } = space
  const index = new Map(parameters.map(({ name }, j) => [name, j]))
  const columns = parameters.map(({ column }) => column)
  const size = Float64Array.from(columns, (column) => column.size)
  const parent = Int32Array.from(parameters, ({ condition }) =>
    condition === undefined ? -1 : index.get(condition.parent)!,
  )
  const opens = parameters.map(({ condition }, j) =>
    condition === undefined ? undefined : opening(condition, columns[parent[j]!]!),
  )
  const isEven = columns.map(hasEvenCells)
  const positions = columns.map(positionsOf)

  function cellOf(j: number, u: number): number {
    if (isEven[j]) return Math.min(size[j]! - 1, Math.floor(u * size[j]!))
    return Math.max(0, columns[j]!.indexOf(columns[j]!.decode(u)))
  }

  return {
    count: parameters.length,
    size,
    unordered: Uint8Array.from(columns, ({ kind }) => (kind === 'categorical' ? 1 : 0)),
    parent,
    mayRepeat: !parameters.some(
      ({ condition, column }) => condition === undefined && column.size === Number.POSITIVE_INFINITY,
    ),
    cellOf,
    edge: (j, cell) => columns[j]!.edge(cell),
    settle(u) {
      for (let j = 0; j < u.length; j++) {
        const up = parent[j]!
        if (up >= 0 && (Number.isNaN(u[up]!) || opens[j]![cellOf(up, u[up]!)] !== 1)) u[j] = Number.NaN
        else if (positions[j] !== undefined) u[j] = positions[j]![cellOf(j, u[j]!)]!
        else if (size[j]! < Number.POSITIVE_INFINITY) u[j] = columns[j]!.encode(columns[j]!.decode(u[j]!))
      }
    },
  }
}

/** For each value of the parent: is the child active under it? */
function opening(condition: Condition, parent: Column): Uint8Array {
  return Uint8Array.from({ length: parent.size }, (_, i) => {
    const value = parent.valueAt(i)
    if ('atLeast' in condition) return Number(value) >= condition.atLeast ? 1 : 0
    return condition.values.some((allowed) => Object.is(allowed, value)) ? 1 : 0
  })
}

function hasEvenCells({ size, edge }: Column): boolean {
  if (size === Number.POSITIVE_INFINITY) return false
  return size === 1 || (edge(1) === 1 / size && edge(size - 1) === (size - 1) / size)
}

function positionsOf({ size, encode, valueAt }: Column): Float64Array | undefined {
  return size <= TABLE_SIZE ? Float64Array.from({ length: size }, (_, i) => encode(valueAt(i))) : undefined
}
