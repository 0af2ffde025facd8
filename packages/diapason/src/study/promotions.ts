import type { NewTrial, TrialStart } from '../storage/storage.ts'
import { continuationOf, firstTrialOf } from '../trial/continuation.ts'
import { type Attributes, FIXED_PARAMS, type TrialRecord } from '../trial/trial-record.ts'
import { ATTR } from './study-parts.ts'

/** The trial that goes on where a paused one stopped: with its parameters, its curve so far and what was kept with it. */
export function continuing(paused: TrialRecord, step: number, start: TrialStart): NewTrial {
  return {
    ...start,
    state: 'running',
    startedAt: Date.now(),
    reports: paused.reports.filter(([at]) => at <= step),
    userAttrs: paused.userAttrs,
    systemAttrs: {
      ...start.systemAttrs,
      ...inheritedAttrs(paused),
      [FIXED_PARAMS]: paused.params,
      [ATTR.continues]: { trial: paused.number, step },
    },
  }
}

const INHERITED = [ATTR.origin, ATTR.source, ATTR.repeats, ATTR.ablates]

/** What a configuration stays however often it is begun or continued: the default one, a repeat. */
export function inheritedAttrs({ systemAttrs }: TrialRecord): Attributes {
  return Object.fromEntries(INHERITED.flatMap((key) => (key in systemAttrs ? [[key, systemAttrs[key]]] : [])))
}

/** The trial that a configuration was trained in last, by the number of its first. */
export function lastTrialOf(trials: readonly TrialRecord[], first: number): TrialRecord | undefined {
  return trials.findLast(
    (trial) => trial.number === first || (continuationOf(trial) !== undefined && firstTrialOf(trials, trial) === first),
  )
}
