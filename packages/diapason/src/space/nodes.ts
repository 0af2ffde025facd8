import type { ParamValue } from './distribution.ts'
import type { NumberPrior } from './prior.ts'

/** A real parameter, made by {@link float}. */
export type FloatNode = {
  readonly kind: 'float'
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly step: number | null
  readonly default?: number
  readonly prior?: NumberPrior
}

/** An integer parameter, made by {@link int}. */
export type IntNode = Omit<FloatNode, 'kind' | 'step'> & { readonly kind: 'int'; readonly step: number }

/** One of a list, made by {@link choice}. */
export type ChoiceNode<V extends ParamValue = ParamValue> = {
  readonly kind: 'choice'
  readonly options: readonly V[]
  readonly default?: V
  /** Relative weights of the options. */
  readonly prior?: readonly number[]
}

/** One of several sub-spaces, made by {@link branch}. */
export type BranchNode<K extends string = string, C extends Cases = Cases> = {
  readonly kind: 'branch'
  readonly key: K
  readonly cases: C
  readonly default?: string
}

/** A variable number of equal sub-spaces, made by {@link repeat}. */
export type RepeatNode<E extends Entries = Entries> = {
  readonly kind: 'repeat'
  readonly min: number
  readonly max: number
  readonly entries: E
  readonly default?: number
}

/** One entry of a search space. */
export type SpaceNode = FloatNode | IntNode | ChoiceNode | BranchNode | RepeatNode
/** A declared search space, or a part of one: names with their nodes. */
export type Entries = { readonly [name: string]: SpaceNode }
/** The alternatives of a branch. */
export type Cases = { readonly [label: string]: Entries }

/** How a number is spread over its range: evenly, evenly in its logarithm, or on a grid. */
export type Scale = { readonly log: true; readonly step?: never } | { readonly log?: false; readonly step?: number }
/** Scale and default value of a number. */
export type NumberOptions = Scale & { readonly default?: number }
/** The same, with where the best value is expected; for declared spaces. */
export type DeclaredNumberOptions = NumberOptions & {
  /**
   * Where you expect the best value. Samplers that learn start there and look there first; what trials say counts ever more beside it,
   * so that an error costs some trials, not the search.
   */
  readonly prior?: NumberPrior
}

/**
 * A real number in [low, high].
 * @param options `log` (needs low > 0) or `step`, a `default` within the range, and a `prior`: where you expect the best value
 * @example float(1e-5, 1e-1, { log: true, default: 1e-3 })
 * @example float(1e-5, 1e-1, { log: true, prior: { near: 3e-4, within: 3 } })
 */
export function float(low: number, high: number, options: DeclaredNumberOptions = {}): FloatNode {
  const { log = false, step = null } = options
  return { kind: 'float', low, high, log, step, ...defaultOf(options), ...priorOf(options) }
}

/**
 * An integer in [low, high], both ends included.
 * @param options `log` (needs low ≥ 1) or `step` (default 1), a `default` within the range, and a `prior`: where you expect the best value
 * @example int(16, 512, { log: true, default: 64 })
 */
export function int(low: number, high: number, options: DeclaredNumberOptions = {}): IntNode {
  const { log = false, step = 1 } = options
  return { kind: 'int', low, high, log, step, ...defaultOf(options), ...priorOf(options) }
}

/**
 * One of a list: strings, numbers, booleans, null; no order is assumed.
 * @param settings `default`, else the first option; `prior`: how probable each option is to be the best, as weights in their order
 * @example choice(['relu', 'tanh', 'elu'], { default: 'relu' })
 */
export function choice<const V extends ParamValue>(
  options: readonly V[],
  settings: { readonly default?: NoInfer<V>; readonly prior?: readonly number[] } = {},
): ChoiceNode<V> {
  return { kind: 'choice', options, ...defaultOf(settings), ...priorOf(settings) }
}

/**
 * One of several sub-spaces; the chosen label stands under `key` in the parameters.
 * @param key   the discriminating property, such as `'kind'`
 * @param cases label → sub-space (`{}` where a case has no parameters)
 * @param options `default` label, else the first case
 * @example
 * branch('kind', {
 *   adam: { learningRate: float(1e-5, 1e-1, { log: true }) },
 *   sgd: { learningRate: float(1e-4, 1, { log: true }), momentum: float(0, 0.99) },
 * })
 */
export function branch<const K extends string, const C extends Cases>(
  key: K,
  cases: C,
  options: { readonly default?: Label<keyof C> } = {},
): BranchNode<K, C> {
  return { kind: 'branch', key, cases, ...defaultOf(options) }
}

/**
 * Between min and max copies of a sub-space, each with values of its own: the layers of a network.
 * @param options `default` count, else the middle one
 * @example repeat(1, 4, { units: int(16, 512, { log: true }) })
 */
export function repeat<const E extends Entries>(
  min: number,
  max: number,
  entries: E,
  options: { readonly default?: number } = {},
): RepeatNode<E> {
  return { kind: 'repeat', min, max, entries, ...defaultOf(options) }
}

function defaultOf<T>(options: { readonly default?: T }): { readonly default?: T } {
  return options.default === undefined ? {} : { default: options.default }
}

function priorOf<T>(options: { readonly prior?: T }): { readonly prior?: T } {
  return options.prior === undefined ? {} : { prior: options.prior }
}

/** Labels are texts, also those that look like numbers: `{ 1: { … } }` has the label `'1'`. */
type Label<L> = `${L & (string | number)}`

type Show<T> = { [K in keyof T]: T[K] } & {}

type ValueOf<N> = N extends FloatNode | IntNode
  ? number
  : N extends ChoiceNode<infer V>
    ? V
    : N extends RepeatNode<infer E>
      ? Infer<E>[]
      : N extends BranchNode<infer K, infer C>
        ? { [L in keyof C]: Show<{ [P in K]: Label<L> } & Infer<C[L]>> }[keyof C]
        : never

/** The type of the parameters that a declared space yields. */
export type Infer<E> = Show<{ -readonly [K in keyof E]: ValueOf<E[K]> }>
