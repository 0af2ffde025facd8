import { apply, integer, type Operand, type Operation, type Value } from '../graph.ts'
import { sumTo } from './reduction.ts'
import { broadcastShape, sameShape } from './shapes.ts'

const Add: Operation = {
  type: 'Add',
  shape: broadcastShape,
  gradient: ({ inputs: [a, b], upstream }) => [() => sumTo(upstream, a!), () => sumTo(upstream, b!)],
}
const Subtract: Operation = {
  type: 'Sub',
  shape: broadcastShape,
  gradient: ({ inputs: [a, b], upstream }) => [() => sumTo(upstream, a!), () => sumTo(negate(upstream), b!)],
}
const Multiply: Operation = {
  type: 'Mul',
  shape: broadcastShape,
  gradient: ({ inputs: [a, b], upstream }) => [
    () => sumTo(multiply(upstream, b!), a!),
    () => sumTo(multiply(upstream, a!), b!),
  ],
}
const Divide: Operation = {
  type: 'Div',
  shape: broadcastShape,
  gradient: ({ inputs: [a, b], output, upstream }) => [
    () => sumTo(divide(upstream, b!), a!),
    () => sumTo(negate(divide(multiply(upstream, output), b!)), b!),
  ],
}
const Negate: Operation = { type: 'Neg', shape: sameShape, gradient: ({ upstream }) => [() => negate(upstream)] }
const SquareRoot: Operation = {
  type: 'Sqrt',
  shape: sameShape,
  gradient: ({ output, upstream }) => [() => divide(multiply(upstream, 0.5), output)],
}
const Absolute: Operation = {
  type: 'Abs',
  shape: sameShape,
  gradient: ({ inputs: [x], upstream }) => [() => multiply(upstream, sign(x!))],
}
const Exponential: Operation = {
  type: 'Exp',
  shape: sameShape,
  gradient: ({ output, upstream }) => [() => multiply(upstream, output)],
}
const Clip: Operation = {
  type: 'Clip',
  shape: sameShape,
  gradient: ({ inputs: [x], output, upstream }) => [
    () => multiply(upstream, isEqual(x!, output)),
    undefined,
    undefined,
  ],
}
const Sign: Operation = { type: 'Sign', shape: sameShape }
const Greater: Operation = { type: 'Greater', shape: broadcastShape, elementType: 'bool' }
const Equal: Operation = { type: 'Equal', shape: broadcastShape, elementType: 'bool' }
const FromBool: Operation = { type: 'Cast', shape: sameShape }
const ONNX_FLOAT = 1
const Minimum: Operation = { type: 'Min', shape: broadcastShape }

export const add = (a: Operand, b: Operand): Value => apply(Add, [a, b])
export const subtract = (a: Operand, b: Operand): Value => apply(Subtract, [a, b])
export const multiply = (a: Operand, b: Operand): Value => apply(Multiply, [a, b])
export const divide = (a: Operand, b: Operand): Value => apply(Divide, [a, b])
export const negate = (x: Value): Value => apply(Negate, [x])
export const squareRoot = (x: Value): Value => apply(SquareRoot, [x])
export const absolute = (x: Value): Value => apply(Absolute, [x])
export const exponential = (x: Value): Value => apply(Exponential, [x])
export const square = (x: Value): Value => multiply(x, x)
/** Limits `x` to `low` … `high`; outside, no gradient flows. */
export const clip = (x: Value, low: Operand, high: Operand): Value => apply(Clip, [x, low, high])
/** -1, 0 or 1. Not differentiable. */
export const sign = (x: Value): Value => apply(Sign, [x])
/** The smaller of both. Not differentiable. */
export const minimum = (a: Operand, b: Operand): Value => apply(Minimum, [a, b])
// A comparison and a cast take a third of the time of Sign, a sixth of that of Where (ONNX Runtime, measured).
/** 1 where `x` is above 0, else 0. Not differentiable. */
export const isPositive = (x: Value): Value => toFloat(apply(Greater, [x, 0]))
/** 1 where `a` equals `b`, else 0. Not differentiable. */
export const isEqual = (a: Operand, b: Operand): Value => toFloat(apply(Equal, [a, b]))
const toFloat = (x: Value): Value => apply(FromBool, [x], { to: integer(ONNX_FLOAT) })
