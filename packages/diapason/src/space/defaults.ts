import type { ParamValue } from './distribution.ts'
import type { Entries, Infer } from './nodes.ts'
import { nestParams } from './params-tree.ts'
import { compileSpace, isActive, type Parameter, type ParamValues, type SearchSpace } from './search-space.ts'

/** The declared default; without one, the first choice or the middle of the range (of its logarithm on a log scale). */
export function defaultValue(parameter: Parameter): ParamValue {
  if (parameter.default !== undefined) return parameter.default
  return parameter.column.kind === 'categorical' ? parameter.column.valueAt(0) : parameter.column.decode(0.5)
}

/**
 * The default configuration of a space.
 * @returns undefined where no parameter declares a default: then nobody has said what is usual
 */
export function defaultParams(space: SearchSpace): ParamValues | undefined {
  return space.parameters.some((parameter) => parameter.default !== undefined) ? usualParams(space) : undefined
}

/**
 * The default configuration of a declared space, as an objective receives it: declared defaults, and where a parameter has none its first
 * choice or the middle of its range.
 * @throws {SpaceError} where the space is wrong
 * @example const { learningRate } = defaultsOf({ learningRate: float(1e-5, 1e-1, { log: true, default: 1e-3 }) })
 */
export function defaultsOf<const E extends Entries>(entries: E): Infer<E> {
  // The type of the nested values is Infer<entries>.
  return nestParams(entries, usualParams(compileSpace(entries))) as Infer<E>
}

function usualParams(space: SearchSpace): ParamValues {
  const params: { [path: string]: ParamValue } = {}
  for (const parameter of space.parameters) {
    if (isActive(parameter, params)) params[parameter.name] = defaultValue(parameter)
  }
  return params
}
