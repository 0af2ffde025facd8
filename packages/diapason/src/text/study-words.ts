import { constraintsOf } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { lastReport, type TrialRecord, type TrialState } from '../trial/trial-record.ts'
import { counted, countText, durationText, numberText } from './numbers.ts'

/** A study's name; an empty one is a name too. */
export function nameText(name: string): string {
  return name === '' ? '""' : name
}

/** `maximize accuracy, minimize latency`. */
export function goalsText(goals: readonly Goal[]): string {
  return goals.map(({ name, direction }) => `${direction} ${name}`).join(', ')
}

/** `62 trials: 20 complete, 42 pruned, 0 failed`, with running and waiting ones where there are any. */
export function countsText(counts: { readonly [S in TrialState]: number }): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const open = (['running', 'waiting'] as const).filter((state) => counts[state] > 0)
  const states = (['complete', 'pruned', 'failed'] as const).concat(open as never[])
  return `${counted(total, 'trial')}: ${states.map((state) => `${countText(counts[state])} ${state}`).join(', ')}`
}

/** Local time to the second: `2026-11-01 12:00:00`. */
export function timeText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–'
  const date = new Date(milliseconds)
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** How long a trial ran, or nothing where it has not ended. */
export function tookText(trial: TrialRecord): string {
  const ms = tookMs(trial)
  return ms === undefined ? '' : durationText(ms)
}

/** Milliseconds between start and end; undefined where one of them is missing. */
export function tookMs(trial: TrialRecord): number | undefined {
  return trial.startedAt === undefined || !('finishedAt' in trial) ? undefined : trial.finishedAt - trial.startedAt
}

/** The g-th value of a trial; what a pruned or running one reported last counts for the first goal, in brackets. */
export function goalText(trial: TrialRecord, g: number): string {
  if (trial.state === 'complete') return numberText(trial.values[g] ?? Number.NaN)
  const last = g === 0 ? lastReport(trial) : undefined
  return last === undefined ? '' : `(${numberText(last[1])})`
}

/** `breaks memory by 1.2e8, latency by 3`; undefined where a trial keeps its constraints, or has none. */
export function brokenText(trial: TrialRecord): string | undefined {
  const broken = Object.entries(constraintsOf(trial)).filter(([, excess]) => !(excess <= 0))
  if (broken.length === 0) return undefined
  return `breaks ${broken.map(([name, excess]) => `${name} by ${numberText(excess)}`).join(', ')}`
}
