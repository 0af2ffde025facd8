import { type Building, tensor, widthOf } from './building.ts'
import { type GradientRule, type Value, withGradient } from './graph.ts'
import { add, divide, multiply, negate, square, squareRoot, subtract } from './operations/arithmetic.ts'
import { dropAxes, insertAxes } from './operations/layout.ts'
import { sum } from './operations/reduction.ts'
import { countAlong, mean } from './operations/statistics.ts'

interface Moments {
  readonly momentum: number
  readonly epsilon: number
}

/** Batch normalisation per feature or channel; while training it also moves the running statistics. */
export function batchNorm(building: Building, path: string, x: Value, { momentum, epsilon }: Moments): Value {
  const width = widthOf(x)
  const runningMean = tensor(building, `${path}.runningMean`, [width])
  const runningVariance = tensor(building, `${path}.runningVariance`, [width])
  const scale = tensor(building, `${path}.weight`, [width])
  const shift = tensor(building, `${path}.bias`, [width])
  if (!building.isTraining) {
    const factor = divide(alongChannels(scale, x), squareRoot(add(alongChannels(runningVariance, x), epsilon)))
    return add(multiply(subtract(x, alongChannels(runningMean, x)), factor), alongChannels(shift, x))
  }
  const axes = othersThanChannels(x)
  const average = mean(x, axes)
  const centred = subtract(x, average)
  const variance = mean(square(centred), axes)
  const examples = countAlong(x, axes)
  // The running variance is the unbiased one, the one used for scaling is not: Ioffe, Szegedy (2015), and PyTorch.
  const unbiased = multiply(variance, divide(examples, subtract(examples, 1)))
  const row = (value: Value): Value => dropAxes(value, axes)
  building.statistics.set(`${path}.runningMean`, moveTowards(runningMean, row(average), momentum))
  building.statistics.set(`${path}.runningVariance`, moveTowards(runningVariance, row(unbiased), momentum))
  const inverse = divide(1, squareRoot(add(variance, epsilon)))
  return scaled({ x, centred, inverse, scale, shift, axes })
}

/** Layer normalisation over all numbers of an example, scale and shift per feature or channel. */
export function layerNorm(building: Building, path: string, x: Value, epsilon: number): Value {
  const axes = x.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis]))
  const centred = subtract(x, mean(x, axes))
  const normal = divide(centred, squareRoot(add(mean(square(centred), axes), epsilon)))
  const scale = alongChannels(tensor(building, `${path}.weight`, [widthOf(x)]), x)
  return add(multiply(normal, scale), alongChannels(tensor(building, `${path}.bias`, [widthOf(x)]), x))
}

/** What a batch normalisation has worked out: centred = x - mean and inverse = 1 / deviation, over `axes`. */
interface Normalized {
  readonly x: Value
  readonly centred: Value
  readonly inverse: Value
  readonly scale: Value
  readonly shift: Value
  readonly axes: readonly number[]
}

/**
 * y = centred · inverse · scale + shift, with the gradient of Ioffe, Szegedy (2015), gathered so that large tensors are passed over
 * four times: dx = inverse · scale · (dy - mean(dy) - centred · inverse² · mean(dy · centred)).
 */
function scaled({ x, centred, inverse, scale, shift, axes }: Normalized): Value {
  const factor = multiply(inverse, alongChannels(scale, x))
  const output = add(multiply(centred, factor), alongChannels(shift, x))
  const row = (value: Value): Value => dropAxes(value, axes)
  const gradient: GradientRule = ({ upstream }) => {
    const total = sum(upstream, axes)
    const together = sum(multiply(upstream, centred), axes)
    const examples = countAlong(x, axes)
    const slope = negate(divide(multiply(square(inverse), together), examples))
    return [
      () => multiply(add(subtract(upstream, divide(total, examples)), multiply(centred, slope)), factor),
      () => row(multiply(together, inverse)),
      () => row(total),
    ]
  }
  return withGradient(output, [x, scale, shift], gradient)
}

/** [width] so that it goes along the channels of `x`. */
const alongChannels = (values: Value, x: Value): Value =>
  x.shape.length === 2 ? values : insertAxes(values, othersThanChannels(x))

const othersThanChannels = (x: Value): readonly number[] => Array.from(x.shape.keys()).filter((axis) => axis !== 1)

const moveTowards = (from: Value, to: Value, share: number): Value => add(from, multiply(subtract(to, from), share))
