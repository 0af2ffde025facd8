import type { Distribution } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'
import type { Attributes, Report, TrialRecord, TrialState } from '../trial/trial-record.ts'
import { cloneJson } from './python-json.ts'
import { outcomeOf, outcomeValues, type StoredParam, storedNumber, storedTime } from './rules.ts'
import type { NewTrial, Outcome } from './storage.ts'

/** A trial in the making. Everything but `reports` is replaced rather than changed, so that records may share it. */
export interface Entry {
  readonly id: number
  readonly number: number
  state: TrialState
  params: ParamValues
  distributions: { readonly [path: string]: Distribution }
  /** Ascending by step; copied into records. */
  readonly reports: Report[]
  userAttrs: Attributes
  systemAttrs: Attributes
  startedAt: number | undefined
  /** Undefined until the trial is finished. */
  outcome: { readonly values: readonly number[]; readonly reason: string; readonly finishedAt: number } | undefined
  heartbeatAt: number | undefined
  /** The record as it was last read, until the next change. */
  record: TrialRecord | undefined
  /** Where its newest change is noted; −1 before the first. */
  notedAt: number
}

/** Builds an entry from a template. @throws {StudyError} @throws {SpaceError} */
export function entryOf(
  { id, number, now }: { readonly id: number; readonly number: number; readonly now: number },
  trial: NewTrial,
  params: readonly StoredParam[],
): Entry {
  const outcome = outcomeOf(trial)
  const startedAt = trial.startedAt ?? (outcome === undefined ? now : (trial.finishedAt ?? now))
  const entry: Entry = {
    id,
    number,
    state: trial.state === 'waiting' ? 'waiting' : 'running',
    params: {},
    distributions: {},
    reports: [],
    userAttrs: cloneJson(trial.userAttrs ?? {}) as Attributes,
    systemAttrs: cloneJson(trial.systemAttrs ?? {}) as Attributes,
    startedAt: trial.state === 'waiting' ? undefined : storedTime(startedAt),
    outcome: undefined,
    heartbeatAt: undefined,
    record: undefined,
    notedAt: -1,
  }
  addParams(entry, params)
  for (const [step, value] of trial.reports ?? []) insertReport(entry, step, value)
  if (outcome !== undefined) finishEntry(entry, outcome, trial.finishedAt ?? now)
  return entry
}

/** Appends parameters, in the order given. */
export function addParams(entry: Entry, added: readonly StoredParam[]): void {
  entry.params = { ...entry.params, ...Object.fromEntries(added.map(({ name, value }) => [name, value])) }
  entry.distributions = {
    ...entry.distributions,
    ...Object.fromEntries(added.map(({ name, distribution }) => [name, distribution])),
  }
}

/** Ends an entry. @throws {StudyError} where the outcome's values cannot be stored */
export function finishEntry(entry: Entry, outcome: Outcome, finishedAt: number): void {
  const values = outcomeValues(outcome)
  entry.outcome = {
    values,
    reason: outcome.state === 'failed' ? outcome.reason : '',
    finishedAt: storedTime(finishedAt),
  }
  entry.state = outcome.state
}

/** Keeps the reports ascending by step; false where the step has one already. O(1) in ascending order. */
export function insertReport(entry: Entry, step: number, value: number): boolean {
  const { reports } = entry
  let at = reports.length
  while (at > 0 && (reports[at - 1]?.[0] ?? 0) > step) at--
  if (reports[at - 1]?.[0] === step) return false
  reports.splice(at, 0, [step, storedNumber(value)])
  return true
}

/** As {@link insertReport}, but the last value of a step stands. */
export function setReport(entry: Entry, step: number, value: number): void {
  if (insertReport(entry, step, value)) return
  const at = entry.reports.findIndex(([known]) => known === step)
  entry.reports[at] = [step, storedNumber(value)]
}

/** The entry as a record that never changes. */
export function recordOf(entry: Entry): TrialRecord {
  entry.record ??= buildRecord(entry)
  return entry.record
}

function buildRecord(entry: Entry): TrialRecord {
  const { id, number, params, distributions, userAttrs, systemAttrs, startedAt, outcome } = entry
  const reports = [...entry.reports]
  const base = { id, number, params, distributions, reports, userAttrs, systemAttrs, startedAt }
  switch (entry.state) {
    case 'waiting':
    case 'running':
      return { ...base, state: entry.state }
    case 'complete':
    case 'pruned':
      return { ...base, state: entry.state, values: outcome?.values ?? [], finishedAt: outcome?.finishedAt ?? 0 }
    case 'failed':
      return { ...base, state: 'failed', reason: outcome?.reason ?? '', finishedAt: outcome?.finishedAt ?? 0 }
    default:
      throw entry.state satisfies never
  }
}
