import { countText, durationText, type Goal, numberText } from 'diapason/charts'
import type { BestTrial, Counts, TrialRow, Value } from './api.ts'

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

/** `20 complete, 42 pruned`, without what there is none of. @param pauses how many of the pruned ones were paused */
export function countsText(counts: Counts, pauses = 0): string {
  const order = ['running', 'waiting', 'complete', 'paused', 'pruned', 'failed'] as const
  const shown = { ...counts, paused: pauses, pruned: counts.pruned - pauses }
  const parts = order.filter((state) => shown[state] > 0).map((state) => `${countText(shown[state])} ${state}`)
  return parts.length === 0 ? 'no trials yet' : parts.join(', ')
}

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** A goal's value of a trial; what an unfinished one reported last stands in brackets. */
export function goalText(trial: Pick<TrialRow, 'state' | 'values' | 'last'>, goal: string, isFirst: boolean): string {
  const value = trial.values[goal]
  if (trial.state === 'complete') return value === undefined ? '–' : numberText(value, 5)
  const last = isFirst ? (trial.last ?? undefined) : undefined
  return last === undefined ? '–' : `(${numberText(last[1], 5)})`
}

/** A goal's value of a complete trial. */
export function goalBest({ values }: BestTrial, goal: string): string {
  return numberText(values[goal] ?? Number.NaN, 5)
}

/** `12 s`. */
export function spanText(milliseconds: number): string {
  return durationText(milliseconds)
}

export function tookText({ startedAt, finishedAt }: TrialRow): string {
  return startedAt === null || finishedAt === null ? '–' : durationText(finishedAt - startedAt)
}

/** Local date and time. */
export function timeText(milliseconds: number | null): string {
  if (milliseconds === null) return '–'
  return new Date(milliseconds).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

/** Figures stay with their sign: `95 %` never ends one line and begins the next. */
export function unbroken(words: string): string {
  return words.replaceAll(' %', '\u00a0%')
}
