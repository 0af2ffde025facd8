import { apply, integer, type Operation, type Value } from '../graph.ts'
import { exponential, multiply, subtract } from './arithmetic.ts'
import { sum } from './reduction.ts'
import { sameShape } from './shapes.ts'

const LogSoftmax: Operation = {
  type: 'LogSoftmax',
  shape: sameShape,
  gradient: ({ output, upstream }) => [
    () => subtract(upstream, multiply(exponential(output), sum(upstream, [output.shape.length - 1]))),
  ],
}

/** Logarithm of the softmax over the last axis. */
export const logSoftmax = (x: Value): Value => apply(LogSoftmax, [x], { axis: integer(-1) })
