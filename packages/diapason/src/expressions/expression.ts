import type { ParamValue } from '../space/distribution.ts'

export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '**'
export type Relation = '<' | '<=' | '>' | '>=' | '==' | '!='

/** An expression as a tree; `offset` is where the sign or name that makes it stands, in characters from 0. */
export type Expression = { readonly offset: number } & (
  | { readonly kind: 'literal'; readonly value: ParamValue }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly parts: readonly Expression[] }
  | { readonly kind: 'negative' | 'not'; readonly part: Expression }
  | ({ readonly kind: 'arithmetic'; readonly operator: Arithmetic } & Sides)
  | ({ readonly kind: 'relation'; readonly operator: Relation } & Sides)
  | { readonly kind: 'in'; readonly left: Expression; readonly options: readonly Expression[] }
  | ({ readonly kind: 'and' | 'or' } & Sides)
)

interface Sides {
  readonly left: Expression
  readonly right: Expression
}

/** The names that an expression asks for, each once. */
export function namesIn(expression: Expression): readonly string[] {
  const found = new Set<string>()
  const walk = (part: Expression): void => {
    if (part.kind === 'name') found.add(part.name)
    for (const each of partsOf(part)) walk(each)
  }
  walk(expression)
  return [...found]
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return []
    case 'call':
      return expression.parts
    case 'negative':
    case 'not':
      return [expression.part]
    case 'in':
      return [expression.left, ...expression.options]
    case 'arithmetic':
    case 'relation':
    case 'and':
    case 'or':
      return [expression.left, expression.right]
    default:
      return expression satisfies never
  }
}
