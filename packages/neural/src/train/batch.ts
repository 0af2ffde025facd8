import type { Dataset } from '../data/dataset.ts'
import type { Network } from '../network/network.ts'
import { sizeOf } from '../network/shape.ts'
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
