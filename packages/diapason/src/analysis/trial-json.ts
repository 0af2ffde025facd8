import type { ParamValues } from '../space/search-space.ts'
import { ATTR } from '../study/study-parts.ts'
import { constraintsOf } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import type { Attributes, Report, TrialRecord, TrialState } from '../trial/trial-record.ts'

/** A trial as `trials --json` and `export --format json` write it. Numbers that JSON cannot hold are strings: `"NaN"`. */
export interface TrialJson {
  readonly number: number
  readonly state: TrialState
  /** By goal; of a pruned trial its last report under the first goal, or nothing. */
  readonly values: { readonly [goal: string]: number }
  /** Why it failed, or why its pruner ended it, where that was kept; or null. */
  readonly reason: string | null
  /** By path. */
  readonly params: ParamValues
  readonly reports: readonly Report[]
  /** How its constraints came out, by name: kept where at most 0. */
  readonly constraints: { readonly [name: string]: number }
  readonly userAttrs: Attributes
  /** Milliseconds since 1970, or null. */
  readonly startedAt: number | null
  readonly finishedAt: number | null
}

/** Why a trial failed, or was pruned; undefined where it was not, or nobody kept it. */
function endReason(trial: TrialRecord): string | undefined {
  if (trial.state === 'failed') return trial.reason
  const why = trial.state === 'pruned' ? trial.systemAttrs[ATTR.pruned] : undefined
  return typeof why === 'string' ? why : undefined
}

/** A stored trial for programs. @param columns only these parameters, and goals as `value:GOAL`; default all */
export function trialJson(trial: TrialRecord, goals: readonly Goal[], columns?: ReadonlySet<string>): TrialJson {
  const values = 'values' in trial ? trial.values : []
  const isShown = (column: string) => columns === undefined || columns.has(column)
  const named = values.map((value, g) => [goals[g]?.name ?? `value${g}`, value] as const)
  return {
    number: trial.number,
    state: trial.state,
    values: Object.fromEntries(named.filter(([name]) => isShown(`value:${name}`))),
    reason: endReason(trial) ?? null,
    params:
      columns === undefined
        ? trial.params
        : Object.fromEntries(Object.entries(trial.params).filter(([path]) => isShown(path))),
    reports: trial.reports,
    constraints: constraintsOf(trial),
    userAttrs: trial.userAttrs,
    startedAt: trial.startedAt ?? null,
    finishedAt: 'finishedAt' in trial ? trial.finishedAt : null,
  }
}
