import { DataError } from '../errors.ts'
import { showNames, textLabels } from './arrays.ts'
import { classification, type Dataset, regression } from './dataset.ts'
import type { Features } from './images.ts'
import { type CategoryColumn, type Column, columnOf, isMissingAt, type NumberColumn, type Table } from './table.ts'

/** How the columns of a table become features; learned from training rows, applied to any. Plain data: save it with the model. */
export interface TableEncoding {
  readonly target: EncodedTarget
  /** In the order of the features that they become. */
  readonly columns: readonly EncodedColumn[]
}

export type EncodedTarget =
  | { readonly kind: 'classes'; readonly name: string; readonly classes: readonly string[] }
  | { readonly kind: 'number'; readonly name: string; readonly mean: number; readonly scale: number }

export type EncodedColumn =
  /** One feature, (value - mean) / scale; missing values become the mean. `gaps`: a second feature, 1 where the value is missing. */
  | {
      readonly kind: 'number'
      readonly name: string
      readonly mean: number
      readonly scale: number
      readonly gaps: boolean
    }
  /** A feature per category, 1 for the one that a row has; all 0 where it is missing or was never seen. */
  | { readonly kind: 'oneHot'; readonly name: string; readonly categories: readonly string[] }
  /** One feature for an embedding: 1 + the position in `categories`; 0 where it is missing or was never seen. */
  | { readonly kind: 'code'; readonly name: string; readonly categories: readonly string[] }

export interface EncodingOptions {
  /** The column to predict: categories make a classification, numbers a regression. */
  readonly target: string
  /** Categories as one feature each (default), or as one number for an `embedding` layer. */
  readonly categories?: 'oneHot' | 'code'
  /** Columns to leave out. */
  readonly ignore?: readonly string[]
  /** Columns that never change: an error (default), or left out. */
  readonly constant?: 'refuse' | 'ignore'
  /** Missing values: the mean and a feature that tells of the gap, or no category (default); or an error. */
  readonly missing?: 'fill' | 'refuse'
}

/**
 * Learns how to make features of a table's columns: means, deviations and categories, of the training rows alone.
 *
 * @throws DataError when a column is constant, empty, or has a category of its own for every row; when the target has gaps, or one value alone
 * @see prepareTable, which splits, learns and encodes in one call
 */
export function fitEncoding(training: Table, options: EncodingOptions): TableEncoding {
  const columns = fitColumns(training, options)
  return { target: fitTarget(columnOf(training, options.target), training.count), columns }
}

/** The part of {@link fitEncoding} that the target takes no part in; `target`, where it is given, is left out. */
export function fitColumns(training: Table, options: Partial<EncodingOptions>): readonly EncodedColumn[] {
  const { target, categories = 'oneHot', ignore = [], constant = 'refuse', missing = 'fill' } = options
  for (const name of ignore) columnOf(training, name)
  const columns = training.columns
    .filter(({ name }) => name !== target && !ignore.includes(name))
    .filter((column) => isUseful(column, training.count, constant))
  if (columns.length === 0) throw new DataError('The table has no column to learn from', 'Leave fewer out')
  if (missing === 'refuse') for (const column of columns) requireWhole(column, training.count)
  return columns.map((column) =>
    column.kind === 'number'
      ? { kind: 'number', name: column.name, ...fitNumbers(column.values) }
      : { kind: categories, name: column.name, categories: usedCategories(column) },
  )
}

/**
 * Makes a data set of a table. A target of numbers is standardised: `decodeTargets` gives the original unit back.
 *
 * @throws DataError when a column is missing or of another kind, or a row's class was not among the training rows
 */
export function encodeTable(table: Table, encoding: TableEncoding): Dataset {
  const features = encodeFeatures(table, encoding)
  const { target } = encoding
  const column = columnOf(table, target.name)
  requireWhole(column, table.count)
  if (target.kind === 'number') {
    const { values } = numbersOf(column)
    return regression({
      ...features,
      targets: Float32Array.from(values, (value) => (value - target.mean) / target.scale),
    })
  }
  return classification({ ...features, ...textLabels(wordsOf(column, table.count), target.classes) })
}

/** The features alone, as for a prediction: the table needs no target. @throws DataError as `encodeTable` */
export function encodeFeatures(table: Table, encoding: Pick<TableEncoding, 'columns'>): Features {
  const width = encoding.columns.reduce((total, column) => total + widthOf(column), 0)
  const features = new Float32Array(table.count * width)
  let offset = 0
  for (const encoded of encoding.columns) {
    fillColumn(features.subarray(offset), width, encoded, columnOf(table, encoded.name), table.count)
    offset += widthOf(encoded)
  }
  return { features, featureShape: [width] }
}

/** Numbers that a network gives for standardised targets, in the target's own unit. */
export function decodeTargets(encoding: TableEncoding, outputs: Float32Array): Float32Array {
  const { target } = encoding
  if (target.kind !== 'number')
    throw new DataError(`The target "${target.name}" is a class`, 'Take the largest output instead')
  return outputs.map((value) => value * target.scale + target.mean)
}

/**
 * The features that hold codes, as an `embedding` layer takes them.
 *
 * @example embedding(embeddedColumns(encoding))
 */
