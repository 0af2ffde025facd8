import type { NewTrial } from '../storage/storage.ts'
import { continuationOf } from '../trial/continuation.ts'
import { FIXED_PARAMS, fixedParams, type RunningTrial } from '../trial/trial-record.ts'
import { inheritedAttrs } from './promotions.ts'
import { ATTR } from './study-parts.ts'

/** How often one configuration may lose its worker and be queued again: it may be what kills them. */
export const MAX_LOSSES = 3

/**
 * The trial that takes the place of one that did not come to its end; undefined where it has lost too many workers.
 * @param why `interrupted`: somebody stopped the run, which is no fault of the trial and may happen any number of times;
 *   `lost`: its worker died under it, which is counted
 */
export function successorOf(trial: RunningTrial, why: 'interrupted' | 'lost'): NewTrial | undefined {
  const { systemAttrs, userAttrs } = trial
  const earlier = systemAttrs[ATTR.retryHistory]
  const history = [...(Array.isArray(earlier) ? earlier : []), trial.number]
  const losses = Number(systemAttrs[ATTR.losses] ?? 0) + (why === 'lost' ? 1 : 0)
  if (losses > MAX_LOSSES) return undefined
  // One that was lost before it had parameters gets them from the sampler.
  const params = Object.keys(trial.params).length > 0 ? trial.params : fixedParams(trial)
  const continued = continuationOf(trial)
  return {
    state: 'waiting',
    userAttrs,
    // It goes on from the same checkpoint, so what came after that comes again.
    ...(continued === undefined ? {} : { reports: trial.reports.filter(([step]) => step <= continued.step) }),
    systemAttrs: {
      ...(params === undefined ? {} : { [FIXED_PARAMS]: params }),
      [ATTR.failedTrial]: history[0],
      [ATTR.retryHistory]: history,
      ...(losses === 0 ? {} : { [ATTR.losses]: losses }),
      ...inheritedAttrs(trial),
      ...(continued === undefined ? {} : { [ATTR.continues]: continued }),
    },
  }
}
