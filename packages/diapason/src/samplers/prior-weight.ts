import { normalCdf } from '../math/normal.ts'
import { spearman } from '../math/rank-correlation.ts'
import type { OptimumPrior } from '../models/optimum-prior.ts'
import type { Direction } from '../trial/history.ts'
import { finalLosses } from './gp-losses.ts'
import type { Observation } from './observations.ts'

/** Finished trials at which a prior counts as much as the acquisition. */
const PRIOR_TRIALS = 10
/** So many of the newest trials show whether a prior is right. */
const WITNESSES = 200

/**
 * The power to which a user's prior is raised: 10 ÷ trials, so that evidence outweighs it in the end, times the chance that it is right by
 * the trials so far: half of that while those that it holds more probable are no better than others, nothing once they are clearly worse.
 * Source: C. Hvarfner et al., "πBO: Augmenting acquisition functions with user beliefs for Bayesian optimization", ICLR 2022; that the
 * trials may speak against it is ours.
 * @param direction of the first goal
 */
export function priorWeight(prior: OptimumPrior, finished: readonly Observation[], direction: Direction): number {
  const witnesses = finished.slice(-WITNESSES)
  const n = witnesses.length
  if (n < 3) return PRIOR_TRIALS / Math.max(1, n)
  const beliefs = Float64Array.from(witnesses, ({ position }) => prior.logDensity(position))
  const correlation = -spearman(beliefs, finalLosses(witnesses, direction))
  const standardErrors = Number.isNaN(correlation) ? 0 : correlation * Math.sqrt(n - 1)
  return (PRIOR_TRIALS / finished.length) * normalCdf(standardErrors)
}
