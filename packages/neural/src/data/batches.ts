import { DataError } from '../errors.ts'
import { sizeOf } from '../network/shape.ts'
import type { Dataset } from './dataset.ts'

/** Some examples of a data set, valid until the next batch is asked for. */
export interface Batch {
  /** Number of examples. */
  readonly count: number
  /** Row by row, `count` × the size of the data's `featureShape`. */
  readonly features: Float32Array
  /** The class of each example; empty for regression. */
  readonly labels: Int32Array
  /** Row by row; empty for classification. */
  readonly targets: Float32Array
}

/**
 * Walks through `data` in batches without allocating: for what trains elsewhere than in this package.
 *
 * In the data's own order, batches are views of its arrays. In another order, examples are gathered into one buffer, which the next batch
 * overwrites.
 *
 * @param size examples a batch, at least 1; the last batch may be smaller
 * @param order the rows to visit; default all in their order
 * @throws DataError when `size` is not a whole number of at least 1, or exceeds the rows
 */
export function* batches(data: Dataset, size: number, order?: Int32Array): Generator<Batch, void, undefined> {
  const count = order?.length ?? data.count
  if (!Number.isSafeInteger(size) || size < 1 || size > count) {
    throw new DataError(`A batch of ${size} cannot be taken from ${count} examples`, `Choose 1 … ${count}`)
  }
  const take = order ? gatherer(data, size, order) : viewer(data)
  for (let start = 0; start < count; start += size) yield take(start, Math.min(size, count - start))
}

type Take = (start: number, count: number) => Batch

function viewer(data: Dataset): Take {
  const width = sizeOf(data.featureShape)
  const outputs = data.kind === 'regression' ? data.outputs : 0
  const labels = data.kind === 'classification' ? data.labels : new Int32Array(0)
  const targets = data.kind === 'regression' ? data.targets : new Float32Array(0)
  return (start, count) => ({
    count,
    features: data.features.subarray(start * width, (start + count) * width),
    labels: labels.subarray(start, start + count),
    targets: targets.subarray(start * outputs, (start + count) * outputs),
  })
}

function gatherer(data: Dataset, size: number, order: Int32Array): Take {
  const width = sizeOf(data.featureShape)
  const outputs = data.kind === 'regression' ? data.outputs : 0
  const features = new Float32Array(size * width)
  const labels = new Int32Array(data.kind === 'classification' ? size : 0)
  const targets = new Float32Array(size * outputs)
  return (start, count) => {
    for (let i = 0; i < count; i++) {
      const row = order[start + i] ?? 0
      copyRow(data.features, features, row, i, width)
      if (data.kind === 'classification') labels[i] = data.labels[row] ?? 0
      else copyRow(data.targets, targets, row, i, outputs)
    }
    return {
      count,
      features: features.subarray(0, count * width),
      labels: labels.subarray(0, count),
      targets: targets.subarray(0, count * outputs),
    }
  }
}

function copyRow(from: Float32Array, to: Float32Array, row: number, place: number, width: number): void {
  to.set(from.subarray(row * width, (row + 1) * width), place * width)
}
