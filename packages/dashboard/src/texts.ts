import { countText, durationText, type Goal, numberText } from 'diapason/charts'
import type { Counts, TrialRow, Value } from './api.ts'

/** A value as a person reads it. */
export function valueText(value: Value | undefined): string {
  if (value === undefined) return '–'
  return typeof value === 'number' ? numberText(value, 4) : String(value)
}

/** A study's name; an empty one is a name too. */
export function nameText(name: string): string {
  return name === '' ? '(no name)' : name
}

/** `maximize accuracy, minimize latency`. */
export function goalsText(goals: readonly Goal[]): string {
  return goals.map(({ name, direction }) => `${direction} ${name}`).join(', ')
}

/** `20 complete, 42 pruned`, without what there is none of. */
export function countsText(counts: Counts): string {
  const order = ['running', 'waiting', 'complete', 'pruned', 'failed'] as const
  const parts = order.filter((state) => counts[state] > 0).map((state) => `${countText(counts[state])} ${state}`)
  return parts.length === 0 ? 'no trials yet' : parts.join(', ')
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** A goal's value of a trial; what an unfinished one reported last stands in brackets. */
export function goalText(trial: TrialRow, goal: string, isFirst: boolean): string {
  const value = trial.values[goal]
  if (trial.state === 'complete') return value === undefined ? '–' : numberText(value, 5)
  const last = isFirst ? (trial.last ?? undefined) : undefined
  return last === undefined ? '–' : `(${numberText(last[1], 5)})`
}

export function tookText({ startedAt, finishedAt }: TrialRow): string {
  return startedAt === null || finishedAt === null ? '–' : durationText(finishedAt - startedAt)
}

/** Local date and time. */
export function timeText(milliseconds: number | null): string {
  if (milliseconds === null) return '–'
  return new Date(milliseconds).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}
