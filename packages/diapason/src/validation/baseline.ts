import { median } from '../math/stats.ts'
import { encodeLabels } from './label-codes.ts'
import { type ClassMetric, meanOf, type NumberMetric, type ProbabilityMetric } from './metric.ts'
import type { Label } from './splitter.ts'

/** What predicting the same for every example scores. A model that does no better has learned nothing. */
export interface Baseline {
  readonly score: number
  /** What it says to every example: `always says "cat", the most frequent class`. */
  readonly words: string
}

/**
 * The score of the best constant prediction: the most frequent class, the shares of the classes, or the mean (for absolute errors the
 * median) of the training part.
 * @param truth   of the examples to score
 * @param learned truth of the examples to learn the constant from, default the same ones
 * @example trivialBaseline(metric('accuracy'), ['a', 'a', 'b']) // { score: 2/3, words: 'always says "a", the most frequent class' }
 */
export function trivialBaseline(metric: ClassMetric, truth: ArrayLike<Label>, learned?: ArrayLike<Label>): Baseline
export function trivialBaseline(
  metric: ProbabilityMetric | NumberMetric,
  truth: ArrayLike<number>,
  learned?: ArrayLike<number>,
): Baseline
export function trivialBaseline(
  metric: ClassMetric | ProbabilityMetric | NumberMetric,
  truth: ArrayLike<Label>,
  learned: ArrayLike<Label> = truth,
): Baseline {
  // The kind tells which of the three it is; the overloads hold callers to it.
  switch (metric.kind) {
    case 'classes':
      return alwaysOneClass(metric as ClassMetric, truth, learned)
    case 'probabilities':
      return classShares(metric as ProbabilityMetric, truth as ArrayLike<number>, learned as ArrayLike<number>)
    case 'numbers':
      return oneNumber(metric as NumberMetric, truth as ArrayLike<number>, learned as ArrayLike<number>)
    default:
      throw metric.kind satisfies never
  }
}

function alwaysOneClass(metric: ClassMetric, truth: ArrayLike<Label>, learned: ArrayLike<Label>): Baseline {
  const { label } = mostFrequent(learned)
  const score = metric.score(
    truth,
    Array.from(truth, () => label),
  )
  return { score, words: `always says ${JSON.stringify(label)}, the most frequent class` }
}

function classShares(metric: ProbabilityMetric, truth: ArrayLike<number>, learned: ArrayLike<number>): Baseline {
  const classes = Math.max(1, ...Array.from(truth), ...Array.from(learned)) + 1
  const shares = Array.from({ length: classes }, (_, c) => meanOf(Array.from(learned, (label) => Number(label === c))))
  const score = metric.score(
    truth,
    Array.from(truth, () => shares),
  )
  return { score, words: 'always gives each class the share it has' }
}

function oneNumber(metric: NumberMetric, truth: ArrayLike<number>, learned: ArrayLike<number>): Baseline {
  const isAbsolute = metric.name.includes('absolute')
  const constant = isAbsolute ? median(learned) : meanOf(learned)
  const score = metric.score(
    truth,
    Array.from(truth, () => constant),
  )
  return { score, words: `always says ${Number(constant.toPrecision(4))}, the ${isAbsolute ? 'median' : 'mean'}` }
}

function mostFrequent(column: ArrayLike<Label>): { label: Label; share: number; classes: number } {
  const { labels, counts } = encodeLabels(column)
  const most = Math.max(...counts)
  return { label: labels[counts.indexOf(most)] ?? '', share: most / column.length, classes: labels.length }
}

/** The most frequent class may have so many times its even share before accuracy misleads: 75 % of two classes, 30 % of ten at most. */
const UNEVEN = { two: 0.75, timesEvenShare: 3 }

/**
 * Says why accuracy would mislead where one class makes up most of the examples: always naming it looks good already.
 * @returns a sentence, or undefined where the metric is not accuracy or the classes are even enough
 */
export function imbalanceWarning(metricName: string, labels: ArrayLike<Label>): string | undefined {
  if (metricName !== 'accuracy' || labels.length === 0) return undefined
  const { label, share, classes } = mostFrequent(labels)
  if (share < Math.min(UNEVEN.two, UNEVEN.timesEvenShare / classes)) return undefined
  const percent = `${(100 * share).toFixed(share >= 0.995 ? 1 : 0)} %`
  return `Always saying ${JSON.stringify(label)} is right in ${percent} of the examples, so accuracy says little here; balanced_accuracy, f1_macro or average_precision would say more.`
}
