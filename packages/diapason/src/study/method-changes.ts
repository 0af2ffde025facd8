import type { Method } from '../trial/method.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { ATTR } from './study-parts.ts'

/** A sampler's change of method, or a pruner's change of rule. */
export interface MethodChange {
  /** The first trial of the new method. */
  readonly number: number
  readonly method: Method
}

/** Where the changes are kept: those of the sampler, and those of the pruner. */
export type MethodKey = typeof ATTR.method | typeof ATTR.rule

/**
 * How the trials were proposed and stopped, one entry a change. Several processes may have noted the same change: the first
 * counts. O(trials).
 */
export function methodChanges(trials: readonly TrialRecord[]): MethodChange[] {
  const changes: MethodChange[] = []
  const latest = new Map<MethodKey, string>()
  for (const { number, systemAttrs } of trials) {
    for (const key of [ATTR.method, ATTR.rule]) {
      const method = systemAttrs[key]
      if (!isMethod(method) || latest.get(key) === method.name) continue
      latest.set(key, method.name)
      changes.push({ number, method })
    }
  }
  return changes
}

/** The method that was noted last; undefined where none was. O(trials). */
export function latestMethod(trials: readonly TrialRecord[], key: MethodKey): Method | undefined {
  const method = trials.findLast(({ systemAttrs }) => isMethod(systemAttrs[key]))?.systemAttrs[key]
  return isMethod(method) ? method : undefined
}

/** Attributes may have been written by anybody. */
function isMethod(value: unknown): value is Method {
  return typeof value === 'object' && value !== null && 'name' in value && 'sentence' in value
    ? typeof value.name === 'string' && typeof value.sentence === 'string'
    : false
}
