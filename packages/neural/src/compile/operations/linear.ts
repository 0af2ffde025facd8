import { type Attributes, apply, integer, type Operation, type Shape, type Value } from '../graph.ts'
import { sumTo } from './reduction.ts'

const isTransposed = (attributes: Attributes, key: 'transA' | 'transB'): boolean => attributes[key]?.value === 1

function productShape([a, b]: readonly Value[], attributes: Attributes): Shape {
  const [rows, inner] = isTransposed(attributes, 'transA') ? a!.shape.toReversed() : a!.shape
  const [innerOfB, columns] = isTransposed(attributes, 'transB') ? b!.shape.toReversed() : b!.shape
  if (rows === undefined || columns === undefined || inner !== innerOfB) {
    throw new TypeError(`cannot multiply [${a!.shape.join(', ')}] by [${b!.shape.join(', ')}]`)
  }
  return [rows, columns]
}

/** Y = op(A) op(B) + c. Only the form a dense layer takes, A not transposed and B transposed, has a gradient. */
const Gemm: Operation = {
  type: 'Gemm',
  shape: productShape,
  gradient: ({ inputs: [a, b, c], attributes, upstream }) => {
    if (isTransposed(attributes, 'transA') || !isTransposed(attributes, 'transB')) {
      throw new TypeError('only x · weightᵀ has a gradient rule')
    }
    return [
      () => apply(Gemm, [upstream, b!]),
      () => apply(Gemm, [upstream, a!], { transA: integer(1) }),
      c && (() => sumTo(upstream, c)),
    ]
  },
}

/** x · weightᵀ (+ bias) with x [batch, in], weight [out, in], bias [out]: a dense layer in PyTorch's layout. */
export const linear = (x: Value, weight: Value, bias?: Value): Value =>
  apply(Gemm, bias ? [x, weight, bias] : [x, weight], { transB: integer(1) })

const MatMul: Operation = { type: 'MatMul', shape: ([a, b]) => [...a!.shape.slice(0, -1), b!.shape.at(-1)!] }

/** a · b over the last two axes; axes before them go side by side. Not differentiable. */
export const matrixProduct = (a: Value, b: Value): Value => apply(MatMul, [a, b])
