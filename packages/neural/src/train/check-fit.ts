import type { Dataset } from '../data/dataset.ts'
import { DataError } from '../errors.ts'
import type { Loss } from '../network/loss.ts'
import type { Network } from '../network/network.ts'
import { requireOneOf } from '../network/require.ts'
import { showShape, sizeOf } from '../network/shape.ts'
import type { Model } from './model.ts'

/** The loss that suits `data` and `network` when none is named. */
export function defaultLoss(network: Network, data: Dataset): Loss {
  if (data.kind === 'regression') return { kind: 'squaredError' }
  return network.outputs === 1 && data.classes === 2 ? { kind: 'binaryCrossEntropy' } : { kind: 'crossEntropy' }
}

/** @throws DataError when `data` is empty or does not fit the network's inputs and outputs under `loss`; NetworkError for an unknown loss */
export function checkFit(network: Network, data: Dataset, loss: Loss, part: string): void {
  if (data.count === 0) throw new DataError(`The ${part} data is empty`, 'Give it at least one example')
  checkFeatureShape(network, data, part)
  checkCategories(network, data, part)
  const wanted = outputsFor(data, loss)
  if (wanted !== network.outputs) {
    const need = `${loss.kind} on the ${part} data needs ${wanted} outputs`
    throw new DataError(
      `${need}, the network has ${network.outputs}`,
      'Change the units of the last dense layer, or the loss',
    )
  }
}

/** Shapes must be equal, or one of them flat: the order of the numbers is the same then. */
function checkFeatureShape(network: Network, { featureShape }: Dataset, part: string): void {
  const { inputShape, inputs } = network
  const isFlat = featureShape.length === 1 || inputShape.length === 1
  if (isFlat ? sizeOf(featureShape) === inputs : showShape(featureShape) === showShape(inputShape)) return
  const wanted = inputShape.length === 1 ? `${inputs} inputs` : `inputs of shape ${showShape(inputShape)}`
  const came = `${sizeOf(featureShape)} features of shape ${showShape(featureShape)}`
  throw new DataError(`The network takes ${wanted}, the ${part} data has ${came}`, 'Make them equal')
}

/** An embedding looks rows up: a category it does not have would be read from nowhere. */
function checkCategories({ layers: [first], inputs }: Network, { count, features }: Dataset, part: string): void {
  for (const { column, categories } of first?.kind === 'embedding' ? first.columns : []) {
    for (let row = 0; row < count; row++) {
      const value = features[row * inputs + column] ?? Number.NaN
      if (Number.isInteger(value) && value >= 0 && value < categories) continue
      const place = `Column ${column} of the ${part} data is ${value} in example ${row}`
      throw new DataError(
        `${place}, its embedding takes whole numbers from 0 to ${categories - 1}`,
        'Number categories from 0, keep one for the unknown, and do not standardise them',
      )
    }
  }
}

const lossKinds = [
  'crossEntropy',
  'binaryCrossEntropy',
  'squaredError',
  'absoluteError',
  'huber',
] satisfies Loss['kind'][]

function outputsFor(data: Dataset, loss: Loss): number {
  requireOneOf('loss.kind', loss.kind, lossKinds)
  if (data.kind === 'regression') {
    if (loss.kind !== 'crossEntropy' && loss.kind !== 'binaryCrossEntropy') return data.outputs
    throw new DataError(
      `${loss.kind} is for classes, the data holds numbers`,
      'Use squaredError, absoluteError or huber',
    )
  }
  if (loss.kind === 'crossEntropy') return data.classes
  if (loss.kind === 'binaryCrossEntropy' && data.classes === 2) return 1
  throw new DataError(
    `${loss.kind} does not suit ${data.classes} classes`,
    'Use crossEntropy, or binaryCrossEntropy for two',
  )
}

/** @throws DataError when a tensor of `model` is missing or has not the size its network gives it */
export function checkModel({ network, tensors }: Model): void {
  for (const { name, shape } of network.tensors) {
    const size = tensors.get(name)?.length
    if (size === sizeOf(shape)) continue
    const problem = `The model's tensor "${name}" ${size === undefined ? 'is missing' : `has ${size} numbers`}`
    throw new DataError(`${problem}, its network gives it the shape ${showShape(shape)}`, 'Make models by createModel')
  }
}

/** @throws DataError unless `threads` is a whole number of at least 1 */
export function checkThreads(threads = 1): void {
  if (Number.isSafeInteger(threads) && threads >= 1) return
  throw new DataError(`threads must be a whole number, at least 1, got ${threads}`, 'Change it')
}
