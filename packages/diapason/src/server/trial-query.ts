import { tookMs } from '../text/study-words.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { lastReport, type TrialRecord, type TrialState } from '../trial/trial-record.ts'
import { HttpError } from './http-error.ts'

/** A page of trials. */
export interface TrialPage {
  /** How many there are in all that match. */
  readonly total: number
  readonly trials: readonly TrialRecord[]
}

const STATES: readonly TrialState[] = ['complete', 'pruned', 'failed', 'running', 'waiting']
const MOST_ROWS = 500

/**
 * A page of the trials that a query asks for: `offset`, `limit` (at most 500), and what {@link selectTrials} takes.
 * @throws {HttpError} 400 on a value that cannot be
 */
export function queryTrials(trials: readonly TrialRecord[], goals: readonly Goal[], query: URLSearchParams): TrialPage {
  const selected = selectTrials(trials, goals, query)
  const offset = whole(query, 'offset', 0, Number.MAX_SAFE_INTEGER)
  const limit = whole(query, 'limit', 50, MOST_ROWS)
  return { total: selected.length, trials: selected.slice(offset, offset + limit) }
}

/**
 * All trials that a query asks for, in its order: `state`, `sort` (`number`, `value`, `value:GOAL`, `duration`, `state` or a parameter's
 * path), `order`, `search` (in numbers, parameters and reasons).
 * @throws {HttpError} 400 on a value that cannot be
 */
export function selectTrials(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  query: URLSearchParams,
): readonly TrialRecord[] {
  const states = query.getAll('state')
  for (const state of states) {
    if (!STATES.some((known) => known === state))
      throw new HttpError(400, `state is "${state}"; it is one of ${STATES.join(', ')}`)
  }
  const search = (query.get('search') ?? '').trim().toLowerCase()
  const matching = trials.filter(
    (trial) => (states.length === 0 || states.includes(trial.state)) && (search === '' || matches(trial, search)),
  )
  const key = sortKey(query.get('sort') ?? 'number', goals)
  const sign = orderOf(query.get('order'))
  return (
    matching
      .map((trial) => ({ trial, key: key(trial) }))
      // What has no value stands at the end either way.
      .sort((a, b) => compare(a.key, b.key, sign) || a.trial.number - b.trial.number)
      .map(({ trial }) => trial)
  )
}

type Key = number | string | undefined

function sortKey(sort: string, goals: readonly Goal[]): (trial: TrialRecord) => Key {
  if (sort === 'number') return ({ number }) => number
  if (sort === 'duration') return tookMs
  if (sort === 'state') return ({ state }) => state
  const g = sort === 'value' ? 0 : goals.findIndex(({ name }) => `value:${name}` === sort)
  if (g >= 0) {
    const direction = goals[g]?.direction ?? 'minimize'
    return (trial) => {
      const value = trial.state === 'complete' ? trial.values[g] : undefined
      return value === undefined ? undefined : lossOf(value, direction)
    }
  }
  return ({ params }) => {
    const value = params[sort]
    return typeof value === 'boolean' || value === null ? String(value) : value
  }
}

function compare(a: Key, b: Key, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  if (typeof a !== typeof b) return sign * (typeof a < typeof b ? -1 : 1)
  return a < b ? -sign : a > b ? sign : 0
}

function orderOf(order: string | null): number {
  if (order === null || order === 'ascending') return 1
  if (order === 'descending') return -1
  throw new HttpError(400, `order is "${order}"; it is ascending or descending`)
}

function matches(trial: TrialRecord, search: string): boolean {
  if (String(trial.number) === search.replace(/^#/, '')) return true
  if (trial.state === 'failed' && trial.reason.toLowerCase().includes(search)) return true
  if (lastReport(trial) === undefined && trial.state === search) return true
  return Object.entries(trial.params).some(([path, value]) => `${path} ${String(value)}`.toLowerCase().includes(search))
}

/** A whole number of a query. @throws {HttpError} 400 */
export function whole(query: URLSearchParams, name: string, fallback: number, most: number): number {
  const given = query.get(name)
  if (given === null) return fallback
  const value = Number(given)
  if (/^\d+$/.test(given) && value <= most) return value
  throw new HttpError(400, `${name} is "${given}"; it is a whole number up to ${most}`)
}
