import { OptionError } from '../errors.ts'
import type { Goal } from '../trial/history.ts'
import { CLASS_METRICS } from './class-metrics.ts'
import type { ClassMetric, Metric, MetricOptions, NumberMetric, ProbabilityMetric } from './metric.ts'
import { NUMBER_METRICS } from './number-metrics.ts'
import { PROBABILITY_METRICS } from './probability-metrics.ts'

type Negated<N extends string> = N | `neg_${N}`

/** `accuracy`, `f1_macro`, `matthews_corrcoef` … */
export type ClassMetricName = Negated<keyof typeof CLASS_METRICS>
/** `log_loss`, `roc_auc`, `average_precision` … */
export type ProbabilityMetricName = Negated<keyof typeof PROBABILITY_METRICS>
/** `mean_squared_error`, `r2` … */
export type NumberMetricName = Negated<keyof typeof NUMBER_METRICS>
export type MetricName = ClassMetricName | ProbabilityMetricName | NumberMetricName

type AnyMetric = Metric<never, never>
const MAKERS: { readonly [name: string]: (options: MetricOptions) => AnyMetric } = {
  ...CLASS_METRICS,
  ...PROBABILITY_METRICS,
  ...NUMBER_METRICS,
}

/** Every metric's name, losses without scikit-learn's `neg_`. */
export const metricNames: readonly string[] = Object.keys(MAKERS)

/**
 * A metric by scikit-learn's name: how to score, which way is better, and the range.
 *
 * Losses are minimised under their own name (`log_loss`) and negated, to be maximised, under scikit-learn's (`neg_log_loss`).
 * @throws {OptionError} for a name there is none of, with those that are near
 * @example metric('f1_macro').score(['cat', 'dog', 'dog'], ['cat', 'dog', 'cat']) // 2/3
 */
export function metric(name: ClassMetricName, options?: MetricOptions): ClassMetric
export function metric(name: ProbabilityMetricName, options?: MetricOptions): ProbabilityMetric
export function metric(name: NumberMetricName, options?: MetricOptions): NumberMetric
export function metric(name: string, options: MetricOptions = {}): AnyMetric {
  const plain = name.replace(/^neg_/, '')
  const make = Object.hasOwn(MAKERS, plain) ? MAKERS[plain] : undefined
  if (make === undefined) throw unknown(name, plain)
  const found = make(options)
  if (plain === name) return found
  if (found.direction === 'maximize') throw new OptionError(`${name}: more ${plain} is better`, `Use ${plain}`)
  return negated(name, found)
}

/** The range of the metric that a goal is named after, if there is one and it goes the same way. */
export function rangeOf({ name, direction }: Goal): readonly [low: number, high: number] | undefined {
  const plain = name.replace(/^neg_/, '')
  if (!metricNames.includes(plain)) return undefined
  // Every name in the list has a maker, and `neg_` of a gain is refused by its direction.
  const found = MAKERS[plain]!({})
  if (name === plain) return found.direction === direction ? found.range : undefined
  return found.direction === 'minimize' && direction === 'maximize' ? negated(name, found).range : undefined
}

function negated(name: string, { kind, range, score, perExample }: AnyMetric): AnyMetric {
  const minus = (value: number) => 0 - value
  return {
    name,
    kind,
    direction: 'maximize',
    range: [minus(range[1]), minus(range[0])],
    score: (truth, predicted) => minus(score(truth, predicted)),
    ...(perExample && { perExample: (truth, predicted) => perExample(truth, predicted).map(minus) }),
  }
}

function unknown(name: string, plain: string): OptionError {
  const words = plain.split('_')
  const near = metricNames.filter((known) => words.some((word) => word.length > 1 && known.split('_').includes(word)))
  const list = (near.length > 0 ? near : metricNames).slice(0, 12).join(', ')
  return new OptionError(`There is no metric "${name}"`, near.length > 0 ? `Near it: ${list}` : `Use one of ${list}, …`)
}
