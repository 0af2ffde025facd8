import {
  type ClassMetric,
  type ClassMetricName,
  imbalanceWarning,
  metric as metricNamed,
  type NumberMetric,
  type ProbabilityMetric,
} from 'diapason'
import { showNames } from '../data/arrays.ts'
import { type Column, columnOf, isMissingAt, selectTableRows, type Table } from '../data/table.ts'
import { DataError } from '../errors.ts'

/** What is to be predicted, row by row. */
export type Truth =
  | { readonly kind: 'classes'; readonly classes: readonly string[]; readonly labels: Int32Array }
  | { readonly kind: 'numbers'; readonly values: Float64Array }

/** A table with a target, taken apart. */
export interface FitTask {
  readonly target: string
  readonly truth: Truth
  /** The other columns, without the rows whose target is missing. */
  readonly rest: Table
  readonly metric: AnyMetric
  /** The target is positive and far more spread out at its upper end: its logarithm is tried too. */
  readonly isSkewed: boolean
  /** Classes are so uneven that accuracy would mislead, and another metric counts: weighting them is tried too. */
  readonly isUneven: boolean
  /** What somebody should know, in sentences. */
  readonly remarks: readonly string[]
}

export type AnyMetric = ClassMetric | NumberMetric | ProbabilityMetric

/** How the target is taken; everything may be left out. */
export interface TaskOptions {
  /** Default: text makes classes, and so do up to ten different whole numbers. */
  readonly kind?: 'classes' | 'numbers'
  /** scikit-learn's name; default accuracy (balanced_accuracy where classes are very uneven) or root_mean_squared_error. */
  readonly metric?: string
}

const MOST_NUMERIC_CLASSES = 10
const LEAST_ROWS = 10
const SKEWED = 1

/** @throws DataError when there is no such column, too few rows, or nothing to learn */
export function fitTask(table: Table, target: string, options: TaskOptions = {}): FitTask {
  const column = columnOf(table, target)
  const present = Int32Array.from({ length: table.count }, (_, row) => row).filter((row) => !isMissingAt(column, row))
  if (present.length === 0) throw new DataError(`The target "${target}" is empty`, 'Choose another column')
  if (present.length < LEAST_ROWS) {
    throw new DataError(
      `${present.length} rows with a "${target}" are too few to learn from and to judge by`,
      `Give at least ${LEAST_ROWS}`,
    )
  }
  const whole = present.length === table.count ? table : selectTableRows(table, present)
  const remarks: string[] = []
  const gaps = table.count - present.length
  if (gaps > 0) remarks.push(`${gaps} ${gaps === 1 ? 'row' : 'rows'} without a "${target}" left out.`)
  const rest = { count: whole.count, columns: whole.columns.filter(({ name }) => name !== target) }
  if (rest.columns.length === 0) throw new DataError('The file has no column but the target', 'Give more columns')
  const truth = truthOf(columnOf(whole, target), options.kind, remarks)
  const metric = anyMetric(options.metric ?? defaultMetric(truth, remarks))
  checkMetric(metric, truth)
  if (options.metric === 'accuracy' && truth.kind === 'classes') {
    const warning = imbalanceWarning('accuracy', wordsOf(truth))
    if (warning !== undefined) remarks.push(warning)
  }
  const isUneven =
    truth.kind === 'classes' &&
    metric.kind === 'classes' &&
    metric.name !== 'accuracy' &&
    imbalanceWarning('accuracy', wordsOf(truth)) !== undefined
  return { target, truth, rest, metric, isUneven, isSkewed: isSkewed(truth, remarks), remarks }
}

