import { ExpressionError } from './expression-error.ts'
import { type Token, tokensOf } from './tokens.ts'

/** Deeper nesting is a mistake, and would exhaust the stack. */
const MAX_DEPTH = 100

/** Goes through the tokens of an expression. */
export interface TokenReader {
  /** The next token; at the end the one that says so. */
  readonly here: Token
  /** The next token, which is stepped over. */
  next(): Token
  /** The next token, stepped over, where it is one of these signs. */
  take(...signs: readonly string[]): Token | undefined
  /** Steps over a sign. @throws {ExpressionError} where another token comes, with `sign` and `why` as what to write */
  expect(sign: string, why: string): void
  /** Reads something that may hold itself. @throws {ExpressionError} where it does so too often */
  nested<T>(read: () => T): T
}

/** @throws {ExpressionError} at what is no token */
export function createTokenReader(text: string): TokenReader {
  const tokens = tokensOf(text)
  let at = 0
  let depth = 0
  // Cast: there is an end at least.
  const peek = () => tokens[Math.min(at, tokens.length - 1)] as Token
  const next = () => {
    const token = peek()
    at++
    return token
  }
  const take: TokenReader['take'] = (...signs) => {
    const { kind, value } = peek()
    return kind === 'sign' && signs.includes(value) ? next() : undefined
  }
  return {
    get here() {
      return peek()
    },
    next,
    take,
    expect(sign, why) {
      if (take(sign) === undefined) throw unexpected(peek(), `${sign} ${why}`)
    },
    nested(read) {
      if (++depth > MAX_DEPTH) throw new ExpressionError(peek().offset, 'it is nested too deeply', 'Split it')
      const found = read()
      depth--
      return found
    },
  }
}

/** What does not belong where it stands. @param wanted what could stand there */
export function unexpected(token: Token, wanted: string): ExpressionError {
  const came = token.kind === 'end' ? 'it ends too early' : `${JSON.stringify(token.value)} does not belong here`
  return new ExpressionError(token.offset, came, `Write ${wanted}`)
}
