import type { ParamValue } from '../space/distribution.ts'
import type { Arithmetic, Expression, Relation } from './expression.ts'
import { createTokenReader, type TokenReader, unexpected } from './token-reader.ts'
import type { Token } from './tokens.ts'

const RELATIONS: readonly string[] = ['<', '<=', '>', '>=', '==', '!='] satisfies Relation[]
const CONSTANTS: ReadonlyMap<string, ParamValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])

/**
 * Reads an expression: arithmetic, comparisons (also chained: `1 < x < 3`), `and`, `or`, `not`, `in [ … ]`, calls. From the
 * loosest: or, and, not, comparisons, + -, * / %, the sign, **. Nothing is evaluated, and there is nothing in it that could run.
 * @throws {ExpressionError} with the place
 */
export function parseExpression(text: string): Expression {
  const reader = createTokenReader(text)
  const whole = either(reader)
  if (reader.here.kind !== 'end') throw unexpected(reader.here, 'an operator or the end')
  return whole
}

function either(reader: TokenReader): Expression {
  return reader.nested(() => leftToRight(reader, ['or'], both, (_, left, right) => ({ kind: 'or', left, right })))
}

function both(reader: TokenReader): Expression {
  return leftToRight(reader, ['and'], negation, (_, left, right) => ({ kind: 'and', left, right }))
}

function negation(reader: TokenReader): Expression {
  const sign = reader.take('not')
  if (sign === undefined) return comparison(reader)
  return reader.nested(() => ({ kind: 'not', part: negation(reader), offset: sign.offset }))
}

/** `a < b <= c` is `a < b and b <= c`. */
function comparison(reader: TokenReader): Expression {
  let side = sum(reader)
  let whole: Expression | undefined
  for (;;) {
    const link = relationTo(side, reader)
    if (link === undefined) return whole ?? side
    whole = whole === undefined ? link : { kind: 'and', left: whole, right: link, offset: link.offset }
    if (link.kind !== 'relation') return whole
    side = link.right
  }
}

function relationTo(left: Expression, reader: TokenReader): Expression | undefined {
  const sign = reader.take(...RELATIONS)
  if (sign !== undefined) {
    // Cast: one of RELATIONS.
    return { kind: 'relation', operator: sign.value as Relation, left, right: sum(reader), offset: sign.offset }
  }
  const word = reader.take('in')
  if (word === undefined) return undefined
  reader.expect('[', 'and options, such as [16, 32]')
  return { kind: 'in', left, options: listUntil(']', reader), offset: word.offset }
}

function sum(reader: TokenReader): Expression {
  return leftToRight(reader, ['+', '-'], product, arithmetic)
}

function product(reader: TokenReader): Expression {
  return leftToRight(reader, ['*', '/', '%'], signed, arithmetic)
}

function signed(reader: TokenReader): Expression {
  const sign = reader.take('-', '+')
  if (sign === undefined) return power(reader)
  const part = reader.nested(() => signed(reader))
  return sign.value === '-' ? { kind: 'negative', part, offset: sign.offset } : part
}

/** Binds tighter than a sign before it, and takes one after it: `-x ** -2` is `-(x ** (-2))`. */
function power(reader: TokenReader): Expression {
  const left = single(reader)
  const sign = reader.take('**')
  if (sign === undefined) return left
  return {
    ...arithmetic(
      sign,
      left,
      reader.nested(() => signed(reader)),
    ),
    offset: sign.offset,
  }
}

function single(reader: TokenReader): Expression {
  if (reader.take('(') !== undefined) {
    const inner = either(reader)
    reader.expect(')', 'to close the bracket')
    return inner
  }
  const { here } = reader
  if (here.kind === 'sign' || here.kind === 'end') throw unexpected(here, 'a name or a number')
  reader.next()
  const { offset } = here
  if (here.kind !== 'name') return { kind: 'literal', value: here.value, offset }
  const { value: name, isQuoted } = here
  if (isQuoted) return { kind: 'name', name, offset }
  if (reader.take('(') !== undefined) return { kind: 'call', name, parts: listUntil(')', reader), offset }
  const constant = CONSTANTS.get(name)
  return constant === undefined ? { kind: 'name', name, offset } : { kind: 'literal', value: constant, offset }
}

function listUntil(close: string, reader: TokenReader): readonly Expression[] {
  if (reader.take(close) !== undefined) return []
  const parts = [either(reader)]
  while (reader.take(',') !== undefined) parts.push(either(reader))
  reader.expect(close, 'or a comma')
  return parts
}

type Node = Expression extends infer Each ? (Each extends unknown ? Omit<Each, 'offset'> : never) : never

/** Operators of one strength: `a - b - c` is `(a - b) - c`. */
function leftToRight(
  reader: TokenReader,
  signs: readonly string[],
  side: (reader: TokenReader) => Expression,
  join: (sign: Token, left: Expression, right: Expression) => Node,
): Expression {
  let left = side(reader)
  for (let sign = reader.take(...signs); sign !== undefined; sign = reader.take(...signs)) {
    // Cast: a node and its offset are an expression.
    left = { ...join(sign, left, side(reader)), offset: sign.offset } as Expression
  }
  return left
}

function arithmetic(sign: Token, left: Expression, right: Expression) {
  // Cast: whoever calls has just asked for these signs.
  return { kind: 'arithmetic', operator: sign.value as Arithmetic, left, right } as const
}
