import type { Rng } from '../math/rng.ts'
import type { ParamValue } from '../space/distribution.ts'
import { isActive, type ParamValues, type SearchSpace } from '../space/search-space.ts'
import type { Sampler } from './sampler.ts'
import { refuseAll } from './unseen.ts'

/** Draws for one point, where the study refuses some. */
const TRIES = 20_000

/**
 * Independent uniform draws: even over the range of each parameter, or over its logarithm.
 * A parameter's draws do not depend on which other parameters the space has; points that the study's `where` refuses are drawn again. O(parameters) a point.
 * @example
 * const study = await createStudy({ space, goals, sampler: randomSampler() })
 */
export function randomSampler(): Sampler {
  return {
    name: 'random',
    suggest(history, numbers, rng) {
      const { space, isAllowed } = history
      return numbers.map((number) => {
        const stream = rng.split(`trial/${number}`)
        let params = draw(space, stream)
        for (let attempt = 1; isAllowed !== undefined && !isAllowed(params); attempt++) {
          if (attempt === TRIES) refuseAll()
          params = draw(space, stream.split(`again/${attempt}`))
        }
        return params
      })
    },
  }
}

function draw(space: SearchSpace, rng: Rng): ParamValues {
  const params: Record<string, ParamValue> = {}
  for (const parameter of space.parameters) {
    if (isActive(parameter, params)) params[parameter.name] = parameter.column.decode(rng.split(parameter.name).next())
  }
  return params
}
