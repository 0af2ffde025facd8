// Notation: a confusion table counts examples by true class (row) and predicted class (column).
import { OptionError } from '../errors.ts'
import { encodeLabels } from './label-codes.ts'
import { type ClassMetric, checkPairs, type MetricOptions, meanMetric } from './metric.ts'
import type { Label } from './splitter.ts'

type Truth = ArrayLike<Label>
type Score = (table: Confusion) => number

/** How often each true class was predicted as each class. */
export interface Confusion {
  /** Classes of truth and predictions, ascending. */
  readonly labels: readonly Label[]
  /** Row-major: true class by predicted class. */
  readonly counts: Float64Array
  /** Examples by true class. */
  readonly actual: Float64Array
  /** Examples by predicted class. */
  readonly predicted: Float64Array
  readonly total: number
}

/**
 * Counts examples by true and by predicted class, as scikit-learn's `confusion_matrix`.
 * @throws {OptionError} where truth and predictions do not pair
 */
export function confusion(truth: Truth, predicted: Truth): Confusion {
  checkPairs('confusion', truth, predicted)
  const { labels, codes } = encodeLabels([...Array.from(truth), ...Array.from(predicted)])
  const size = labels.length
  const counts = new Float64Array(size * size)
  const actual = new Float64Array(size)
  const guessed = new Float64Array(size)
  for (let i = 0; i < truth.length; i++) {
    const t = codes[i]!
    const p = codes[truth.length + i]!
    counts[t * size + p]!++
    actual[t]!++
    guessed[p]!++
  }
  return { labels, counts, actual, predicted: guessed, total: truth.length }
}

const FROM_0_TO_1 = [0, 1] as const
const facts = { kind: 'classes', direction: 'maximize', range: FROM_0_TO_1 } as const

/** A metric of the confusion table. */
function tableMetric(name: string, score: Score, changes: Partial<ClassMetric> = {}): ClassMetric {
  return { ...facts, name, ...changes, score: (truth, predicted) => score(confusion(truth, predicted)) }
}

const accuracy = meanMetric<Truth, Truth>({ ...facts, name: 'accuracy' }, (truth, predicted) =>
  Float64Array.from(truth, (label, i) => Number(label === predicted[i])),
)

/** Mean recall over the classes that occur: an example weighs the more, the rarer its class. */
const balancedAccuracy = meanMetric<Truth, Truth>({ ...facts, name: 'balanced_accuracy' }, (truth, predicted) => {
  const { codes, counts } = encodeLabels(truth)
  const scale = truth.length / counts.length
  return Float64Array.from(codes, (code, i) => (truth[i] === predicted[i] ? scale / counts[code]! : 0))
})

/** Of one class: examples found, predicted and true, and how they make a score. */
type Measure = (found: number, predicted: number, actual: number) => number

const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b)
const MEASURES = {
  precision: (found, predicted) => ratio(found, predicted),
  recall: (found, _, actual) => ratio(found, actual),
  f1: (found, predicted, actual) => ratio(2 * found, predicted + actual),
  jaccard: (found, predicted, actual) => ratio(found, predicted + actual - found),
} satisfies { readonly [name: string]: Measure }

type MeasureName = keyof typeof MEASURES
type AveragedName = MeasureName | `${MeasureName}_${'macro' | 'micro' | 'weighted'}`
type MetricMaker = (options: MetricOptions) => ClassMetric

function averaged(): { readonly [N in AveragedName]: MetricMaker } {
  const makers: { [name: string]: MetricMaker } = {}
  for (const [name, measure] of Object.entries(MEASURES)) {
    makers[name] = ({ positive = 1 }) =>
      tableMetric(name, (table) => measure(...ofClass(table, binary(table, positive))))
    makers[`${name}_macro`] = () => tableMetric(`${name}_macro`, (table) => average(table, measure, () => 1))
    makers[`${name}_weighted`] = () =>
      tableMetric(`${name}_weighted`, (table) => average(table, measure, (code) => table.actual[code]!))
    makers[`${name}_micro`] = () =>
      tableMetric(`${name}_micro`, (table) => measure(diagonal(table), table.total, table.total))
  }
  // The loop above makes every one of the names.
  return makers as { readonly [N in AveragedName]: MetricMaker }
}

