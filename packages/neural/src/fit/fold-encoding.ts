import type { Classification, Dataset, Regression } from '../data/dataset.ts'
import { classification, regression } from '../data/dataset.ts'
import { type EncodedColumn, encodeFeatures, fitColumns, widthOf } from '../data/encoding.ts'
import { selectTableRows, type Table } from '../data/table.ts'
import type { Truth } from './fit-task.ts'

/** How the columns of one network's training rows became its features. Plain data, saved with the network. */
export interface FoldEncoding {
  readonly columns: readonly EncodedColumn[]
}

/** How a target of numbers became small ones: standardised, its logarithm first where `isLog`. */
export interface TargetScale {
  readonly mean: number
  readonly scale: number
  readonly isLog: boolean
}

/** From so many categories on, a column gets learned vectors instead of a feature each. */
const MOST_ONE_HOT = 12

/**
 * Learns from the training rows alone how columns become features: what a row is judged on never shaped them.
 *
 * Numbers are moved by their median and divided by the distance of their quartiles, which outliers do not move; see {@link features}.
 */
export function fitFoldEncoding(table: Table, rows: Int32Array): FoldEncoding {
  const training = selectTableRows(table, rows)
  const byName = new Map(training.columns.map((column) => [column.name, column]))
  const columns = fitColumns(training, { constant: 'ignore' }).map((encoded): EncodedColumn => {
    const column = byName.get(encoded.name)
    if (encoded.kind === 'number' && column?.kind === 'number') return { ...encoded, ...robustScale(column.values) }
    if (encoded.kind === 'number' || encoded.categories.length <= MOST_ONE_HOT || column?.kind !== 'category') {
      return encoded
    }
    // What was met once stands for what was never met: its vector is the one that strangers get.
    return { kind: 'code', name: encoded.name, categories: commonCategories(column) }
  })
  return { columns }
}

function commonCategories({ categories, codes }: { categories: readonly string[]; codes: Int32Array }): string[] {
  const counts = new Int32Array(categories.length)
  for (const code of codes) if (code >= 0) counts[code]! += 1
  return categories.filter((_, code) => counts[code]! > 1).sort()
}

/** Median and distance of the quartiles; where half of the values are alike, half the range. */
function robustScale(values: Float64Array): { readonly mean: number; readonly scale: number } {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  const quartiles = at(0.75) - at(0.25)
  const scale = quartiles > 0 ? quartiles : (at(1) - at(0)) / 2
  return { mean: at(0.5), scale: scale > 0 ? scale : 1 }
}

/**
 * The features of a table's rows. Numbers far out are drawn in smoothly, to 3 at most: x / √(1 + (x/3)²).
 *
 * Source of scaling and drawing in: D. Holzmüller, L. Grinsztajn, I. Steinwart, Better by Default, 2024 (RealMLP).
 */
export function features(
  table: Table,
  encoding: FoldEncoding,
): { features: Float32Array; featureShape: readonly number[] } {
  const encoded = encodeFeatures(table, encoding)
  const [width = 0] = encoded.featureShape
  let place = 0
  for (const column of encoding.columns) {
    if (column.kind === 'number') {
      for (let i = place; i < encoded.features.length; i += width) {
        const value = encoded.features[i]!
        encoded.features[i] = value / Math.sqrt(1 + (value / 3) ** 2)
      }
    }
    place += widthOf(column)
  }
  return encoded
}

/** The scale of the training rows' targets. */
export function fitTargetScale(values: Float64Array, rows: Int32Array, isLog: boolean): TargetScale {
  const chosen = Float64Array.from(rows, (row) => (isLog ? Math.log(values[row]!) : values[row]!))
  const mean = chosen.reduce((sum, value) => sum + value, 0) / chosen.length
  const deviation = Math.sqrt(chosen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / chosen.length)
  return { mean, scale: deviation > 0 ? deviation : 1, isLog }
}

/** A network's output in the target's own unit. */
export function fromScale(output: number, { mean, scale, isLog }: TargetScale): number {
  const value = output * scale + mean
  return isLog ? Math.exp(value) : value
}

/** Training rows as a data set. */
export function trainingSet(
  table: Table,
  rows: Int32Array,
  encoding: FoldEncoding,
  truth: Truth,
  scale: TargetScale | undefined,
): Dataset {
  const inputs = features(selectTableRows(table, rows), encoding)
  if (truth.kind === 'classes') {
    return classification({
      ...inputs,
      labels: Int32Array.from(rows, (row) => truth.labels[row]!),
      classes: truth.classes.length,
    }) satisfies Classification
  }
  const { mean = 0, scale: unit = 1, isLog = false } = scale ?? {}
  const targets = Float32Array.from(rows, (row) => {
    const value = truth.values[row]!
    return ((isLog ? Math.log(value) : value) - mean) / unit
  })
  return regression({ ...inputs, targets }) satisfies Regression
}
