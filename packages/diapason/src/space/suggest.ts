import { SpaceError } from '../errors.ts'
import { type Distribution, type ParamValue, sameDistribution } from './distribution.ts'
import type { NumberOptions } from './nodes.ts'
import { type Parameter, type ParamValues, parameterOf, rangeText } from './search-space.ts'
import { valueText } from './value-text.ts'

/** Asks for parameters one by one while a define-by-run space runs. Names are free, except that a name means one thing. */
export interface Suggest {
  /** A real number in [low, high]; options as for `float`. */
  float(name: string, low: number, high: number, options?: NumberOptions): number
  /** An integer in [low, high]; options as for `int`. */
  int(name: string, low: number, high: number, options?: NumberOptions): number
  /** One of a list; options as for `choice`. */
  choice<const V extends ParamValue>(
    name: string,
    options: readonly V[],
    settings?: { readonly default?: NoInfer<V> },
  ): V
}

/** A space as a function: its return value is what the objective receives. */
export type SpaceFunction<P> = (s: Suggest) => P

/** What one run of a space function gave. */
export interface Replay<P> {
  readonly value: P
  /** The parameters it asked for, in order. */
  readonly parameters: readonly Parameter[]
  readonly params: ParamValues
}

/**
 * Runs a space function once.
 * @param resolve gives the value of each new parameter
 * @throws {SpaceError} where a name is asked for twice with different ranges, or `resolve` gives a value outside
 */
export function replaySpace<P>(space: SpaceFunction<P>, resolve: (parameter: Parameter) => ParamValue): Replay<P> {
  const seen = new Map<string, Parameter>()
  const params: { [path: string]: ParamValue } = {}
  const ask = (name: string, distribution: Distribution, declared: ParamValue | undefined): ParamValue => {
    const parameter = parameterOf(name, distribution, undefined, declared)
    const earlier = seen.get(name)
    if (earlier === undefined) {
      params[name] = checked(parameter, resolve(parameter))
      seen.set(name, parameter)
    } else if (!sameDistribution(earlier.distribution, parameter.distribution)) {
      const ranges = `${rangeText(earlier.distribution)} and ${rangeText(parameter.distribution)}`
      throw new SpaceError(name, `it is asked for twice, with ${ranges}`, 'Give the second one a name of its own')
    }
    return params[name] ?? null
  }
  const value = space({
    float: (name, low, high, { log = false, step = null, default: declared } = {}) =>
      Number(ask(name, { kind: 'float', low, high, log, step }, declared)),
    int: (name, low, high, { log = false, step = 1, default: declared } = {}) =>
      Number(ask(name, { kind: 'int', low, high, log, step }, declared)),
    choice: <V extends ParamValue>(name: string, choices: readonly V[], settings: { readonly default?: V } = {}) =>
      // `ask` returns one of the choices it was given.
      ask(name, { kind: 'categorical', choices }, settings.default) as V,
  })
  return { value, parameters: [...seen.values()], params }
}

/** A stored trial may be older than the space function, and a resolver may know nothing of the name. */
function checked({ name, distribution, column }: Parameter, value: ParamValue | undefined): ParamValue {
  if (value !== undefined && column.contains(value)) return value
  const problem =
    value === undefined
      ? 'the trial has no value for it'
      : `${valueText(value)} lies outside ${rangeText(distribution)}`
  throw new SpaceError(name, problem, 'The space function may have changed since the trial was stored')
}
