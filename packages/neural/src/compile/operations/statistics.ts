import { apply, integer, type Operation, type Value } from '../graph.ts'
import { divide } from './arithmetic.ts'
import { sum } from './reduction.ts'

const FLOAT = 1
// A count does not change with the values counted: no gradient flows.
const Size: Operation = { type: 'Size', shape: () => [], elementType: 'int64', gradient: () => [] }
const ToFloat: Operation = { type: 'Cast', shape: ([x]) => x!.shape, gradient: () => [] }

/** The average over `axes` (default: all), which stay as size 1. */
export function mean(x: Value, axes: readonly number[] = x.shape.map((_, axis) => axis)): Value {
  const total = sum(x, axes)
  const sizes = axes.map((axis) => x.shape[axis])
  if (sizes.every((size) => typeof size === 'number'))
    return divide(
      total,
      sizes.reduce((a, b) => a * b, 1),
    )
  // A symbolic size, such as the batch, is counted while running.
  return divide(total, divide(count(x), count(total)))
}

/** The number of elements of `x`, as a scalar worked out while running. */
export const count = (x: Value): Value => apply(ToFloat, [apply(Size, [x])], { to: integer(FLOAT) })
