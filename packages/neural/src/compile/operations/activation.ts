import type { ActivationName } from '../../network/activation.ts'
import { type Attributes, apply, type Operation, real, type Value } from '../graph.ts'
import { add, exponential, isPositive, minimum, multiply, square, subtract } from './arithmetic.ts'
import { sameShape } from './shapes.ts'

const LEAK = 0.01
// Constants of Klambauer et al., "Self-Normalizing Neural Networks" (2017), as PyTorch writes them.
const SELU_ALPHA = 1.6732632423543772
const SELU_SCALE = 1.0507009873554805

const Relu: Operation = {
  type: 'Relu',
  shape: sameShape,
  gradient: ({ output, upstream }) => [() => multiply(upstream, isPositive(output))],
}
const LeakyRelu: Operation = {
  type: 'LeakyRelu',
  shape: sameShape,
  gradient: ({ output, upstream }) => [() => multiply(upstream, add(multiply(isPositive(output), 1 - LEAK), LEAK))],
}
const Elu: Operation = {
  type: 'Elu',
  shape: sameShape,
  // Below 0 the slope is output + 1, above it is 1.
  gradient: ({ output, upstream }) => [() => multiply(upstream, add(minimum(output, 0), 1))],
}
const Selu: Operation = {
  type: 'Selu',
  shape: sameShape,
  // Below 0 the slope is output + scale · alpha, above it is the scale.
  gradient: ({ output, upstream }) => [
    () => {
      const jump = multiply(isPositive(output), SELU_SCALE * (1 - SELU_ALPHA))
      return multiply(upstream, add(add(minimum(output, 0), SELU_SCALE * SELU_ALPHA), jump))
    },
  ],
}
const Tanh: Operation = {
  type: 'Tanh',
  shape: sameShape,
  gradient: ({ output, upstream }) => [() => multiply(upstream, subtract(1, square(output)))],
}
const Sigmoid: Operation = {
  type: 'Sigmoid',
  shape: sameShape,
  gradient: ({ output, upstream }) => [() => multiply(upstream, multiply(output, subtract(1, output)))],
}
const Softplus: Operation = {
  type: 'Softplus',
  shape: sameShape,
  gradient: ({ inputs: [x], upstream }) => [() => multiply(upstream, sigmoid(x!))],
}
const Erf: Operation = {
  type: 'Erf',
  shape: sameShape,
  gradient: ({ inputs: [x], upstream }) => [
    () => multiply(upstream, multiply(exponential(multiply(square(x!), -1)), 2 / Math.sqrt(Math.PI))),
  ],
}

const unary = (operation: Operation, x: Value, attributes: Attributes = {}): Value => apply(operation, [x], attributes)

export const relu = (x: Value): Value => unary(Relu, x)
export const tanh = (x: Value): Value => unary(Tanh, x)
export const sigmoid = (x: Value): Value => unary(Sigmoid, x)
export const softplus = (x: Value): Value => unary(Softplus, x)

/** x Φ(x), Φ the normal distribution function. Hendrycks, Gimpel (2016). */
const gelu = (x: Value): Value => multiply(x, multiply(add(unary(Erf, multiply(x, Math.SQRT1_2)), 1), 0.5))

/** GELU by its hyperbolic-tangent approximation, same paper. */
const geluTanh = (x: Value): Value => {
  const inner = multiply(multiply(x, add(multiply(square(x), 0.044715), 1)), Math.sqrt(2 / Math.PI))
  return multiply(x, multiply(add(tanh(inner), 1), 0.5))
}

/** Applies the activation called `name`. */
export function activate(name: ActivationName, x: Value): Value {
  switch (name) {
    case 'relu':
      return relu(x)
    case 'leakyRelu':
      return unary(LeakyRelu, x, { alpha: real(LEAK) })
    case 'elu':
      return unary(Elu, x, { alpha: real(1) })
    case 'selu':
      return unary(Selu, x, { alpha: real(SELU_ALPHA), gamma: real(SELU_SCALE) })
    case 'gelu':
      return gelu(x)
    case 'geluTanh':
      return geluTanh(x)
    case 'silu':
      return multiply(x, sigmoid(x))
    case 'tanh':
      return tanh(x)
    case 'sigmoid':
      return sigmoid(x)
    case 'softplus':
      return softplus(x)
    default:
      return name satisfies never
  }
}
