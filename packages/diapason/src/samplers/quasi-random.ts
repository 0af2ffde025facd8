import { type Axes, axesOf } from '../models/axes.ts'
import type { SearchSpace } from '../space/search-space.ts'
import type { Sampler } from './sampler.ts'
import { createSpreadPoints } from './spread-points.ts'
import { pointAt } from './unit-point.ts'
import { refuseAll } from './unseen.ts'

/**
 * Scrambled Sobol points: random-looking, but spread more evenly than chance. Trial n gets point n of the sequence (of those
 * that the study's `where` allows), so that workers need not agree on anything; the scrambling comes from the study's seed.
 * Parameters that are inactive under a point use up their coordinate all the same. O(parameters × log n) a point.
 * @example
 * const study = await createStudy({ space, goals, sampler: quasiRandomSampler() })
 */
export function quasiRandomSampler(): Sampler {
  const spread = createSpreadPoints(false)
  let known: { readonly space: SearchSpace; readonly axes: Axes } | undefined
  return {
    name: 'quasi-random',
    suggest(history, numbers) {
      const { space } = history
      if (known?.space !== space) known = { space, axes: axesOf(space) }
      const { axes } = known
      return numbers.map((number) => pointAt(space, spread.at(history, axes, number) ?? refuseAll()))
    },
  }
}
