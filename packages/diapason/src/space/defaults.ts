import type { ParamValue } from './distribution.ts'
import { isActive, type Parameter, type ParamValues, type SearchSpace } from './search-space.ts'

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
  if (!space.parameters.some((parameter) => parameter.default !== undefined)) return undefined
  const params: { [path: string]: ParamValue } = {}
  for (const parameter of space.parameters) {
    if (isActive(parameter, params)) params[parameter.name] = defaultValue(parameter)
  }
  return params
}
