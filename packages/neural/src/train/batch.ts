import type { Dataset } from '../data/dataset.ts'
import { DataError } from '../errors.ts'
import type { Loss } from '../network/loss.ts'
import type { Network } from '../network/network.ts'
import { showShape, sizeOf } from '../network/shape.ts'
import type { RuntimeTensor } from '../runtime/runtime.ts'

/** Room for a batch of features and targets, filled again and again. */
export interface BatchBuffer {
  readonly features: RuntimeTensor
  readonly target: RuntimeTensor
  /** How much each example counts, where a graph asks for it. */
  readonly weights?: RuntimeTensor
}

/** How labels become targets. */
export interface TargetRule {
  /** Share of the label spread over all classes. */
  readonly smoothing: number
  readonly classWeights: Float64Array | undefined
}

/** The first `size` rows of `buffer`, over the same memory. */
export function firstRows(tensor: RuntimeTensor, size: number): RuntimeTensor {
  const [, ...rest] = tensor.shape
  return { values: tensor.values.subarray(0, size * sizeOf(rest)), shape: [size, ...rest] }
}

export function createBatchBuffer(network: Network, size: number, isWeighted = false): BatchBuffer {
  const tensor = (shape: readonly number[]): RuntimeTensor => ({
    values: new Float32Array(size * sizeOf(shape)),
    shape: [size, ...shape],
  })
  const buffer = { features: tensor(network.inputShape), target: tensor([network.outputs]) }
  return isWeighted ? { ...buffer, weights: tensor([1]) } : buffer
}

/** Copies the examples `rows` of `data` into `buffer`. */
export function fillBatch(buffer: BatchBuffer, data: Dataset, rows: Int32Array, rule: TargetRule): void {
  const width = sizeOf(buffer.features.shape.slice(1))
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    buffer.features.values.set(data.features.subarray(row * width, (row + 1) * width), i * width)
    fillTarget(buffer.target, data, row, i, rule.smoothing)
  }
  if (rule.classWeights && data.kind === 'classification') weighClasses(buffer, data.labels, rows, rule.classWeights)
}

function fillTarget(target: RuntimeTensor, data: Dataset, row: number, place: number, smoothing: number): void {
  const [, outputs = 1] = target.shape
  const { values } = target
  if (data.kind === 'regression') {
    values.set(data.targets.subarray(row * outputs, (row + 1) * outputs), place * outputs)
    return
  }
  const label = data.labels[row] ?? 0
  if (outputs === 1) {
    values[place] = label
    return
  }
  values.fill(smoothing / outputs, place * outputs, (place + 1) * outputs)
  values[place * outputs + label] = 1 - smoothing + smoothing / outputs
}

/**
 * Makes the mean over the batch a weighted one, as PyTorch's: by the target where a class is a row (a smoothed share counts as its
 * own class does), else by the weight of the example.
 */
function weighClasses(buffer: BatchBuffer, labels: Int32Array, rows: Int32Array, weights: Float64Array): void {
  let total = 0
  for (const row of rows) total += weights[labels[row]!]!
  const scale = total > 0 ? rows.length / total : 0
  const { weights: examples, target } = buffer
  const [, outputs = 1] = target.shape
  for (let i = 0; i < rows.length; i++) {
    if (examples) examples.values[i] = weights[labels[rows[i]!]!]! * scale
    else for (let c = 0; c < outputs; c++) target.values[i * outputs + c]! *= weights[c]! * scale
  }
}

/** The loss that suits `data` and `network` when none is named. */
export function defaultLoss(network: Network, data: Dataset): Loss {
  if (data.kind === 'regression') return { kind: 'squaredError' }
  return network.outputs === 1 && data.classes === 2 ? { kind: 'binaryCrossEntropy' } : { kind: 'crossEntropy' }
}

/** @throws DataError when `data` is empty or does not fit the network's inputs and outputs under `loss` */
export function checkFit(network: Network, data: Dataset, loss: Loss, part: string): void {
  if (data.count === 0) throw new DataError(`The ${part} data is empty`, 'Give it at least one example')
  checkFeatureShape(network, data, part)
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

function outputsFor(data: Dataset, loss: Loss): number {
  if (data.kind === 'regression') return data.outputs
  if (loss.kind === 'crossEntropy') return data.classes
  if (loss.kind === 'binaryCrossEntropy' && data.classes === 2) return 1
  throw new DataError(
    `${loss.kind} does not suit ${data.classes} classes`,
    'Use crossEntropy, or binaryCrossEntropy for two',
  )
}