function truthOf(column: Column, kind: TaskOptions['kind'], remarks: string[]): Truth {
  if (column.kind === 'number' && kind !== 'classes') {
    const distinct = new Set(column.values)
    if (distinct.size === 1) {
      throw new DataError(
        `The target "${column.name}" is ${column.values[0]} in every row`,
        'There is nothing to learn',
      )
    }
    const areCodes = distinct.size <= MOST_NUMERIC_CLASSES && column.values.every(Number.isInteger)
    if (kind === 'numbers' || !areCodes) return { kind: 'numbers', values: column.values }
    remarks.push(
      `"${column.name}" holds ${distinct.size} different whole numbers, which are taken as classes; --task numbers if they are amounts.`,
    )
  } else if (kind === 'numbers' && column.kind === 'category') {
    throw new DataError(
      `The target "${column.name}" holds text such as ${showNames(column.categories.slice(0, 3))}`,
      'Ask for classes, or choose a column of numbers',
    )
  }
  return classesOf(column)
}

function classesOf(column: Column): Truth {
  const words =
    column.kind === 'number'
      ? Array.from(column.values, String)
      : Array.from(column.codes, (code) => column.categories[code] ?? '')
  const classes = [...new Set(words)].sort(byNumberOrName)
  if (classes.length < 2) {
    throw new DataError(`The target "${column.name}" is ${showNames(classes)} in every row`, 'Give rows of two classes')
  }
  if (classes.length > words.length / 3) {
    throw new DataError(
      `The target "${column.name}" has ${classes.length} different values in ${words.length} rows`,
      column.kind === 'number' ? 'Predict it as numbers' : 'Classes need several rows each; choose another column',
    )
  }
  const codes = new Map(classes.map((name, code) => [name, code]))
  return { kind: 'classes', classes, labels: Int32Array.from(words, (word) => codes.get(word) ?? -1) }
}

const byNumberOrName = (a: string, b: string): number => Number(a) - Number(b) || (a < b ? -1 : Number(a > b))

/** The class of each row, in words. */
export const wordsOf = ({ classes, labels }: Extract<Truth, { kind: 'classes' }>): string[] =>
  Array.from(labels, (label) => classes[label] ?? '')

function defaultMetric(truth: Truth, remarks: string[]): string {
  if (truth.kind === 'numbers') return 'root_mean_squared_error'
  const warning = imbalanceWarning('accuracy', wordsOf(truth))
  if (warning === undefined) return 'accuracy'
  remarks.push(`${warning.split(';')[0]}; tuned for balanced_accuracy instead (see --metric).`)
  return 'balanced_accuracy'
}

/** A metric by its name, whatever it scores: `checkMetric` looks at that. @throws OptionError for a name that there is none of */
const anyMetric = (name: string): AnyMetric => metricNamed(name as ClassMetricName) as AnyMetric

const USUAL = {
  classes: ['accuracy', 'balanced_accuracy', 'f1_macro', 'log_loss'],
  numbers: ['r2', 'root_mean_squared_error', 'mean_absolute_error'],
}

/** The usual metrics of a task, without the one that it is tuned by. */
export const metricsFor = ({ kind }: Truth, { name }: Pick<AnyMetric, 'name'>): readonly AnyMetric[] =>
  USUAL[kind].filter((usual) => usual !== name).map(anyMetric)

function checkMetric(metric: AnyMetric, truth: Truth): void {
  if ((metric.kind === 'numbers') !== (truth.kind === 'numbers')) {
    throw new DataError(
      `${metric.name} does not score ${truth.kind}`,
      truth.kind === 'numbers'
        ? 'Use root_mean_squared_error, mean_absolute_error or r2'
        : 'Use accuracy, balanced_accuracy, f1_macro or log_loss',
    )
  }
}

/** Whether the logarithm of a target is worth a try: all positive, skewness above 1, and less of it in the logarithm. */
function isSkewed(truth: Truth, remarks: string[]): boolean {
  if (truth.kind !== 'numbers' || truth.values.some((value) => value <= 0)) return false
  const before = skewness(truth.values)
  if (before < SKEWED || Math.abs(skewness(truth.values.map(Math.log))) > before) return false
  remarks.push(`The target is skewed (skewness ${before.toFixed(1)}): learning its logarithm is tried too.`)
  return true
}

function skewness(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const moment = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length
  return moment(3) / moment(2) ** 1.5
}
