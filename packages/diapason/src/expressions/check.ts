import { closestName } from '../text/closest-name.ts'
import { isRepeated } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { ExpressionError } from './expression-error.ts'
import { FUNCTIONS } from './functions.ts'

/** What a value may be. */
export type Kind = 'number' | 'text' | 'truth' | 'null'

/** What names may be asked for. */
export interface KnownNames {
  /** What the names are, for errors: `parameter`, `metric`. */
  readonly what: string
  readonly list: readonly string[]
  readonly kindsOf: (name: string) => ReadonlySet<Kind>
  /** The options of a name that has some; undefined: any value of its kinds. */
  readonly optionsOf: (name: string) => readonly unknown[] | undefined
}

const KIND_WORDS = { number: 'a number', text: 'a text', truth: 'true or false', null: 'null' } as const

/**
 * Finds what makes no sense in an expression: unknown names and functions, arithmetic on texts, comparisons that are always false.
 * @returns what its value may be
 * @throws {ExpressionError} with the place
 */
export function checkExpression(expression: Expression, known: KnownNames): ReadonlySet<Kind> {
  const check = (part: Expression) => checkExpression(part, known)
  switch (expression.kind) {
    case 'literal':
      return new Set([kindOf(expression.value)])
    case 'name':
      return checkName(expression.name, expression.offset, known)
    case 'call':
      checkCall(expression, known)
      return new Set(['number'])
    case 'negative':
      checkNumber(expression.part, check(expression.part))
      return new Set(['number'])
    case 'not':
      checkTruth(expression.part, check(expression.part))
      return new Set(['truth'])
    case 'arithmetic':
      for (const side of [expression.left, expression.right]) checkNumber(side, check(side))
      return new Set(['number'])
    case 'relation':
      checkRelation(expression, known)
      return new Set(['truth'])
    case 'in':
      for (const option of expression.options) checkEqual(expression.left, option, known)
      if (expression.options.length === 0) throw new ExpressionError(expression.offset, 'the list is empty', 'Fill it')
      return new Set(['truth'])
    case 'and':
    case 'or':
      for (const side of [expression.left, expression.right]) checkTruth(side, check(side))
      return new Set(['truth'])
    default:
      return expression satisfies never
  }
}

export function kindOf(value: unknown): Kind {
  if (value === null) return 'null'
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'truth' : 'text'
}

function checkName(name: string, offset: number, known: KnownNames): ReadonlySet<Kind> {
  if (isRepeated(name)) {
    const problem = `${name} stands for several numbers`
    throw new ExpressionError(offset, problem, `Write sum(${name}), min(${name}) or max(${name})`)
  }
  if (known.list.includes(name)) return known.kindsOf(name)
  throw unknownName(name, offset, known)
}

function unknownName(name: string, offset: number, { what, list }: KnownNames): ExpressionError {
  const last = (path: string) => path.slice(path.lastIndexOf('.') + 1)
  const close = list.find((path) => last(path) === name) ?? closestName(name, list)
  const shown = list.length > 12 ? `${list.slice(0, 12).join(', ')}, …` : list.join(', ')
  const names = `Known are ${shown}`
  return new ExpressionError(
    offset,
    `there is no ${what} "${name}"`,
    close === undefined ? names : `Did you mean ${close}? ${names}`,
  )
}

function checkCall({ name, parts, offset }: Extract<Expression, { kind: 'call' }>, known: KnownNames): void {
  const found = FUNCTIONS.get(name)
  if (found === undefined) {
    const list = [...FUNCTIONS.keys()]
    const close = closestName(name, list)
    const hint = close === undefined ? '' : `Did you mean ${close}? `
    throw new ExpressionError(offset, `there is no function ${name}`, `${hint}Known are ${list.join(', ')}`)
  }
  const [first] = parts
  if (found.count === undefined && parts.length === 1 && first?.kind === 'name' && isRepeated(first.name)) {
    checkRepeated(first.name, first.offset, known)
    return
  }
  if (found.count === undefined ? parts.length === 0 : parts.length !== found.count) {
    const wanted = found.count === undefined ? 'numbers, or a repeated parameter' : 'one number'
    throw new ExpressionError(offset, `${name} got ${parts.length} values`, `Give it ${wanted}`)
  }
  for (const part of parts) checkNumber(part, checkExpression(part, known))
}

