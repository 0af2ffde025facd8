import { tookMs } from '../text/study-words.ts'
import type { Goal } from '../trial/history.ts'
import { lastReport, type TrialRecord } from '../trial/trial-record.ts'

/** A cell's content: absent values are empty. */
type Cell = string | number | boolean | null | undefined

/**
 * All trials as CSV after RFC 4180, line ends included: number, state, a column a goal, the last step, start, end and duration,
 * a column a parameter by path, why a trial failed. Numbers keep every digit; a name that a column before has taken already
 * gets `param:` in front.
 */
export function trialsCsv(trials: readonly TrialRecord[], goals: readonly Goal[]): string {
  const before = [
    'number',
    'state',
    ...goals.map(({ name }) => name),
    'lastStep',
    'startedAt',
    'finishedAt',
    'durationMs',
  ]
  const taken = new Set([...before, 'reason'])
  const paths = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))]
  const header = [...before, ...paths.map((path) => (taken.has(path) ? `param:${path}` : path)), 'reason']
  const rows = trials.map((trial): Cell[] => [
    trial.number,
    trial.state,
    ...goals.map((_, g) => ('values' in trial ? trial.values[g] : undefined)),
    lastReport(trial)?.[0],
    isoText(trial.startedAt),
    isoText('finishedAt' in trial ? trial.finishedAt : undefined),
    tookMs(trial),
    ...paths.map((path) => (path in trial.params ? (trial.params[path] ?? 'null') : undefined)),
    trial.state === 'failed' ? trial.reason : undefined,
  ])
  return [header, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

function cellText(cell: Cell): string {
  if (cell === undefined) return ''
  const text = String(cell)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function isoText(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()
}
