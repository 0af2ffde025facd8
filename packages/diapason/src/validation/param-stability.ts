import type { ParamValue } from '../space/distribution.ts'
import type { ParamValues, SearchSpace } from '../space/search-space.ts'

/** How alike several searches chose one parameter. */
export interface ParamStability {
  readonly path: string
  /** By search; undefined where the parameter had no part in the choice. */
  readonly values: readonly (ParamValue | undefined)[]
  /**
   * 1 where all chose alike. For choices: the share of the most frequent one. For numbers: 1 minus the share of the range
   * (of its logarithm on a log scale) that the choices span.
   */
  readonly agreement: number
}

/** How alike several configurations of a space are, parameter by parameter, in the space's order. */
export function stabilityOf(space: SearchSpace, configs: readonly ParamValues[]): readonly ParamStability[] {
  return space.parameters.flatMap(({ name, column }) => {
    const values = configs.map((config) => config[name])
    const present = values.filter((value) => value !== undefined)
    if (present.length === 0) return []
    const agreement = column.kind === 'categorical' ? shareOfMode(present) : 1 - span(present.map(column.encode))
    return [{ path: name, values, agreement }]
  })
}

function shareOfMode(values: readonly ParamValue[]): number {
  const counts = new Map<ParamValue, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return Math.max(...counts.values()) / values.length
}

function span(places: readonly number[]): number {
  return Math.max(...places) - Math.min(...places)
}
