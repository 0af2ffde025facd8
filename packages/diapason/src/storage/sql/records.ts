import { StorageError } from '../../errors.ts'
import { fromStored } from '../../space/column.ts'
import type { Distribution, ParamValue } from '../../space/distribution.ts'
import type { Direction } from '../../trial/history.ts'
import type { Attributes, Report, TrialRecord, TrialState } from '../../trial/trial-record.ts'
import { parsePythonJson } from '../python-json.ts'
import { NO_REASON } from '../rules.ts'
import { timeFromText } from './stored-text.ts'
import type { StoredDirection, StoredNumberType, StoredState } from './tables.ts'

/** Where the reason of a failed trial stands; Optuna has no column for it. */
export const REASON_KEY = 'diapason:reason'

/** A row of `trials`. */
export interface TrialHead {
  readonly trial_id: number
  readonly number: number
  readonly state: StoredState
  readonly datetime_start: string | null
  readonly datetime_complete: string | null
}

/** What belongs to a trial, gathered from the other tables. */
export interface TrialParts {
  readonly params: [name: string, value: ParamValue][]
  readonly distributions: [name: string, distribution: Distribution][]
  readonly values: number[]
  readonly reports: Report[]
  readonly userAttrs: [key: string, value: unknown][]
  readonly systemAttrs: [key: string, value: unknown][]
}

export function emptyParts(): TrialParts {
  return { params: [], distributions: [], values: [], reports: [], userAttrs: [], systemAttrs: [] }
}

/** A trial as it is stored. Object.fromEntries, unlike assignment, is safe with names such as `__proto__`. */
export function recordFrom(head: TrialHead, parts: TrialParts): TrialRecord {
  const systemAttrs = Object.fromEntries(parts.systemAttrs)
  const reason = systemAttrs[REASON_KEY] ?? systemAttrs.fail_reason
  delete systemAttrs[REASON_KEY]
  const base = {
    id: head.trial_id,
    number: head.number,
    params: Object.fromEntries(parts.params),
    distributions: Object.fromEntries(parts.distributions),
    reports: parts.reports,
    userAttrs: Object.fromEntries(parts.userAttrs),
    systemAttrs,
    startedAt: head.datetime_start === null ? undefined : timeFromText(head.datetime_start),
  }
  const state = stateFrom(head.state)
  const finishedAt = head.datetime_complete === null ? (base.startedAt ?? 0) : timeFromText(head.datetime_complete)
  switch (state) {
    case 'waiting':
    case 'running':
      return { ...base, state }
    case 'complete':
    case 'pruned':
      return { ...base, state, values: parts.values, finishedAt }
    case 'failed':
      return { ...base, state, reason: typeof reason === 'string' ? reason : NO_REASON, finishedAt }
    default:
      throw state satisfies never
  }
}

const states = {
  waiting: 'WAITING',
  running: 'RUNNING',
  complete: 'COMPLETE',
  pruned: 'PRUNED',
  failed: 'FAIL',
} as const
const statesBack = new Map(Object.entries(states).map(([ours, stored]) => [stored, ours as TrialState]))

export function storedState(state: TrialState): StoredState {
  return states[state]
}

export function stateFrom(stored: StoredState): TrialState {
  const state = statesBack.get(stored)
  if (state === undefined) throw unknown('trial state', stored)
  return state
}

export function storedDirection(direction: Direction): StoredDirection {
  return direction === 'minimize' ? 'MINIMIZE' : 'MAXIMIZE'
}

/** Optuna's third direction, `NOT_SET`, was dropped with its version 3; it counts as minimise there too. */
export function directionFrom(stored: StoredDirection): Direction {
  return stored === 'MAXIMIZE' ? 'maximize' : 'minimize'
}

export function storedNumberType(value: number): StoredNumberType {
  if (Number.isFinite(value)) return 'FINITE'
  return Number.isNaN(value) ? 'NAN' : value > 0 ? 'INF_POS' : 'INF_NEG'
}

export function numberFrom(kind: StoredNumberType, value: number | null): number {
  switch (kind) {
    case 'FINITE':
      return value ?? Number.NaN
    case 'INF_POS':
      return Number.POSITIVE_INFINITY
    case 'INF_NEG':
      return Number.NEGATIVE_INFINITY
    case 'NAN':
      return Number.NaN
    default:
      throw unknown('kind of number', kind satisfies never)
  }
}

/** A parameter's value; a choice that is not in its list is damage, not null. */
export function paramFrom(name: string, distribution: Distribution, stored: number): ParamValue {
  if (distribution.kind === 'categorical' && !(stored in distribution.choices)) {
    throw unknown(`position among ${distribution.choices.length} choices of "${name}"`, stored)
  }
  return fromStored(distribution, stored)
}

export function attributeFrom(json: string): unknown {
  try {
    return parsePythonJson(json)
  } catch (cause) {
    throw new StorageError(
      `A stored attribute is no JSON: ${json.slice(0, 200)}`,
      'Correct or delete it in the database',
      {
        cause,
      },
    )
  }
}

export function attributesFrom(rows: readonly { readonly key: string; readonly value_json: string }[]): Attributes {
  return Object.fromEntries(rows.map((row) => [row.key, attributeFrom(row.value_json)]))
}

function unknown(what: string, stored: unknown): StorageError {
  return new StorageError(
    `The database holds an unknown ${what}: ${JSON.stringify(stored)}`,
    'It is damaged or newer than this diapason: upgrade, or restore a backup',
  )
}