function checkRepeated(name: string, offset: number, known: KnownNames): void {
  const copies = known.list.filter((path) => copiesOf(name).test(path))
  const [copy] = copies
  if (copy === undefined) {
    const paths = [
      ...new Set(known.list.map((path) => path.replaceAll(/(?<=\.)\d+(?=\.|$)/g, '[]').replaceAll('.[]', '[]'))),
    ]
    throw unknownName(name, offset, { ...known, list: paths.filter(isRepeated) })
  }
  if (!known.kindsOf(copy).has('number')) {
    throw new ExpressionError(offset, `${name} is no number`, 'Name a repeated parameter that is one')
  }
}

/** The paths that a repeated name stands for: `layers.0.units` of `layers[].units`. */
export function copiesOf(name: string): RegExp {
  const parts = name.split('[]').map((part) => part.replaceAll(/[^\p{L}\p{N}_]/gu, '\\$&'))
  return new RegExp(`^${parts.join('\\.\\d+')}$`, 'u')
}

function checkNumber(part: Expression, kinds: ReadonlySet<Kind>): void {
  const other = [...kinds].find((kind) => kind !== 'number' && kind !== 'null')
  if (other === undefined && kinds.has('number')) return
  throw new ExpressionError(
    part.offset,
    `${subjectOf(part)} is ${KIND_WORDS[other ?? 'null']}`,
    'A number is needed here',
  )
}

/** @throws {ExpressionError} where a part is not true or false */
export function checkTruth(part: Expression, kinds: ReadonlySet<Kind>): void {
  const other = [...kinds].find((kind) => kind !== 'truth')
  if (other === undefined) return
  const problem = `${subjectOf(part)} is ${KIND_WORDS[other]}, neither true nor false`
  throw new ExpressionError(part.offset, problem, 'Compare it with something')
}

function checkRelation(relation: Extract<Expression, { kind: 'relation' }>, known: KnownNames): void {
  const { operator, left, right } = relation
  if (operator === '==' || operator === '!=') checkEqual(left, right, known)
  else for (const side of [left, right]) checkNumber(side, checkExpression(side, known))
}

/** Two sides that can never be equal are a mistake. */
function checkEqual(left: Expression, right: Expression, known: KnownNames): void {
  const [a, b] = [checkExpression(left, known), checkExpression(right, known)]
  if (![...a].some((kind) => b.has(kind))) {
    const words = [...a].map((kind) => KIND_WORDS[kind]).join(' or ')
    const other = [...b].map((kind) => KIND_WORDS[kind]).join(' or ')
    const problem = `${subjectOf(left)} is ${words} and ${subjectOf(right)} ${other}: they are never equal`
    throw new ExpressionError(right.offset, problem, 'Compare things of one kind')
  }
  checkOption(left, right, known)
  checkOption(right, left, known)
}

function checkOption(side: Expression, value: Expression, known: KnownNames): void {
  if (side.kind !== 'name' || value.kind !== 'literal') return
  const options = known.optionsOf(side.name)
  if (options === undefined || options.includes(value.value)) return
  const list = options.map(String)
  const close = closestName(String(value.value), list)
  const hint = close === undefined ? '' : `Did you mean ${close}? `
  const problem = `${side.name} is never ${JSON.stringify(value.value)}`
  throw new ExpressionError(value.offset, problem, `${hint}Its options are ${list.join(', ')}`)
}

function subjectOf(part: Expression): string {
  if (part.kind === 'name') return part.name
  return part.kind === 'literal' ? JSON.stringify(part.value) : 'this'
}
