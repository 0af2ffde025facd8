import { createRng } from '../math/rng.ts'
import { createSobol, type Sobol } from '../math/sobol.ts'
import type { Sampler } from './sampler.ts'
import { pointAt } from './unit-point.ts'

/**
 * Scrambled Sobol points: random-looking, but spread more evenly than chance. Trial n gets point n of the sequence, so that
 * workers need not agree on anything; the scrambling comes from the study's seed.
 * Parameters that are inactive under a point use up their coordinate all the same. O(parameters × log n) a point.
 * @example
 * const study = await createStudy({ space, goals, sampler: quasiRandomSampler() })
 */
export function quasiRandomSampler(): Sampler {
  let sobol: Sobol | undefined
  let sobolSeed = 0
  return {
    name: 'quasi-random',
    suggest(history, numbers) {
      const { space, seed = 0 } = history
      const dimensions = space.parameters.length
      if (sobol?.dimensions !== dimensions || sobolSeed !== seed) {
        sobol = createSobol(dimensions, createRng(seed).split('sobol'))
        sobolSeed = seed
      }
      const point = new Float64Array(dimensions)
      return numbers.map((number) => {
        sobol?.point(number, point)
        return pointAt(space, point)
      })
    },
  }
}
