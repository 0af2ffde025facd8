import { DataError } from '../errors.ts'
import { sizeOf } from '../network/shape.ts'

/** Examples to learn from: features row by row, and what belongs to each row. */
export type Dataset = Classification | Regression

interface Examples {
  /** Number of examples. */
  readonly count: number
  /** The shape of one example: [64], or [channels, height, width] for images. */
  readonly featureShape: readonly number[]
  /** All examples row by row, `count` × the size of `featureShape`. */
  readonly features: Float32Array
}

/** Examples with one class each. */
export interface Classification extends Examples {
  readonly kind: 'classification'
  readonly classes: number
  /** The class of each example, 0 … `classes` - 1. */
  readonly labels: Int32Array
}

/** Examples with one or more numbers each. */
export interface Regression extends Examples {
  readonly kind: 'regression'
  /** Numbers to predict per example. */
  readonly outputs: number
  /** Row by row, `count` × `outputs`. */
  readonly targets: Float32Array
}

/**
 * Checks and wraps a classification data set. Arrays are kept, not copied.
 *
 * @param parts `features` row-major; `featureShape` of one example; `labels` 0 … `classes` - 1; `classes` defaults to the largest
 *   label + 1
 * @throws DataError when lengths do not fit, a feature is not finite or a label is out of range. O(size)
 * @example classification({ features: Float32Array.of(0, 0, 1, 1), featureShape: [2], labels: Int32Array.of(0, 1) })
 */
export function classification(parts: {
  readonly features: Float32Array
  readonly featureShape: readonly number[]
  readonly labels: Int32Array
  readonly classes?: number
}): Classification {
  const { features, featureShape, labels } = parts
  checkFeatures(features, featureShape, labels.length)
  const classes = parts.classes ?? labels.reduce((most, label) => Math.max(most, label), 0) + 1
  const wrong = labels.findIndex((label) => label < 0 || label >= classes)
  if (wrong >= 0) {
    throw new DataError(
      `Example ${wrong} has label ${labels[wrong]}, but there are ${classes} classes`,
      'Number classes from 0',
    )
  }
  return { kind: 'classification', count: labels.length, featureShape, features, labels, classes }
}

/**
 * Checks and wraps a regression data set. Arrays are kept, not copied.
 *
 * @param parts `features` row-major; `featureShape` of one example; `targets` row-major, `outputs` (default 1) an example
 * @throws DataError when lengths do not fit or a number is not finite. O(size)
 */
export function regression(parts: {
  readonly features: Float32Array
  readonly featureShape: readonly number[]
  readonly targets: Float32Array
  readonly outputs?: number
}): Regression {
  const { features, featureShape, targets, outputs = 1 } = parts
  const count = targets.length / outputs
  if (!Number.isInteger(count)) {
    throw new DataError(`${targets.length} targets are not a multiple of ${outputs} outputs`, 'Check `outputs`')
  }
  checkFeatures(features, featureShape, count)
  checkFinite('target', targets, outputs)
  return { kind: 'regression', count, featureShape, features, targets, outputs }
}

/**
 * The examples at `rows`, copied, in that order.
 *
 * @throws DataError when there is no such row
 */
export function selectRows<D extends Dataset>(data: D, rows: Int32Array): D
export function selectRows(data: Dataset, rows: Int32Array): Dataset {
  const wrong = rows.find((row) => row < 0 || row >= data.count)
  if (wrong !== undefined)
    throw new DataError(`There is no row ${wrong} among ${data.count} examples`, 'Rows count from 0')
  const features = gather(data.features, sizeOf(data.featureShape), rows)
  switch (data.kind) {
    case 'classification':
      return { ...data, count: rows.length, features, labels: Int32Array.from(rows, (row) => data.labels[row] ?? 0) }
    case 'regression':
      return { ...data, count: rows.length, features, targets: gather(data.targets, data.outputs, rows) }
    default:
      return data satisfies never
  }
}

function gather(source: Float32Array, width: number, rows: Int32Array): Float32Array {
  const result = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    result.set(source.subarray(row * width, (row + 1) * width), i * width)
  })
  return result
}

function checkFeatures(features: Float32Array, featureShape: readonly number[], count: number): void {
  const width = sizeOf(featureShape)
  if (features.length !== count * width) {
    const problem = `${features.length} features do not make ${count} examples of shape [${featureShape.join(', ')}]`
    throw new DataError(problem, `${count * width} were expected`)
  }
  checkFinite('feature', features, width)
}

function checkFinite(what: string, values: Float32Array, width: number): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return
  const place = `example ${Math.floor(wrong / width)}, column ${wrong % width}`
  throw new DataError(`A ${what} is ${values[wrong]} (${place})`, 'Fill or drop missing values first')
}
