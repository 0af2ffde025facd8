import type { Classification, Dataset, Regression } from '../data/dataset.ts'
import { DataError } from '../errors.ts'
import type { ClassifierEvaluation, Evaluation } from './evaluate.ts'

/** Measures of a model on a data set. */
export const classifierMetrics = ['loss', 'accuracy', 'balancedAccuracy', 'macroF1', 'rocAuc'] as const
export const regressionMetrics = [
  'loss',
  'meanSquaredError',
  'rootMeanSquaredError',
  'meanAbsoluteError',
  'rSquared',
] as const
export type MetricName = (typeof classifierMetrics)[number] | (typeof regressionMetrics)[number]

/** Whether a smaller value of `metric` is the better one. */
export const isBetterWhenLower = (metric: MetricName): boolean => metric === 'loss' || metric.endsWith('Error')

/**
 * Works out metrics from an evaluation of `data`. `balancedAccuracy` is the mean recall over the classes that occur, `macroF1` the
 * mean F1 over them, `rocAuc` the area under the ROC curve of two classes; the rest by scikit-learn's definitions. O(n log n)
 *
 * @throws DataError when a metric does not suit the data
 */
export function measure(
  names: readonly MetricName[],
  data: Dataset,
  evaluation: Evaluation,
): Partial<Record<MetricName, number>> {
  checkMetrics(names, data)
  return Object.fromEntries(names.map((name) => [name, one(name, data, evaluation)]))
}

/** @throws DataError when one of `names` does not suit `data` */
export function checkMetrics(names: readonly MetricName[], data: Dataset): void {
  const suitable: readonly string[] = data.kind === 'classification' ? classifierMetrics : regressionMetrics
  const wrong = names.find((name) => !suitable.includes(name))
  if (wrong) throw new DataError(`The metric '${wrong}' does not suit a ${data.kind}`, `Use ${suitable.join(', ')}`)
  if (names.includes('rocAuc') && data.kind === 'classification' && data.classes !== 2)
    throw new DataError(`The metric 'rocAuc' is for two classes, there are ${data.classes}`, 'Use balancedAccuracy')
}

function one(name: MetricName, data: Dataset, evaluation: Evaluation): number {
  if (name === 'loss') return evaluation.loss
  return data.kind === 'classification'
    ? ofClasses(name, data, evaluation as ClassifierEvaluation)
    : ofNumbers(name, data, evaluation)
}

function ofClasses(name: MetricName, data: Classification, evaluation: ClassifierEvaluation): number {
  if (name === 'accuracy') return evaluation.accuracy
  if (name === 'rocAuc') return areaUnderCurve(data, evaluation.outputs)
  const right = new Float64Array(data.classes)
  const actual = new Float64Array(data.classes)
  const predicted = new Float64Array(data.classes)
  for (let row = 0; row < data.count; row++) {
    const [label, guess] = [data.labels[row]!, evaluation.predictions[row]!]
    actual[label]! += 1
    predicted[guess]! += 1
    if (label === guess) right[label]! += 1
  }
  const occurring = Array.from(actual.keys()).filter((label) => actual[label]! > 0)
  const total = occurring.reduce((sum, label) => {
    const denominator = name === 'balancedAccuracy' ? actual[label]! : (actual[label]! + predicted[label]!) / 2
    return sum + right[label]! / denominator
  }, 0)
  return total / occurring.length
}

/** The probability that an example of class 1 scores above one of class 0, ties counted half: by the sum of ranks. */
function areaUnderCurve({ count, labels }: Classification, outputs: Float32Array): number {
  const width = outputs.length / count
  const scores = Array.from({ length: count }, (_, row) =>
    width === 1 ? outputs[row]! : outputs[2 * row + 1]! - outputs[2 * row]!,
  )
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!)
  let rankSum = 0
  let positives = 0
  for (let start = 0; start < count; ) {
    let end = start
    while (end < count && scores[order[end]!] === scores[order[start]!]) end++
    const ones = order.slice(start, end).filter((row) => labels[row] === 1).length
    rankSum += ones * ((start + 1 + end) / 2)
    positives += ones
    start = end
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (count - positives))
}

function ofNumbers(name: MetricName, data: Regression, { outputs }: Evaluation): number {
  const { targets } = data
  const meanOf = (value: (i: number) => number): number => {
    let total = 0
    for (let i = 0; i < targets.length; i++) total += value(i)
    return total / targets.length
  }
  if (name === 'meanAbsoluteError') return meanOf((i) => Math.abs(outputs[i]! - targets[i]!))
  const squared = meanOf((i) => (outputs[i]! - targets[i]!) ** 2)
  if (name === 'meanSquaredError') return squared
  if (name === 'rootMeanSquaredError') return Math.sqrt(squared)
  // Several outputs: each against its own mean, weighted by its variance.
  const means = Array.from({ length: data.outputs }, (_, output) =>
    meanOf((i) => (i % data.outputs === output ? targets[i]! * data.outputs : 0)),
  )
  return 1 - squared / meanOf((i) => (targets[i]! - means[i % data.outputs]!) ** 2)
}
