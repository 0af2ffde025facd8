import {
  apply,
  constant,
  type Dimension,
  integer,
  integers,
  type Operation,
  type Shape,
  unite,
  type Value,
} from '../graph.ts'

/*
 * Rearranging without arithmetic. Sizes that are known only when the graph runs are named, never counted: reshapes say 0 for
 * "as before" and -1 for "what remains", as ONNX does.
 */

const ShapeOf: Operation = { type: 'Shape', shape: ([x]) => [x!.shape.length], elementType: 'int64' }
const IntegerAdd: Operation = { type: 'Add', shape: () => [1], elementType: 'int64' }

const whole = (x: Value, values: readonly number[]): Value => constant(x.graph, values, [values.length], 'int64')

/** The sizes of `x` as a value, while running. */
export const shapeOf = (x: Value): Value => apply(ShapeOf, [x])

/**
 * `x` in another shape.
 *
 * @param sizes per axis: a size, 0 for that of the same axis of `x`, or -1 (once) for what remains
 * @param shape what the compiler knows the result by
 */
export const reshape = (x: Value, sizes: readonly number[], shape: Shape): Value => reshapeBy(x, whole(x, sizes), shape)

/** `x` in the shape of `like`. */
export const reshapeLike = (x: Value, like: Value): Value => reshapeBy(x, shapeOf(like), like.shape)

function reshapeBy(x: Value, sizes: Value, shape: Shape): Value {
  const Reshape: Operation = {
    type: 'Reshape',
    shape: () => shape,
    gradient: ({ upstream }) => [() => reshapeLike(upstream, x), undefined],
  }
  return apply(Reshape, [x, sizes])
}

/** `x` with new axes of size 1, which stand at `axes` of the result. Unlike a reshape it keeps the names of sizes known to the runtime. */
export function insertAxes(x: Value, axes: readonly number[]): Value {
  const shape = [...x.shape]
  for (const axis of axes) shape.splice(axis, 0, 1)
  const Unsqueeze: Operation = {
    type: 'Unsqueeze',
    shape: () => shape,
    gradient: ({ upstream }) => [() => dropAxes(upstream, axes), undefined],
  }
  return axes.length === 0 ? x : apply(Unsqueeze, [x, whole(x, axes)])
}

/** `x` without `axes`, which have size 1. */
export function dropAxes(x: Value, axes: readonly number[]): Value {
  const Squeeze: Operation = {
    type: 'Squeeze',
    shape: () => x.shape.filter((_, axis) => !axes.includes(axis)),
    gradient: ({ upstream }) => [() => insertAxes(upstream, axes), undefined],
  }
  return axes.length === 0 ? x : apply(Squeeze, [x, whole(x, axes)])
}

/** The same value known by another shape: where two names mean one size. */
export function relabel(x: Value, shape: Shape): Value {
  for (const [axis, size] of shape.entries()) unite(x.graph, x.shape[axis]!, size)
  const Identity: Operation = {
    type: 'Identity',
    shape: () => shape,
    gradient: ({ upstream }) => [() => relabel(upstream, x.shape)],
  }
  return apply(Identity, [x])
}

/** Axis `i` of the result is axis `order[i]` of `x`. */
export function transpose(x: Value, order: readonly number[]): Value {
  const Transpose: Operation = {
    type: 'Transpose',
    shape: () => order.map((axis) => x.shape[axis]!),
    gradient: ({ upstream }) => [
      () =>
        transpose(
          upstream,
          order.map((_, axis) => order.indexOf(axis)),
        ),
    ],
  }
  return apply(Transpose, [x], { perm: integers(order) })
}

/** Every `step`-th entry along `axis`, `count` of them from `start`. Not differentiable. */
export function slice(
  x: Value,
  axis: number,
  { start, count, step = 1 }: { start: number; count: number; step?: number },
): Value {
  if (start === 0 && step === 1 && x.shape[axis] === count) return x
  const Slice: Operation = { type: 'Slice', shape: () => x.shape.with(axis, count) }
  const bounds = [[start], [start + (count - 1) * step + 1], [axis], [step]].map((values) => whole(x, values))
  return apply(Slice, [x, ...bounds])
}

/** Zeros around the last axes of `x`: [before, after] for each of them. Not differentiable. */
export function pad(x: Value, zeros: readonly (readonly [number, number])[]): Value {
  if (zeros.every(([before, after]) => before === 0 && after === 0)) return x
  const first = x.shape.length - zeros.length
  const around = x.shape.map((_, axis) => zeros[axis - first] ?? [0, 0])
  const Pad: Operation = {
    type: 'Pad',
    shape: () =>
      x.shape.map((size, axis) => (axis < first ? size : Number(size) + around[axis]![0] + around[axis]![1])),
  }
  const amounts = [...around.map(([before]) => before!), ...around.map(([, after]) => after!)]
  return apply(Pad, [x, whole(x, amounts)])
}

/** Cuts the last axes of `x` down to `sizes`, from their beginning. */
export function crop(x: Value, sizes: readonly number[]): Value {
  const first = x.shape.length - sizes.length
  const missing = sizes.map((size, axis): [number, number] => [0, Number(x.shape[first + axis]) - size])
  if (missing.every(([, count]) => count === 0)) return x
  const Slice: Operation = {
    type: 'Slice',
    shape: () => [...x.shape.slice(0, first), ...sizes],
    gradient: ({ upstream }) => [() => pad(upstream, missing)],
  }
  const axes = sizes.map((_, axis) => first + axis)
  return apply(Slice, [
    x,
    whole(
      x,
      sizes.map(() => 0),
    ),
    whole(x, sizes),
    whole(x, axes),
  ])
}

/** Values one after the other along `axis`, whose size is known as `size`. */
export function concatenate(values: readonly Value[], axis: number, size: Dimension): Value {
  const Concat: Operation = {
    type: 'Concat',
    shape: ([first]) => first!.shape.with(axis, size),
    gradient: ({ upstream }) => values.map((_, index) => () => portion(upstream, values, index, axis)),
  }
  const [only] = values
  return values.length === 1 && only ? only : apply(Concat, values, { axis: integer(axis) })
}

/** The part of `x` that belongs to `values[index]`, where `x` is laid out as their concatenation along `axis`. */
function portion(x: Value, values: readonly Value[], index: number, axis: number): Value {
  const sizeAlong: Operation = { type: 'Shape', shape: () => [1], elementType: 'int64' }
  const range = { start: integer(axis), end: integer(axis + 1) }
  const starts = values
    .slice(0, index)
    .reduce((total, value) => apply(IntegerAdd, [total, apply(sizeAlong, [value], range)]), whole(x, [0]))
  const ends = apply(IntegerAdd, [starts, apply(sizeAlong, [values[index]!], range)])
  const Slice: Operation = { type: 'Slice', shape: () => values[index]!.shape }
  return apply(Slice, [x, starts, ends, whole(x, [axis])])
}
