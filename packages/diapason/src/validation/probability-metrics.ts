import { OptionError } from '../errors.ts'
import {
  checkPairs,
  type MetricOptions,
  meanMetric,
  meanOf,
  type Probabilities,
  type ProbabilityMetric,
} from './metric.ts'
import { averagePrecision, rocAucOneVsOne, rocAucOneVsRest } from './ranking.ts'

type Truth = ArrayLike<number>

/** Probabilities nearer to 0 or 1 than this are moved there, so that one certain mistake costs 36, not infinity. */
const CLIP = Number.EPSILON

const maximize = (name: string) => ({ name, kind: 'probabilities', direction: 'maximize', range: [0, 1] }) as const
const minimize = (name: string, high: number) =>
  ({ name, kind: 'probabilities', direction: 'minimize', range: [0, high] }) as const

const logLoss = meanMetric<Truth, Probabilities>(minimize('log_loss', -Math.log(CLIP)), (truth, predicted) => {
  const { at } = readRows('log_loss', truth, predicted)
  return Float64Array.from(truth, (label, i) => -Math.log(Math.min(1 - CLIP, Math.max(CLIP, at(i, label)))))
})

/** Squared distance from the true class; halved for two classes, as is the custom. */
const brier = meanMetric<Truth, Probabilities>(minimize('brier_score', 2), (truth, predicted) => {
  const { at, classes } = readRows('brier_score', truth, predicted)
  const scale = classes === 2 ? 0.5 : 1
  return Float64Array.from(truth, (label, i) => {
    let sum = 0
    for (let c = 0; c < classes; c++) sum += (at(i, c) - Number(c === label)) ** 2
    return scale * sum
  })
})

function topK({ k = 2 }: MetricOptions): ProbabilityMetric {
  if (!Number.isInteger(k) || k < 1) throw new OptionError(`k is ${k}`, 'Give a whole number of at least 1')
  return meanMetric<Truth, Probabilities>(maximize('top_k_accuracy'), (truth, predicted) => {
    const { at, classes } = readRows('top_k_accuracy', truth, predicted)
    return Float64Array.from(truth, (label, i) => {
      // Ties go to the later class, as in scikit-learn; of two classes that tie for one guess, to the first.
      const later = classes === 2 ? -1 : 1
      let ahead = 0
      for (let c = 0; c < classes; c++) {
        if (at(i, c) > at(i, label) || (at(i, c) === at(i, label) && later * (c - label) > 0)) ahead++
      }
      return Number(ahead < k)
    })
  })
}

/** The share of a loss that is gone, against always predicting the shares of the classes in the truth. */
function shareGone(name: string, loss: ProbabilityMetric): ProbabilityMetric {
  return {
    ...maximize(name),
    range: [Number.NEGATIVE_INFINITY, 1],
    score(truth, predicted) {
      const { classes } = readRows(name, truth, predicted)
      const shares = Array.from({ length: classes }, (_, c) =>
        meanOf(Array.from(truth, (label) => Number(label === c))),
      )
      return (
        1 -
        loss.score(truth, predicted) /
          loss.score(
            truth,
            Array.from(truth, () => shares),
          )
      )
    },
  }
}

function rankingMetric(name: string, score: (truth: Truth, columns: readonly Float64Array[]) => number) {
  return (): ProbabilityMetric => ({
    ...maximize(name),
    score(truth, predicted) {
      const { at, classes } = readRows(name, truth, predicted)
      const columns = Array.from({ length: classes }, (_, c) => Float64Array.from(truth, (_, i) => at(i, c)))
      return score(truth, columns)
    },
  })
}

/** Metrics of class probabilities, by scikit-learn's names. */
export const PROBABILITY_METRICS = {
  log_loss: () => logLoss,
  brier_score: () => brier,
  d2_log_loss_score: () => shareGone('d2_log_loss_score', logLoss),
  d2_brier_score: () => shareGone('d2_brier_score', brier),
  top_k_accuracy: topK,
  roc_auc: rankingMetric('roc_auc', (truth, columns) => {
    if (columns.length > 2) {
      throw new OptionError(`roc_auc of ${columns.length} classes`, 'Use roc_auc_ovr or roc_auc_ovo')
    }
    return rocAucOneVsRest(truth, columns.slice(1), 'macro', 1)
  }),
  roc_auc_ovr: rankingMetric('roc_auc_ovr', (truth, columns) => rocAucOneVsRest(truth, columns, 'macro')),
  roc_auc_ovr_weighted: rankingMetric('roc_auc_ovr_weighted', (truth, columns) =>
    rocAucOneVsRest(truth, columns, 'weighted'),
  ),
  roc_auc_ovo: rankingMetric('roc_auc_ovo', (truth, columns) => rocAucOneVsOne(truth, columns, 'macro')),
  roc_auc_ovo_weighted: rankingMetric('roc_auc_ovo_weighted', (truth, columns) =>
    rocAucOneVsOne(truth, columns, 'weighted'),
  ),
  average_precision: rankingMetric('average_precision', (truth, columns) =>
    columns.length === 2
      ? averagePrecision(truth, columns[1]!, 1)
      : meanOf(columns.map((scores, c) => averagePrecision(truth, scores, c))),
  ),
} as const

interface Rows {
  /** Probability of a class for an example. */
  readonly at: (example: number, label: number) => number
  readonly classes: number
}

/** @throws {OptionError} where rows are uneven, or the truth names a class that they lack */
function readRows(name: string, truth: Truth, predicted: Probabilities): Rows {
  checkPairs(name, truth, predicted)
  const [first] = Array.from(predicted as ArrayLike<unknown>).slice(0, 1)
  const isFlat = typeof first === 'number'
  const classes = isFlat ? 2 : (first as ArrayLike<number>).length
  for (let i = 0; i < truth.length; i++) {
    const label = truth[i]!
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new OptionError(
        `${name} got the class ${JSON.stringify(label)} for example ${i} and probabilities of ${classes} classes`,
        `Number the classes from 0 to ${classes - 1}, in the order of the probabilities`,
      )
    }
    const width = isFlat ? 2 : (predicted[i] as ArrayLike<number>).length
    if (width !== classes) {
      throw new OptionError(
        `${name} got ${classes} probabilities first and ${width} for example ${i}`,
        'Give even rows',
      )
    }
  }
  if (!isFlat) return { classes, at: (i, label) => (predicted[i] as ArrayLike<number>)[label]! }
  return {
    classes,
    at: (i, label) => (label === 1 ? (predicted[i] as number) : 1 - (predicted[i] as number)),
  }
}
