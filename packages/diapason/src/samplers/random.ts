import type { ParamValue } from '../space/distribution.ts'
import { isActive, type ParamValues } from '../space/search-space.ts'
import type { Sampler } from './sampler.ts'

/**
 * Independent uniform draws: even over the range of each parameter, or over its logarithm.
 * A parameter's draws do not depend on which other parameters the space has. O(parameters) a point.
 * @example
 * const study = await createStudy({ space, goals, sampler: randomSampler() })
 */
export function randomSampler(): Sampler {
  return {
    name: 'random',
    suggest(history, numbers, rng) {
      return numbers.map((number): ParamValues => {
        const stream = rng.split(`trial/${number}`)
        const params: Record<string, ParamValue> = {}
        for (const parameter of history.space.parameters) {
          if (!isActive(parameter, params)) continue
          params[parameter.name] = parameter.column.decode(stream.split(parameter.name).next())
        }
        return params
      })
    },
  }
}
