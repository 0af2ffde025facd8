import { checkExpression } from './check.ts'
import { evaluatorOf } from './evaluate.ts'
import { type Expression, namesIn } from './expression.ts'
import { ExpressionError } from './expression-error.ts'
import { parseExpression } from './parse.ts'

/** A limit on what a trial measures, written as text. */
export interface OutcomeLimit {
  /** What the constraint is called. */
  readonly name: string
  readonly text: string
  /** The metrics that it depends on. */
  readonly metrics: readonly string[]
  /** How far the metrics are beyond the limit: kept where at most 0. */
  excess(metrics: { readonly [metric: string]: number }): number
}

const REMEDY = 'Write one comparison of metrics with <= or >=, such as memory <= 8e9'

/**
 * Reads a limit such as `memory <= 8e9` or `params * 4 / 1e6 <= 25`. Names are metrics; others than letters, digits, dots and
 * underscores go between backticks.
 * @param name default: the metric, where there is one alone, else the text
 * @throws {ExpressionError} with the place
 */
export function parseOutcomeLimit(text: string, name?: string): OutcomeLimit {
  const expression = parseExpression(text)
  const metrics = namesIn(expression)
  const { less, more } = sidesOf(expression)
  const kindsOf = () => new Set(['number'] as const)
  checkExpression(expression, { what: 'metric', list: metrics, kindsOf, optionsOf: () => undefined })
  if (metrics.length === 0) throw new ExpressionError(0, `${text} names no metric`, REMEDY)
  const [left, right] = [evaluatorOf(less), evaluatorOf(more)]
  return {
    name: name ?? (metrics.length === 1 ? (metrics[0] ?? text) : text),
    text,
    metrics,
    excess(values) {
      const known = { lookUp: (metric: string) => values[metric], numbersOf: () => [] }
      return Number(left(known)) - Number(right(known))
    },
  }
}

/** What has to be at most the other. */
function sidesOf(expression: Expression): { readonly less: Expression; readonly more: Expression } {
  const { kind, offset } = expression
  if (kind !== 'relation') throw new ExpressionError(offset, 'it is no comparison, or more than one', REMEDY)
  const { operator, left, right } = expression
  if (operator === '<=') return { less: left, more: right }
  if (operator === '>=') return { less: right, more: left }
  throw new ExpressionError(offset, `${operator} gives no limit to keep`, REMEDY)
}
