import { createPercentilePruner, type PercentileOptions } from './percentile.ts'
import type { Pruner } from './pruner.ts'

/**
 * Stops a trial whose best report so far is worse than the median of what complete trials had reported by the same
 * step: the mildest of the usual rules, and the one that needs no fidelity. It is {@link percentilePruner} at 50, see there for
 * how it compares and where it differs from Optuna's MedianPruner.
 *
 * @param options see {@link PercentileOptions}
 * @throws {OptionError} for an option outside its range
 * @example
 * await createStudy({ name: 'digits', goals: { accuracy: 'maximize' }, space, pruner: medianPruner({ startupTrials: 10 }) })
 */
export function medianPruner(options: PercentileOptions = {}): Pruner {
  return createPercentilePruner('median', 50, 'the median', options)
}
