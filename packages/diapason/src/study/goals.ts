import { OptionError } from '../errors.ts'
import type { StudyRecord } from '../storage/storage.ts'
import type { Direction, Goal } from '../trial/history.ts'
import { ATTR } from './study-parts.ts'

/** What a study optimises, by name: `{ accuracy: 'maximize', latencyMs: 'minimize' }`. */
export type Goals = { readonly [name: string]: Direction }

/** One number a goal. */
export type GoalValues<G extends Goals> = { readonly [K in keyof G]: number }

type IsSingle<G> = { [K in keyof G]: { [J in keyof G]: J extends K ? true : false }[keyof G] }[keyof G]

/** What an objective returns: one number a goal, or the bare number where there is one goal. */
export type ObjectiveResult<G extends Goals> = GoalValues<G> | (IsSingle<G> extends true ? number : never)

/** What became of an objective's return value. */
export type ParsedResult =
  | { readonly ok: true; readonly values: readonly number[] }
  | { readonly ok: false; readonly reason: string }

/** @throws {OptionError} where no goal is named or a direction is misspelt */
export function parseGoals(goals: Goals): readonly Goal[] {
  const list = Object.entries(goals ?? {}).map(([name, direction]) => ({ name, direction }))
  if (list.length === 0) {
    throw new OptionError('A study needs at least one goal', "Write goals: { loss: 'minimize' }")
  }
  for (const { name, direction } of list) {
    if (direction !== 'minimize' && direction !== 'maximize') {
      const got = JSON.stringify(direction)
      throw new OptionError(`Goal "${name}" has direction ${got}`, "Write 'minimize' or 'maximize'")
    }
  }
  return list
}

/** Reads what an objective returned; never throws. */
export function parseResult(goals: readonly Goal[], result: unknown): ParsedResult {
  const values: number[] = []
  for (const goal of goals) {
    const value = goals.length === 1 && typeof result === 'number' ? result : fieldOf(result, goal.name)
    if (typeof value !== 'number' || Number.isNaN(value)) {
      return { ok: false, reason: `the objective returned ${inWords(result)}; expected ${expectation(goals)}` }
    }
    values.push(value)
  }
  return { ok: true, values }
}

function fieldOf(result: unknown, name: string): unknown {
  return typeof result === 'object' && result !== null ? (result as { [key: string]: unknown })[name] : undefined
}

function expectation(goals: readonly Goal[]): string {
  const shape = `{ ${goals.map((goal) => `${goal.name}: number`).join(', ')} }`
  return goals.length === 1 ? `a number or ${shape}` : shape
}

function inWords(result: unknown): string {
  if (typeof result !== 'object' || result === null) return String(result)
  const entries = Object.entries(result).map(
    ([key, value]) => `${key}: ${typeof value === 'number' ? value : typeof value}`,
  )
  return Array.isArray(result) ? `an array of ${result.length}` : `{ ${entries.slice(0, 6).join(', ')} }`
}

/** The goals of a stored study; Optuna's studies without metric names get `value`, or `value0`, `value1`, … */
export function goalsOf(record: StudyRecord): readonly Goal[] {
  const names = record.systemAttrs[ATTR.metricNames]
  return record.directions.map((direction, i) => {
    const name: unknown = Array.isArray(names) ? names[i] : undefined
    return { name: typeof name === 'string' ? name : record.directions.length === 1 ? 'value' : `value${i}`, direction }
  })
}
