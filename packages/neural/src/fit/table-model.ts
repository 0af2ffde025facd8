import { classification, type Dataset, regression } from '../data/dataset.ts'
import { columnOf, type Table } from '../data/table.ts'
import { DataError } from '../errors.ts'
import { evaluate } from '../train/evaluate.ts'
import type { Model } from '../train/model.ts'
import { datesAsDays } from './dates.ts'
import { type FoldEncoding, features, fromScale, type TargetScale } from './fold-encoding.ts'

/** What a model was made from and for. Plain data. */
export interface TableModelFacts {
  readonly target: string
  /** Names of the classes, where the target has classes. */
  readonly classes?: readonly string[]
  /** What a table to predict must have. */
  readonly columns: readonly ModelColumn[]
}

/** A column that a model reads. */
export interface ModelColumn {
  readonly name: string
  readonly kind: 'number' | 'category' | 'date'
  /** Those that were known when the model was made. */
  readonly categories?: readonly string[]
}

/** One network, with how it wants its rows. */
export interface Member extends FoldEncoding {
  readonly model: Model
  /** Where the target is a number. */
  readonly scale?: TargetScale
}

/** Networks, each trained on other rows, that predict a column together: their mean. */
export interface TableModel {
  readonly facts: TableModelFacts
  readonly members: readonly Member[]
}

/** What a model says about rows. */
export type TablePrediction =
  | {
      readonly kind: 'classes'
      readonly classes: readonly string[]
      /** The likeliest class of each row, a position in `classes`. */
      readonly labels: Int32Array
      /** Row by row, one a class. */
      readonly probabilities: Float64Array
    }
  | { readonly kind: 'numbers'; readonly values: Float64Array }

/**
 * Predicts the target of each row. Missing values and categories that were never seen are taken in stride.
 *
 * @throws DataError when a column is missing, or of another kind than it was
 */
export async function predictTable(
  model: TableModel,
  table: Table,
  options: { readonly signal?: AbortSignal } = {},
): Promise<TablePrediction> {
  const ready = tableFor(model.facts, table)
  const predictions: TablePrediction[] = []
  for (const member of model.members)
    predictions.push(await predictMember(member, model.facts.classes, ready, options.signal))
  const [first] = predictions
  if (first === undefined) throw new DataError('The model holds no network', 'Make it again')
  if (first.kind === 'numbers') {
    return { kind: 'numbers', values: meanOf(predictions.map((each) => (each as typeof first).values)) }
  }
  const probabilities = meanOf(predictions.map((each) => (each as typeof first).probabilities))
  return { ...first, probabilities, labels: likeliest(probabilities, first.classes.length) }
}

/** How many cells of each column of categories are new to the model. */
export function unseenCategories(model: TableModel, table: Table): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { name, kind, categories } of model.facts.columns) {
    const column = table.columns.find((candidate) => candidate.name === name)
    if (kind !== 'category' || categories === undefined || column?.kind !== 'category') continue
    const known = new Set(categories)
    const isStrange = column.categories.map((category) => !known.has(category))
    const count = column.codes.reduce((sum, code) => sum + Number(isStrange[code] ?? false), 0)
    if (count > 0) counts.set(name, count)
  }
  return counts
}

/** What one network says. `table` has been made ready. */
export async function predictMember(
  { model, columns, scale }: Member,
  classes: readonly string[] | undefined,
  table: Table,
  signal?: AbortSignal,
): Promise<TablePrediction> {
  const inputs = features(table, { columns })
  const options = signal === undefined ? {} : { signal }
  if (classes === undefined) {
    const data = regression({ ...inputs, targets: new Float32Array(table.count) })
    const { outputs } = await evaluate(model, data, options)
    const unit = scale ?? { mean: 0, scale: 1, isLog: false }
    return { kind: 'numbers', values: Float64Array.from(outputs, (output) => fromScale(output, unit)) }
  }
  const data: Dataset = classification({ ...inputs, labels: new Int32Array(table.count), classes: classes.length })
  const { outputs } = await evaluate(model, data, options)
  const probabilities = softmaxRows(outputs, classes.length)
  return { kind: 'classes', classes, probabilities, labels: likeliest(probabilities, classes.length) }
}

/** The columns that a model reads, as it reads them. */
function tableFor({ columns, target }: TableModelFacts, table: Table): Table {
  const missing = columns.filter(({ name }) => !table.columns.some((column) => column.name === name))
  if (missing.length > 0) {
    const names = missing.map(({ name }) => `"${name}"`).join(', ')
    throw new DataError(
      `${missing.length === 1 ? 'A column is' : `${missing.length} columns are`} missing: ${names}`,
      `The model of "${target}" needs ${missing.length === 1 ? 'it' : 'them'}; cells may be empty`,
    )
  }
  return { count: table.count, columns: columns.map((column) => readyColumn(column, table)) }
}

function readyColumn({ name, kind }: ModelColumn, table: Table): Table['columns'][number] {
  const column = columnOf(table, name)
  // Without any value a column is taken for numbers, whatever it would hold.
  const isEmpty =
    column.kind === 'number' ? column.values.every((value) => Number.isNaN(value)) : column.categories.length === 0
  if (isEmpty) {
    if (kind !== 'category') return { kind: 'number', name, values: new Float64Array(table.count).fill(Number.NaN) }
    return { kind: 'category', name, categories: [], codes: new Int32Array(table.count).fill(-1) }
  }
  if (kind === 'category' && column.kind === 'number') return categoriesOf(column.name, column.values)
  if (kind !== 'date') {
    if (column.kind === kind) return column
    const sample = column.kind === 'category' ? column.categories.find((text) => Number.isNaN(Number(text))) : ''
    throw new DataError(
      `Column "${name}" held numbers when the model was made, now it holds text such as ${JSON.stringify(sample)}`,
      'Correct it, or leave such cells empty',
    )
  }
  const days = datesAsDays(column)
  if (days !== undefined) return days
  throw new DataError(
    `Column "${name}" held dates when the model was made, now it holds ${column.kind === 'number' ? 'numbers' : 'other text'}`,
    'Write them as 2026-03-01',
  )
}

function categoriesOf(name: string, values: Float64Array): Table['columns'][number] {
  const texts = Array.from(values, (value) => (Number.isNaN(value) ? undefined : String(value)))
  const categories = [...new Set(texts.filter((text) => text !== undefined))]
  const codes = new Map(categories.map((text, code) => [text, code]))
  return { kind: 'category', name, categories, codes: Int32Array.from(texts, (text) => codes.get(text ?? '') ?? -1) }
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(rows[0]?.length ?? 0)
  for (const row of rows) for (let i = 0; i < mean.length; i++) mean[i]! += row[i]! / rows.length
  return mean
}

function softmaxRows(outputs: Float32Array, classes: number): Float64Array {
  const result = Float64Array.from(outputs)
  for (let start = 0; start < result.length; start += classes) {
    const row = result.subarray(start, start + classes)
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    let sum = 0
    for (let i = 0; i < classes; i++) {
      row[i] = Math.exp(row[i]! - most)
      sum += row[i]!
    }
    for (let i = 0; i < classes; i++) row[i]! /= sum
  }
  return result
}

function likeliest(probabilities: Float64Array, classes: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classes }, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes)
    return own.indexOf(own.reduce((a, b) => Math.max(a, b)))
  })
}
