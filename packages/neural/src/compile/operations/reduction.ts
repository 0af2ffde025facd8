import { apply, constant, integer, type Operation, type Shape, type Value } from '../graph.ts'
import { shapeOf } from './layout.ts'
import { equalShapes } from './shapes.ts'

/** Sums take their axes as a constant second input (ONNX operator set 13 and later). */
function reducedShape([x, axes]: readonly Value[], keep: boolean): Shape {
  const reduced = axes?.source.kind === 'constant' ? axes.source.values : []
  const shape = x?.shape ?? []
  return keep
    ? shape.map((size, axis) => (reduced.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !reduced.includes(axis))
}

const ReduceSum: Operation = {
  type: 'ReduceSum',
  shape: (inputs) => reducedShape(inputs, true),
  gradient: ({ inputs: [x], upstream }) => [() => expandTo(upstream, x!), undefined],
}
/** The sum that drops its axes serves gradients of broadcasting alone and has none itself. */
const ReduceSumDropping: Operation = { type: 'ReduceSum', shape: (inputs) => reducedShape(inputs, false) }
const ReduceSumSquare: Operation = { type: 'ReduceSumSquare', shape: () => [] }
/** Sums over `axes`, which stay as size 1. */
export const sum = (x: Value, axes: readonly number[]): Value =>
  apply(ReduceSum, [x, axesConstant(x, axes)], { keepdims: integer(1) })

const axesConstant = (x: Value, axes: readonly number[]): Value => constant(x.graph, axes, [axes.length], 'int64')

/** Repeats `x` along its size-1 axes until it has the shape of `like`; by numbers where they are known, which the runtime follows best. */
function expandTo(x: Value, like: Value): Value {
  if (equalShapes(x.shape, like.shape)) return x
  const Expand: Operation = { type: 'Expand', shape: () => like.shape }
  const factors = like.shape.map((size, axis) => (x.shape[axis] === size ? 1 : size))
  const known = factors.filter((size) => typeof size === 'number')
  const sizes = known.length < factors.length ? shapeOf(like) : constant(x.graph, known, [known.length], 'int64')
  return apply(Expand, [x, sizes])
}

/** Undoes broadcasting: sums `gradient` over the axes along which `original` was repeated. */
export function sumTo(gradient: Value, original: Value): Value {
  const extra = gradient.shape.length - original.shape.length
  const leading = Array.from({ length: extra }, (_, axis) => axis)
  const lowered = extra === 0 ? gradient : sumAway(gradient, leading)
  const repeated = original.shape.flatMap((size, axis) => (size === 1 && lowered.shape[axis] !== 1 ? [axis] : []))
  return repeated.length === 0 ? lowered : sum(lowered, repeated)
}

/** Sums over `axes`, which disappear. Not differentiable. */
export const sumAway = (x: Value, axes: readonly number[]): Value =>
  apply(ReduceSumDropping, [x, axesConstant(x, axes)], { keepdims: integer(0) })

/** Σ x² over everything, one number. Not differentiable. */
export const sumOfSquares = (x: Value): Value => apply(ReduceSumSquare, [x], { keepdims: integer(0) })
