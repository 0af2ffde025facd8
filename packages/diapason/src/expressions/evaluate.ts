import type { ParamValue } from '../space/distribution.ts'
import type { Arithmetic, Expression, Relation } from './expression.ts'
import { FUNCTIONS } from './functions.ts'

/** A value; undefined where a parameter takes no part, and so nothing can be said. */
export type Value = ParamValue | undefined

/** What names stand for. */
export interface Names {
  readonly lookUp: (name: string) => Value
  /** The numbers of a repeated parameter: those of `layers[].units` that take part. */
  readonly numbersOf: (name: string) => readonly number[]
}

/** Computes an expression that was checked. */
export type Evaluator = (names: Names) => Value

/**
 * Turns a checked expression into a function. Unknown values stay unknown, but for `and` and `or` where the other side decides
 * (Kleene's logic): `false and unknown` is false, `true or unknown` is true.
 */
export function evaluatorOf(expression: Expression): Evaluator {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value
    case 'name':
      return ({ lookUp }) => lookUp(expression.name)
    case 'call':
      return callOf(expression.name, expression.parts)
    case 'negative': {
      const part = evaluatorOf(expression.part)
      return (names) => numeric(part(names), 0, (x) => -x)
    }
    case 'not': {
      const part = evaluatorOf(expression.part)
      return (names) => {
        const value = part(names)
        return value === undefined ? undefined : value !== true
      }
    }
    case 'arithmetic': {
      const [left, right] = [evaluatorOf(expression.left), evaluatorOf(expression.right)]
      const compute = ARITHMETIC[expression.operator]
      return (names) => numeric(left(names), right(names), compute)
    }
    case 'relation': {
      const [left, right] = [evaluatorOf(expression.left), evaluatorOf(expression.right)]
      return (names) => related(expression.operator, left(names), right(names))
    }
    case 'in': {
      const left = evaluatorOf(expression.left)
      const options = expression.options.map(evaluatorOf)
      return (names) => {
        const value = left(names)
        return value === undefined ? undefined : options.some((option) => option(names) === value)
      }
    }
    case 'and':
      return decided(expression.left, expression.right, false)
    case 'or':
      return decided(expression.left, expression.right, true)
    default:
      return expression satisfies never
  }
}

/** `and` is decided by one false side, `or` by one true side. */
function decided(left: Expression, right: Expression, by: boolean): Evaluator {
  const [first, second] = [evaluatorOf(left), evaluatorOf(right)]
  return (names) => {
    const a = first(names)
    if (a === by) return by
    const b = second(names)
    if (b === by) return by
    return a === undefined || b === undefined ? undefined : !by
  }
}

function callOf(name: string, parts: readonly Expression[]): Evaluator {
  const { of = () => Number.NaN } = FUNCTIONS.get(name) ?? {}
  const [first] = parts
  if (first?.kind === 'name' && isRepeated(first.name)) return ({ numbersOf }) => of(numbersOf(first.name))
  const each = parts.map(evaluatorOf)
  return (names) => {
    const values = each.map((part) => part(names))
    return values.every((value) => typeof value === 'number') ? of(values) : undefined
  }
}

/** Does a name stand for all copies of a repeated parameter? */
export function isRepeated(name: string): boolean {
  return name.includes('[]')
}

const ARITHMETIC: { readonly [operator in Arithmetic]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
}

/** Nothing can be computed with null either: an option that means "none". */
function numeric(a: Value, b: Value, compute: (a: number, b: number) => number): number | undefined {
  return typeof a === 'number' && typeof b === 'number' ? compute(a, b) : undefined
}

function related(operator: Relation, a: Value, b: Value): boolean | undefined {
  if (a === undefined || b === undefined) return undefined
  if (operator === '==') return a === b
  if (operator === '!=') return a !== b
  if (typeof a !== 'number' || typeof b !== 'number') return undefined
  switch (operator) {
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    default:
      return operator satisfies never
  }
}
