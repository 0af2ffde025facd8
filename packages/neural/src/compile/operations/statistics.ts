import { apply, type Dimension, type Graph, integer, type Operand, type Operation, type Value } from '../graph.ts'
import { divide, multiply } from './arithmetic.ts'
import { sum } from './reduction.ts'

const FLOAT = 1
// Sizes do not change with the values counted: no gradient flows.
const SizeAlong: Operation = { type: 'Shape', shape: () => [1], elementType: 'int64', gradient: () => [] }
const ToFloat: Operation = { type: 'Cast', shape: ([x]) => x!.shape, gradient: () => [] }

/** The average over `axes` (default: all), which stay as size 1. */
export const mean = (x: Value, axes: readonly number[] = x.shape.map((_, axis) => axis)): Value =>
  divide(sum(x, axes), countAlong(x, axes))

/** How many numbers of `x` there are along `axes`: a number where sizes are known, else worked out while running. */
export function countAlong(x: Value, axes: readonly number[]): Operand {
  const known = axes.reduce((total, axis) => total * (typeof x.shape[axis] === 'number' ? x.shape[axis] : 1), 1)
  return axes.reduce<Operand>((total, axis) => {
    const size = x.shape[axis]!
    if (typeof size === 'number') return total
    const counted = sizeNamed(x, axis, size)
    return total === 1 ? counted : multiply(counted, total)
  }, known)
}

/** Graphs grow slower to open than in step with their nodes: each size is counted once. */
const counted = new WeakMap<Graph, Map<Dimension, Value>>()

/** The size of an axis with a name, as a value of one element. */
function sizeNamed(x: Value, axis: number, name: Dimension): Value {
  const sizes = counted.get(x.graph) ?? new Map<Dimension, Value>()
  counted.set(x.graph, sizes)
  const earlier = sizes.get(name)
  if (earlier) return earlier
  const size = apply(SizeAlong, [x], { start: integer(axis), end: integer(axis + 1) })
  const value = apply(ToFloat, [size], { to: integer(FLOAT) })
  sizes.set(name, value)
  return value
}
