import type { ParamValue } from '../space/distribution.ts'
import { isActive, type ParamValues, type SearchSpace } from '../space/search-space.ts'

/**
 * The point at a position of the unit cube: one value for every parameter that is active under it.
 * @param coordinates one in [0, 1] for each parameter of the space, in its order; those of inactive parameters are not used
 */
export function pointAt(space: SearchSpace, coordinates: ArrayLike<number>): ParamValues {
  const params: Record<string, ParamValue> = {}
  for (const [j, parameter] of space.parameters.entries()) {
    if (isActive(parameter, params)) params[parameter.name] = parameter.column.decode(coordinates[j] ?? 0.5)
  }
  return params
}

/** The inverse of {@link pointAt}: the position that a trial with these values has; NaN where a parameter has none. */
export function positionOf({ parameters }: SearchSpace, params: ParamValues): Float64Array {
  return Float64Array.from(parameters, ({ name, column }) => {
    const value = params[name]
    return value === undefined ? Number.NaN : column.encode(value)
  })
}
