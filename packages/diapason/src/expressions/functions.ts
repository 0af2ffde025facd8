/** A function that expressions may call. */
export interface ExpressionFunction {
  /** Numbers that it takes; undefined: one or more, or all of a repeated parameter (`layers[].units`). */
  readonly count: number | undefined
  readonly of: (numbers: readonly number[]) => number
}

const one = (of: (x: number) => number): ExpressionFunction => ({ count: 1, of: ([x = Number.NaN]) => of(x) })

/** By name. */
export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map([
  ['min', { count: undefined, of: (numbers) => numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) }],
  ['max', { count: undefined, of: (numbers) => numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) }],
  ['sum', { count: undefined, of: (numbers) => numbers.reduce((a, b) => a + b, 0) }],
  ['abs', one(Math.abs)],
  ['floor', one(Math.floor)],
  ['ceil', one(Math.ceil)],
  ['round', one(Math.round)],
  ['sqrt', one(Math.sqrt)],
  ['exp', one(Math.exp)],
  ['log', one(Math.log)],
  ['log2', one(Math.log2)],
  ['log10', one(Math.log10)],
] satisfies [string, ExpressionFunction][])