function ofClass({ labels, counts, actual, predicted }: Confusion, code: number): Parameters<Measure> {
  return code < 0 ? [0, 0, 0] : [counts[code * labels.length + code]!, predicted[code]!, actual[code]!]
}

function average(table: Confusion, measure: Measure, weight: (code: number) => number): number {
  let sum = 0
  let weights = 0
  for (const code of table.labels.keys()) {
    sum += weight(code) * measure(...ofClass(table, code))
    weights += weight(code)
  }
  return sum / weights
}

/** The code of the positive class, −1 where nobody has it. */
function binary({ labels }: Confusion, positive: Label): number {
  const code = labels.indexOf(positive)
  if (labels.length > 2 || (code < 0 && labels.length === 2)) {
    const names = labels.slice(0, 5).map((label) => JSON.stringify(label))
    throw new OptionError(
      `A metric of the class ${JSON.stringify(positive)} among ${names.join(', ')}${labels.length > 5 ? ', …' : ''}`,
      labels.length > 2
        ? 'Use its _macro, _weighted or _micro form for more than two classes'
        : 'Name the class it is about as { positive }',
    )
  }
  return code
}

function diagonal({ labels, counts }: Confusion): number {
  let sum = 0
  for (let code = 0; code < labels.length; code++) sum += counts[code * labels.length + code]!
  return sum
}

/** Matthews' correlation; 0 where truth or predictions are of one class. */
const matthews = tableMetric(
  'matthews_corrcoef',
  (table) => {
    const { actual, predicted, total } = table
    let both = 0
    let trues = 0
    let guesses = 0
    for (const [code, count] of actual.entries()) {
      both += count * predicted[code]!
      trues += count ** 2
      guesses += predicted[code]! ** 2
    }
    const spread = Math.sqrt(total ** 2 - trues) * Math.sqrt(total ** 2 - guesses)
    return ratio(diagonal(table) * total - both, spread)
  },
  { range: [-1, 1] },
)

/** Cohen's kappa; NaN where truth and predictions are of one and the same class. */
const kappa = tableMetric(
  'cohen_kappa',
  (table) => {
    const { actual, predicted, total } = table
    const chance = actual.reduce((sum, count, code) => sum + (count / total) * (predicted[code]! / total), 0)
    return (diagonal(table) / total - chance) / (1 - chance)
  },
  { range: [-1, 1] },
)

/** Rates of true and of false positives. */
function rates(table: Confusion, positive: Label): { hits: number; alarms: number } {
  const [found, predicted, actual] = ofClass(table, binary(table, positive))
  return { hits: found / actual, alarms: (predicted - found) / (table.total - actual) }
}

const POSITIVE_NUMBERS = [0, Number.POSITIVE_INFINITY] as const

/** Metrics of predicted classes, by scikit-learn's names. */
export const CLASS_METRICS = {
  accuracy: () => accuracy,
  balanced_accuracy: () => balancedAccuracy,
  ...averaged(),
  matthews_corrcoef: () => matthews,
  cohen_kappa: () => kappa,
  positive_likelihood_ratio: ({ positive = 1 }: MetricOptions) =>
    tableMetric(
      'positive_likelihood_ratio',
      (table) => {
        const { hits, alarms } = rates(table, positive)
        return alarms === 0 ? Number.NaN : hits / alarms
      },
      { range: POSITIVE_NUMBERS },
    ),
  negative_likelihood_ratio: ({ positive = 1 }: MetricOptions) =>
    tableMetric(
      'negative_likelihood_ratio',
      (table) => {
        const { hits, alarms } = rates(table, positive)
        return alarms === 1 ? Number.NaN : (1 - hits) / (1 - alarms)
      },
      { range: POSITIVE_NUMBERS, direction: 'minimize' },
    ),
} as const
