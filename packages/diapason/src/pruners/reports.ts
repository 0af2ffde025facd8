import type { Direction, History } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { Report } from '../trial/trial-record.ts'

// How pruners read reports. Losses: less is better. A report of NaN holds no number.

/** The direction that reports follow: the first goal's. */
export function reportDirection(history: History): Direction {
  return history.goals[0]?.direction ?? 'minimize'
}

/** Where the first report at or after `step` stands; `reports.length` when there is none. O(log reports). */
export function indexFrom(reports: readonly Report[], step: number): number {
  let low = 0
  let high = reports.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const report = reports[middle]
    if (report !== undefined && report[0] < step) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The latest number reported at or before `step`; undefined when there is none. Peers that report at other steps than
 * ours stay comparable this way, and none is credited with a result from after `step`.
 */
export function valueUpTo(reports: readonly Report[], step: number): number | undefined {
  let at = indexFrom(reports, step)
  if (reports[at]?.[0] !== step) at--
  for (; at >= 0; at--) {
    const value = reports[at]?.[1]
    if (value !== undefined && !Number.isNaN(value)) return value
  }
  return undefined
}

/** The best of some reports by direction; NaN when none holds a number. */
export function bestValue(reports: readonly Report[], direction: Direction): number {
  let best = Number.NaN
  for (const [, value] of reports) {
    if (Number.isNaN(value)) continue
    if (Number.isNaN(best) || lossOf(value, direction) < lossOf(best, direction)) best = value
  }
  return best
}

/** When a pruner looks, in steps. */
export interface Schedule {
  readonly warmupSteps: number
  readonly intervalSteps: number
}

/**
 * Is the latest report past the warm-up, and the first one in its interval? Intervals start at the warm-up's end. A
 * trial that skips the exact step is looked at when it reports next.
 */
export function isDue(reports: readonly Report[], { warmupSteps, intervalSteps }: Schedule): boolean {
  const step = reports[reports.length - 1]?.[0]
  if (step === undefined || step < warmupSteps) return false
  const before = reports[reports.length - 2]?.[0] ?? Number.NEGATIVE_INFINITY
  return before < Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps
}