export function embeddedColumns(
  encoding: Pick<TableEncoding, 'columns'>,
): readonly { readonly column: number; readonly categories: number }[] {
  let offset = 0
  return encoding.columns.flatMap((encoded) => {
    const column = offset
    offset += widthOf(encoded)
    return encoded.kind === 'code' ? [{ column, categories: encoded.categories.length + 1 }] : []
  })
}

/** Features that a column becomes. */
export function widthOf(column: EncodedColumn): number {
  switch (column.kind) {
    case 'number':
      return column.gaps ? 2 : 1
    case 'oneHot':
      return column.categories.length
    case 'code':
      return 1
    default:
      return column satisfies never
  }
}

/** Writes a column's features into the first places of each row of `features`. */
function fillColumn(
  features: Float32Array,
  width: number,
  encoded: EncodedColumn,
  column: Column,
  count: number,
): void {
  if (encoded.kind === 'number') {
    const { values } = numbersOf(column)
    for (let row = 0; row < count; row++) {
      const value = values[row] ?? Number.NaN
      const isGap = Number.isNaN(value)
      features[row * width] = isGap ? 0 : (value - encoded.mean) / encoded.scale
      if (encoded.gaps) features[row * width + 1] = Number(isGap)
    }
    return
  }
  const places = placesOf(column, encoded.categories)
  for (let row = 0; row < count; row++) {
    const place = places[row] ?? -1
    if (encoded.kind === 'code') features[row * width] = place + 1
    else if (place >= 0) features[row * width + place] = 1
  }
}

/** The position in `categories` of each row; -1 where it is missing or unknown. Numbers are compared as they are written. */
function placesOf(column: Column, categories: readonly string[]): Int32Array {
  const known = new Map(categories.map((name, i) => [name, i]))
  if (column.kind === 'number') return Int32Array.from(column.values, (value) => known.get(String(value)) ?? -1)
  const byCode = column.categories.map((name) => known.get(name) ?? -1)
  return Int32Array.from(column.codes, (code) => byCode[code] ?? -1)
}

function numbersOf(column: Column): NumberColumn {
  if (column.kind === 'number') return column
  throw new DataError(
    `Column "${column.name}" held numbers in the training rows, now it holds ${showNames(column.categories)}`,
    'Read both tables with the same `types`',
  )
}

const wordsOf = (column: Column, count: number): readonly string[] =>
  Array.from({ length: count }, (_, row) =>
    column.kind === 'number' ? String(column.values[row]) : (column.categories[column.codes[row] ?? -1] ?? ''),
  )

function fitTarget(column: Column, count: number): EncodedTarget {
  requireWhole(column, count)
  if (column.kind === 'number') {
    const { mean, scale } = fitNumbers(column.values)
    if (!(scale > 0) || column.values.every((value) => value === column.values[0])) {
      throw new DataError(
        `The target "${column.name}" is ${column.values[0]} in every row`,
        'There is nothing to learn',
      )
    }
    return { kind: 'number', name: column.name, mean, scale }
  }
  const classes = usedCategories(column)
  if (classes.length < 2) {
    throw new DataError(
      `The target "${column.name}" is ${showNames(classes)} in every training row`,
      'Give rows of at least two classes',
    )
  }
  return { kind: 'classes', name: column.name, classes }
}

/** Categories that occur in the rows at hand, in alphabetical order. */
function usedCategories({ categories, codes }: CategoryColumn): readonly string[] {
  const used = new Set(codes)
  return categories.filter((_, code) => used.has(code)).sort()
}

function fitNumbers(values: Float64Array): { mean: number; scale: number; gaps: boolean } {
  const present = values.filter((value) => !Number.isNaN(value))
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length
  const variance = present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / present.length
  return { mean, scale: variance > 0 ? Math.sqrt(variance) : 1, gaps: present.length < values.length }
}

function isUseful(column: Column, count: number, constant: 'refuse' | 'ignore'): boolean {
  const values = column.kind === 'number' ? column.values : column.codes
  const distinct = new Set(values)
  if (distinct.size === 1) {
    if (constant === 'ignore') return false
    const only = isMissingAt(column, 0) ? 'missing' : wordsOf(column, 1)[0]
    throw new DataError(
      `Column "${column.name}" is ${only} in every training row`,
      `Leave it out: { ignore: [${JSON.stringify(column.name)}] }, or { constant: 'ignore' } for all such columns`,
    )
  }
  if (column.kind === 'category' && count >= 20 && distinct.size > count / 2) {
    throw new DataError(
      `Column "${column.name}" has ${distinct.size} categories in ${count} training rows`,
      `Nothing can be learned from it; leave it out: { ignore: [${JSON.stringify(column.name)}] }`,
    )
  }
  return true
}

function requireWhole(column: Column, count: number): void {
  let gaps = 0
  let first = -1
  for (let row = 0; row < count; row++) {
    if (!isMissingAt(column, row)) continue
    gaps++
    if (first < 0) first = row
  }
  if (gaps === 0) return
  const problem = `Column "${column.name}" has ${gaps} missing ${gaps === 1 ? 'value' : 'values'}, the first in row ${first}`
  throw new DataError(problem, `Drop such rows: dropMissing(table, [${JSON.stringify(column.name)}])`)
}
