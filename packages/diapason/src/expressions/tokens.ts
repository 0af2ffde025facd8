import { ExpressionError } from './expression-error.ts'

/** A piece of an expression and where it begins, in characters from 0. */
export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly offset: number }
  | { readonly kind: 'text'; readonly value: string; readonly offset: number }
  /** A parameter, a metric or a function; `isQuoted` where it stood in backticks. */
  | { readonly kind: 'name'; readonly value: string; readonly offset: number; readonly isQuoted: boolean }
  | { readonly kind: 'sign'; readonly value: string; readonly offset: number }
  | { readonly kind: 'end'; readonly value: ''; readonly offset: number }

const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y
/** A path: `lr`, `optimizer.sgd.momentum`, `layers.0.units`, `layers[].units`. */
const NAME = /[\p{L}_][\p{L}\p{N}_]*(?:\[\])?(?:\.[\p{L}\p{N}_]+(?:\[\])?)*/uy
const QUOTED_NAME = /`([^`]+)`/y
const TEXT = /"([^"]*)"|'([^']*)'/y
const SIGN = /\*\*|<=|>=|==|!=|&&|\|\||[-+*/%<>!(),[\]]/y

/** Signs that mean the same as words. */
const SYNONYMS: { readonly [sign: string]: string } = { '&&': 'and', '||': 'or', '!': 'not' }
const WORDS = new Set(['and', 'or', 'not', 'in'])

/** Signs that people write for others, and what to write. */
const MEANT: { readonly [sign: string]: string } = {
  '=': 'Write == to compare',
  '^': 'Write ** for a power',
  '&': 'Write and',
  '|': 'Write or',
  '"': 'Close the quotes',
  "'": 'Close the quotes',
  '`': 'Close the backticks',
}

/** @throws {ExpressionError} at what is no part of an expression */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let offset = 0
  const read = (pattern: RegExp) => {
    pattern.lastIndex = offset
    return pattern.exec(text)
  }
  for (;;) {
    offset += read(/\s*/y)?.[0].length ?? 0
    if (offset >= text.length) return [...tokens, { kind: 'end', value: '', offset }]
    const found = nextToken(read, offset)
    if (found === undefined) throw unreadable(text, offset)
    tokens.push(found.token)
    offset += found.length
  }
}

function nextToken(
  read: (pattern: RegExp) => RegExpExecArray | null,
  offset: number,
): { readonly token: Token; readonly length: number } | undefined {
  const number = read(NUMBER)?.[0]
  if (number !== undefined) {
    return { token: { kind: 'number', value: Number(number), offset }, length: number.length }
  }
  const name = read(NAME)?.[0]
  if (name !== undefined) {
    const kind = WORDS.has(name) ? 'sign' : 'name'
    return { token: { kind, value: name, offset, isQuoted: false }, length: name.length }
  }
  const quoted = read(QUOTED_NAME)
  if (quoted !== null) {
    return { token: { kind: 'name', value: quoted[1] ?? '', offset, isQuoted: true }, length: quoted[0].length }
  }
  const string = read(TEXT)
  if (string !== null) {
    return { token: { kind: 'text', value: string[1] ?? string[2] ?? '', offset }, length: string[0].length }
  }
  const sign = read(SIGN)?.[0]
  if (sign === undefined) return undefined
  return { token: { kind: 'sign', value: SYNONYMS[sign] ?? sign, offset }, length: sign.length }
}

function unreadable(text: string, offset: number): ExpressionError {
  const sign = String.fromCodePoint(text.codePointAt(offset) ?? 0)
  const remedy = MEANT[sign] ?? 'Use names, numbers, "texts", + - * / % **, < <= == != >= >, and, or, not, in, ( )'
  return new ExpressionError(offset, `${sign} is no part of an expression`, remedy)
}
