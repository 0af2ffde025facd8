import { apply, integer, type Operand, type Operation, type Value } from '../graph.ts'
import { sumTo } from './reduction.ts'
import { broadcastShape, sameShape } from './shapes.ts'

const Add: Operation = {
  type: 'Add',
  simd: 0xe4,
  shape: broadcastShape,
  gradient: ({ inputs: [a, b], upstream }) => [() => sumTo(upstream, a!), () => sumTo(upstream, b!)],
}
const Subtract: Operation = {
  type: 'Sub',
  simd: 0xe5,
  shape: broadcastShape,
  gradient: ({ inputs: [a, b], upstream }) => [() => sumTo(upstream, a!), () => sumTo(negate(upstream), b!)],
}
const Multiply: Operation = {
  type: 'Mul',
  simd: 0xe6,
  shape: broadcastShape,
  gradient: ({ inputs: [a, b], upstream }) => [
    () => sumTo(multiply(upstream, b!), a!),
    () => sumTo(multiply(upstream, a!), b!),
  ],
}
const Divide: Operation = {
  type: 'Div',
  simd: 0xe7,
  shape: broadcastShape,
  gradient: ({ inputs: [a, b], output, upstream }) => [
    () => sumTo(divide(upstream, b!), a!),
    () => sumTo(negate(divide(multiply(upstream, output), b!)), b!),
  ],
}
const Negate: Operation = {
  type: 'Neg',
  simd: 0xe1,
  shape: sameShape,
  gradient: ({ upstream }) => [() => negate(upstream)],
}
const SquareRoot: Operation = {
  type: 'Sqrt',
  simd: 0xe3,
  shape: sameShape,
  gradient: ({ output, upstream }) => [() => divide(multiply(upstream, 0.5), output)],
}
const Absolute: Operation = {
  type: 'Abs',
  simd: 0xe0,
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
const Minimum: Operation = { type: 'Min', simd: 0xe8, shape: broadcastShape }
const Maximum: Operation = { type: 'Max', simd: 0xe9, shape: broadcastShape }

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
/** The larger of both. Not differentiable. */
export const maximum = (a: Operand, b: Operand): Value => apply(Maximum, [a, b])
// A comparison and a cast take a third of the time of Sign, a sixth of that of Where (ONNX Runtime, measured).
/** 1 where `x` is above 0, else 0. Not differentiable. */
export const isPositive = (x: Value): Value => toFloat(apply(Greater, [x, 0]))
/** 1 where `a` equals `b`, else 0. Not differentiable. */
export const isEqual = (a: Operand, b: Operand): Value => toFloat(apply(Equal, [a, b]))
const toFloat = (x: Value): Value => apply(FromBool, [x], { to: integer(ONNX_FLOAT) })
