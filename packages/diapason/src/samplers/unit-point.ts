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
