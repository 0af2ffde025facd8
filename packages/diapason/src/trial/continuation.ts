import { constraintAttrs } from './feasibility.ts'
import type { TrialRecord } from './trial-record.ts'

// A configuration may be trained in several trials: one is paused at a step, and a later one continues it from there.

/** System attribute of a trial that was paused: the step that it had reached. In Optuna's tables it is a pruned one. */
export const PAUSED = 'diapason:paused'
/** System attribute of a trial that continues a paused one, see {@link Continuation}. */
export const CONTINUES = 'diapason:continues'

/** System attribute of a trial that the end of its run cut short: why. It is queued again, or left as it is. */
export const STOPPED = 'diapason:stopped'

/** Which trial another one continues, and from which step; its reports up to there are inherited. */
export interface Continuation {
  readonly trial: number
  readonly step: number
}

/** The step at which a trial was paused, so that it may be continued; undefined for any other. */
export function pausedAt(trial: TrialRecord): number | undefined {
  const step = trial.systemAttrs[PAUSED]
  const isPaused = trial.state === 'pruned' && trial.systemAttrs[STOPPED] === undefined
  return isPaused && typeof step === 'number' ? step : undefined
}

/** What a trial continues; undefined where it began at the beginning. */
export function continuationOf(trial: TrialRecord): Continuation | undefined {
  const held = trial.systemAttrs[CONTINUES]
  if (typeof held !== 'object' || held === null || !('trial' in held) || !('step' in held)) return undefined
  const { trial: number, step } = held
  return typeof number === 'number' && typeof step === 'number' ? { trial: number, step } : undefined
}

/** The number of the trial that a configuration began with: of the trial itself, or of the first that it continues. */
export function firstTrialOf(trials: readonly TrialRecord[], trial: TrialRecord): number {
  let first = trial.number
  for (let at = continuationOf(trial); at !== undefined; ) {
    first = at.trial
    const earlier = trials[first]
    at = earlier && continuationOf(earlier)
  }
  return first
}

/** As {@link configurations} shows it, by the record of the last trial: finished ones stay the same objects. */
const known = new WeakMap<TrialRecord, TrialRecord>()

/**
 * Each configuration once, as its last trial left it (its constraints, too), under the number and the other system attributes of its first. Where nothing was
 * continued these are the trials themselves. O(trials).
 */
export function configurations(trials: readonly TrialRecord[]): readonly TrialRecord[] {
  const first = new Map<number, number>()
  const last = new Map<number, TrialRecord>()
  for (const trial of trials) {
    const continued = continuationOf(trial)?.trial
    if (continued === undefined) continue
    const begin = first.get(continued) ?? continued
    first.set(trial.number, begin)
    last.set(begin, trial)
  }
  if (last.size === 0) return trials
  const shown: TrialRecord[] = []
  for (const trial of trials) {
    if (first.has(trial.number)) continue
    const latest = last.get(trial.number)
    shown.push(latest === undefined ? trial : shownAs(latest, trial))
  }
  return shown
}

function shownAs(latest: TrialRecord, begin: TrialRecord): TrialRecord {
  const held = known.get(latest)
  if (held !== undefined) return held
  const { [PAUSED]: _, ...others } = begin.systemAttrs
  const systemAttrs = { ...others, ...constraintAttrs(latest) }
  const step = latest.systemAttrs[PAUSED]
  const record = {
    ...latest,
    number: begin.number,
    systemAttrs: step === undefined ? systemAttrs : { ...systemAttrs, [PAUSED]: step },
  }
  known.set(latest, record)
  return record
}
