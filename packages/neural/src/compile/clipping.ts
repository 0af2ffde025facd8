import type { Value } from './graph.ts'
import { add, clip, divide, minimum, multiply, negate, square, squareRoot } from './operations/arithmetic.ts'
import { sumAway } from './operations/reduction.ts'

/**
 * Limits gradients: 'norm' shortens all of them together to a length of `limit` where they are longer (Pascanu et al. 2013, with
 * PyTorch's guard against a length of 0), 'value' limits every entry to ± `limit`.
 */
export function clipGradients(gradients: readonly Value[], kind: 'norm' | 'value', limit: Value): readonly Value[] {
  switch (kind) {
    case 'value':
      return gradients.map((gradient) => clip(gradient, negate(limit), limit))
    case 'norm': {
      const squares = gradients.map((gradient) => sumAway(square(gradient), Array.from(gradient.shape.keys())))
      const length = squareRoot(squares.reduce((total, value) => add(total, value)))
      const factor = minimum(divide(limit, add(length, 1e-6)), 1)
      return gradients.map((gradient) => multiply(gradient, factor))
    }
    default:
      return kind satisfies never
  }
}
