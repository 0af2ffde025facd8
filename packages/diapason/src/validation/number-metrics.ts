import { OptionError } from '../errors.ts'
import { median } from '../math/stats.ts'
import { checkPairs, meanMetric, meanOf, type NumberMetric } from './metric.ts'

type Numbers = ArrayLike<number>

const loss = (name: string) =>
  ({ name, kind: 'numbers', direction: 'minimize', range: [0, Number.POSITIVE_INFINITY] }) as const
const gain = (name: string) =>
  ({ name, kind: 'numbers', direction: 'maximize', range: [Number.NEGATIVE_INFINITY, 1] }) as const

/** A loss that is the mean of what each example costs. */
function meanLoss(name: string, cost: (truth: number, predicted: number) => number): NumberMetric {
  return meanMetric<Numbers, Numbers>(loss(name), (truth, predicted) =>
    Float64Array.from(truth, (value, i) => cost(value, predicted[i]!)),
  )
}

function wholeMetric(
  facts: Pick<NumberMetric, 'name' | 'kind' | 'direction' | 'range'>,
  score: NumberMetric['score'],
): NumberMetric {
  return {
    ...facts,
    score(truth, predicted) {
      checkPairs(facts.name, truth, predicted)
      return score(truth, predicted)
    },
  }
}

const rootOf = (name: string, { score }: NumberMetric): NumberMetric =>
  wholeMetric(loss(name), (truth, predicted) => Math.sqrt(score(truth, predicted)))

const squared = meanLoss('mean_squared_error', (y, p) => (p - y) ** 2)
const absolute = meanLoss('mean_absolute_error', (y, p) => Math.abs(p - y))
const percentage = meanLoss(
  'mean_absolute_percentage_error',
  (y, p) => Math.abs(p - y) / Math.max(Math.abs(y), Number.EPSILON),
)
const squaredLog = meanLoss('mean_squared_log_error', (y, p) => {
  if (y <= -1 || p <= -1) throw outside('mean_squared_log_error', y <= -1 ? y : p, 'above −1')
  return (Math.log1p(p) - Math.log1p(y)) ** 2
})
const poisson = meanLoss('mean_poisson_deviance', (y, p) => {
  if (y < 0 || p <= 0) throw outside('mean_poisson_deviance', y < 0 ? y : p, 'of at least 0 in the truth and above 0')
  return 2 * ((y === 0 ? 0 : y * Math.log(y / p)) - y + p)
})
const gamma = meanLoss('mean_gamma_deviance', (y, p) => {
  if (y <= 0 || p <= 0) throw outside('mean_gamma_deviance', y <= 0 ? y : p, 'above 0')
  return 2 * (Math.log(p / y) + y / p - 1)
})

const errors = (truth: Numbers, predicted: Numbers) => Float64Array.from(truth, (y, i) => y - predicted[i]!)

/** 1 − loss / loss of the best constant; where the truth is constant, 1 for a perfect prediction and 0 for others. */
function shareGone(lossNow: number, lossOfConstant: number): number {
  if (lossOfConstant > 0) return 1 - lossNow / lossOfConstant
  return lossNow === 0 ? 1 : 0
}

function variance(values: Float64Array): number {
  const centre = meanOf(values)
  return meanOf(values.map((value) => (value - centre) ** 2))
}

/** What one example cannot tell. */
const fromTwo = (truth: Numbers, score: () => number) => (truth.length < 2 ? Number.NaN : score())

/** Metrics of predicted numbers, by scikit-learn's names. */
export const NUMBER_METRICS = {
  mean_squared_error: () => squared,
  root_mean_squared_error: () => rootOf('root_mean_squared_error', squared),
  mean_absolute_error: () => absolute,
  median_absolute_error: () =>
    wholeMetric(loss('median_absolute_error'), (truth, predicted) => median(errors(truth, predicted).map(Math.abs))),
  max_error: () =>
    wholeMetric(loss('max_error'), (truth, predicted) =>
      errors(truth, predicted).reduce((most, error) => Math.max(most, Math.abs(error)), 0),
    ),
  mean_absolute_percentage_error: () => percentage,
  mean_squared_log_error: () => squaredLog,
  root_mean_squared_log_error: () => rootOf('root_mean_squared_log_error', squaredLog),
  mean_poisson_deviance: () => poisson,
  mean_gamma_deviance: () => gamma,
  r2: () =>
    wholeMetric(gain('r2'), (truth, predicted) =>
      fromTwo(truth, () => shareGone(squared.score(truth, predicted), variance(Float64Array.from(truth)))),
    ),
  explained_variance: () =>
    wholeMetric(gain('explained_variance'), (truth, predicted) =>
      shareGone(variance(errors(truth, predicted)), variance(Float64Array.from(truth))),
    ),
  d2_absolute_error_score: () =>
    wholeMetric(gain('d2_absolute_error_score'), (truth, predicted) =>
      fromTwo(truth, () => {
        const constant = median(truth)
        const ofConstant = absolute.score(
          truth,
          Array.from(truth, () => constant),
        )
        return shareGone(absolute.score(truth, predicted), ofConstant)
      }),
    ),
} as const

function outside(name: string, value: number, wanted: string): OptionError {
  return new OptionError(`${name} got ${value}`, `It is for numbers ${wanted}`)
}
