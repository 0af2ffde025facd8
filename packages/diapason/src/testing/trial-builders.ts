import { columnOf } from '../space/column.ts'
import type { Distribution } from '../space/distribution.ts'
import type { ParamValues, SearchSpace } from '../space/search-space.ts'
import type { Goal, History } from '../trial/history.ts'
import type { Report, TrialRecord } from '../trial/trial-record.ts'

/** How a built trial ended: its value(s), what became of it, what it reported. */
export type Outcome =
  | { readonly state: 'complete'; readonly values: readonly number[]; readonly reports?: readonly Report[] }
  | { readonly state: 'pruned'; readonly reports: readonly Report[] }
  | { readonly state: 'failed' | 'running' | 'waiting' }

/** A trial record for tests, with the distributions of the space. */
export function buildTrial(space: SearchSpace, number: number, params: ParamValues, outcome: Outcome): TrialRecord {
  const distributions: Record<string, Distribution> = {}
  for (const name of Object.keys(params)) {
    const parameter = space.byName.get(name)
    if (parameter !== undefined) distributions[name] = parameter.distribution
  }
  const startedAt = outcome.state === 'waiting' ? undefined : number
  const reports = 'reports' in outcome ? (outcome.reports ?? []) : []
  const base = { id: number + 1, number, params, distributions, reports, userAttrs: {}, systemAttrs: {}, startedAt }
  switch (outcome.state) {
    case 'complete':
      return { ...base, state: 'complete', values: outcome.values, finishedAt: number + 1 }
    case 'pruned': {
      const last = reports[reports.length - 1]
      return { ...base, state: 'pruned', values: last === undefined ? [] : [last[1]], finishedAt: number + 1 }
    }
    case 'failed':
      return { ...base, state: 'failed', reason: 'built to fail', finishedAt: number + 1 }
    default:
      return { ...base, state: outcome.state }
  }
}

/** A history for tests: one goal to minimise unless said otherwise. */
export function buildHistory(
  space: SearchSpace,
  trials: readonly TrialRecord[],
  options: { readonly goals?: readonly Goal[]; readonly seed?: number } = {},
): History {
  const goals = options.goals ?? [{ name: 'value', direction: 'minimize' }]
  return { space, goals, trials, fidelity: undefined, seed: options.seed }
}

/** Does the value have the type its distribution promises, and lie in it? */
export function isNative(distribution: Distribution, value: unknown): boolean {
  if (distribution.kind === 'categorical') return distribution.choices.some((choice) => Object.is(choice, value))
  if (typeof value !== 'number' || Object.is(value, -0)) return false
  return columnOf(distribution).contains(value) && (distribution.kind !== 'int' || Number.isInteger(value))
}
