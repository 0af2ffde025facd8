import type { Loss } from '../network/loss.ts'
import { type Value, withGradient } from './graph.ts'
import { softplus } from './operations/activation.ts'
import {
  absolute,
  add,
  clip,
  divide,
  exponential,
  multiply,
  negate,
  square,
  subtract,
} from './operations/arithmetic.ts'
import { sum } from './operations/reduction.ts'
import { logSoftmax } from './operations/softmax.ts'
import { countAlong, mean } from './operations/statistics.ts'

/**
 * Builds the loss of `output` against `target`, both [batch, outputs]; the result has one element, shape [1, 1].
 * `weights` [batch, 1] says how much each example counts.
 * A class is a row with 1 at the class and 0 elsewhere, or any other distribution over classes (smoothed labels).
 */
export function buildLoss(kind: Loss['kind'], output: Value, target: Value, weights?: Value): Value {
  if (kind === 'crossEntropy') return crossEntropy(output, target, weights)
  const losses = lossOfEach(kind, output, target)
  return mean(weights ? multiply(losses, weights) : losses)
}

/**
 * -Σ target · log softmax(output), averaged over the batch. Its gradient in one piece, (softmax · Σ target - target) / batch, is half the
 * operations that its parts would make.
 */
function crossEntropy(output: Value, target: Value, weights: Value | undefined): Value {
  const logarithms = logSoftmax(output)
  const losses = negate(sum(multiply(target, logarithms), [1]))
  const average = mean(weights ? multiply(losses, weights) : losses)
  return withGradient(average, [output], ({ upstream }) => [
    () => {
      const perExample = divide(upstream, countAlong(output, [0]))
      const share = weights ? multiply(perExample, weights) : perExample
      const wanted = multiply(target, share)
      return subtract(multiply(exponential(logarithms), sum(wanted, [1])), wanted)
    },
  ])
}

/** The loss of each example and output: [batch, 1] or [batch, outputs]. */
function lossOfEach(kind: Exclude<Loss['kind'], 'crossEntropy'>, output: Value, target: Value): Value {
  switch (kind) {
    case 'binaryCrossEntropy':
      // -log σ(x) and -log(1 - σ(x)), written so that neither overflows.
      return subtract(softplus(output), multiply(output, target))
    case 'squaredError':
      return square(subtract(output, target))
    case 'absoluteError':
      return absolute(subtract(output, target))
    case 'huber': {
      const difference = subtract(output, target)
      const limited = clip(difference, -1, 1)
      return multiply(limited, add(difference, multiply(limited, -0.5)))
    }
    default:
      return kind satisfies never
  }
}
