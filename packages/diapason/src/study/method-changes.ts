import type { Method } from '../samplers/sampler.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { ATTR } from './study-parts.ts'

/** A sampler's change of method. */
export interface MethodChange {
  /** The first trial of the new method. */
  readonly number: number
  readonly method: Method
}

/** How the trials were proposed, one entry a change. Several processes may have noted the same change: the first counts. O(trials). */
export function methodChanges(trials: readonly TrialRecord[]): MethodChange[] {
  const changes: MethodChange[] = []
  for (const { number, systemAttrs } of trials) {
    const method = systemAttrs[ATTR.method]
    if (isMethod(method) && changes.at(-1)?.method.name !== method.name) changes.push({ number, method })
  }
  return changes
}

/** Attributes may have been written by anybody. */
function isMethod(value: unknown): value is Method {
  return typeof value === 'object' && value !== null && 'name' in value && 'sentence' in value
    ? typeof value.name === 'string' && typeof value.sentence === 'string'
    : false
}
