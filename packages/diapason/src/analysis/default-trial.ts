import { sameValue } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'
import { ATTR } from '../study/study-parts.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'

/**
 * The trial that ran the default configuration: a complete one before a pruned one before the rest, the earliest of each.
 * @param defaults the default configuration by path, where the space declares one; a trial with just these values counts
 *   too, whoever chose them
 */
export function defaultTrial(
  trials: readonly TrialRecord[],
  defaults: ParamValues | undefined,
): TrialRecord | undefined {
  const candidates = trials.filter(
    (trial) =>
      trial.systemAttrs[ATTR.origin] === 'default' || (defaults !== undefined && sameParams(trial.params, defaults)),
  )
  const inState = (state: TrialRecord['state']) => candidates.find((trial) => trial.state === state)
  return inState('complete') ?? inState('pruned') ?? candidates.find(isFinished) ?? candidates[0]
}

/** The same values under the same paths. */
export function sameParams(a: ParamValues, b: ParamValues): boolean {
  const paths = Object.keys(a)
  return (
    paths.length === Object.keys(b).length &&
    paths.every((path) => b[path] !== undefined && sameValue(a[path], b[path]))
  )
}
