import type { Value } from './graph.ts'
import { add, divide, minimum, squareRoot } from './operations/arithmetic.ts'
import { sumOfSquares } from './operations/reduction.ts'

/**
 * What shortens all gradients together to a length of `limit` where they are longer (Pascanu et al. 2013, with PyTorch's guard
 * against a length of 0); at most 1.
 */
export function gradientFactor(gradients: readonly Value[], limit: Value): Value {
  const length = squareRoot(gradients.map(sumOfSquares).reduce((total, value) => add(total, value)))
  return minimum(divide(limit, add(length, 1e-6)), 1)
}
