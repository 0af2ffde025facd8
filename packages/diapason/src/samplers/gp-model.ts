import type { Rng } from '../math/rng.ts'
import { logExpectedImprovement } from '../models/acquisition.ts'
import { searchAcquisition } from '../models/acquisition-search.ts'
import type { Bonus } from '../models/bonus.ts'
import type { GaussianProcess } from '../models/gaussian-process.ts'
import { landscapeOf, meanLandscape } from '../models/landscape.ts'
import type { OptimumPrior } from '../models/optimum-prior.ts'
import type { Judged } from './gp-data.ts'
import type { IsBarred } from './unseen.ts'

/** Multiplications that one search for a point may cost, about a seventh of a second. */
const SEARCH_WORK = 1.5e8

// Chosen on development functions and tables (docs/decisions/032-a-look-elsewhere.md). In standard deviations of the targets:
/** An expected improvement that is hardly worth a trial. */
const SMALL_GAIN = 3e-3
/** What would be worth one. */
const REAL_GAIN = 0.1
/** Where no more than so much is expected beyond a real gain, there is no hope. */
const HOPE = 1e-4
/** Length scales are so much shorter for a look elsewhere: what was learned near the best may not hold there. */
const DOUBT = 0.6

/** What was learned from finished trials. */
export interface Model {
  /** Points being tried; those told before come first again. */
  know(busy: readonly Float64Array[]): void
  propose(isBarred: IsBarred, rng: Rng): Float64Array | undefined
}

/** How a point is looked for. */
export interface Effort {
  /** Points near which is looked, too. */
  readonly incumbents: number
  /** Of the points that were looked at, so many are climbed from. */
  readonly climbs: number
  /** Where hardly anything is left to gain, is a real gain looked for elsewhere? */
  readonly looksElsewhere: boolean
  readonly isRestricted: boolean
  readonly prior: OptimumPrior | undefined
  readonly bonus: Bonus | undefined
}

/**
 * Proposes the point of largest expected improvement. A search that has found one basin would refine it digit by digit while a better one
 * stays unseen: so where hardly anything is left to gain, the point with the largest expected improvement beyond a *real* gain is proposed
 * instead, by a model that is less sure of what it has not seen; until that has become hopeless, too.
 * @param posteriorsOf for length scales so many times as long as those found; what is expected is the mean over all of them
 */
export function createModel(
  posteriorsOf: (stretch: number) => readonly GaussianProcess[],
  { losses, observations }: Judged,
  { incumbents, looksElsewhere, ...effort }: Effort,
): Model {
  const best = [...losses.keys()].sort((a, b) => (losses[a]! < losses[b]! ? -1 : losses[a]! > losses[b]! ? 1 : a - b))
  const sure = informed(posteriorsOf(1))
  let doubtful: Informed | undefined
  let pending: readonly Float64Array[] = []

  function search(gain: number, posteriors: readonly GaussianProcess[], isBarred: IsBarred, rng: Rng) {
    const fill = rng.split('inactive')
    return searchAcquisition({
      landscape: meanLandscape(posteriors.map((gp) => landscapeOf(gp, logExpectedImprovement(gp.bestMean + gain)))),
      // An inactive axis needs a coordinate for the moment that it is switched on.
      incumbents: best
        .slice(0, incumbents)
        .map((i) => observations[i]!.position.map((u) => (Number.isNaN(u) ? fill.next() : u))),
      isBarred,
      ...effort,
      work: SEARCH_WORK,
      rng: rng.split('search'),
    })
  }

  return {
    know(busy) {
      pending = busy.slice()
    },
    propose(isBarred, rng) {
      const found = search(0, sure.knowing(pending), isBarred, rng)
      if (!looksElsewhere || found === undefined || found.promise > Math.log(SMALL_GAIN)) return found?.position
      doubtful ??= informed(posteriorsOf(DOUBT))
      const elsewhere = search(REAL_GAIN, doubtful.knowing(pending), isBarred, rng.split('elsewhere'))
      return elsewhere !== undefined && elsewhere.promise > Math.log(HOPE) ? elsewhere.position : found.position
    },
  }
}

/** Posteriors that learn of points being tried. */
interface Informed {
  /** @param busy those told before come first again */
  knowing(busy: readonly Float64Array[]): readonly GaussianProcess[]
}

function informed(posteriors: readonly GaussianProcess[]): Informed {
  const { embedding } = posteriors[0]!
  const feature = new Float64Array(embedding.count)
  let told = 0
  return {
    knowing(busy) {
      for (const position of busy.slice(told)) {
        embedding.embed(position, feature)
        for (const gp of posteriors) gp.addPending(feature)
      }
      told = busy.length
      return posteriors
    },
  }
}
