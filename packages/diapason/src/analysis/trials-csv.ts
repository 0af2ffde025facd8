import { tookMs } from '../text/study-words.ts'
import type { Goal } from '../trial/history.ts'
import { lastReport, type TrialRecord } from '../trial/trial-record.ts'

/** A cell's content: absent values are empty. */
type Cell = string | number | boolean | null | undefined

interface Column {
  /** What it is asked for by: a parameter's path, `value:GOAL`, or a name of its own. */
  readonly id: string
  readonly title: string
  readonly cell: (trial: TrialRecord) => Cell
}

/**
 * Trials as CSV after RFC 4180, line ends included: number, state, a column a goal, the last step, start, end and duration,
 * a column a parameter by path, why a trial failed. Numbers keep every digit; a name that a column before has taken already
 * gets `param:` in front.
 * @param chosen only these columns beside the number: `state`, `value:GOAL`, `lastStep`, `startedAt`, `finishedAt`, `duration`, `reason` and
 *   paths of parameters; default all
 */
export function trialsCsv(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  chosen?: ReadonlySet<string>,
): string {
  return [...trialsCsvLines(trials, goals, chosen)].join('')
}

/** The lines of {@link trialsCsv}, each with its end. */
export function* trialsCsvLines(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  chosen?: ReadonlySet<string>,
): Generator<string> {
  const columns = columnsOf(trials, goals).filter(({ id }) => chosen === undefined || id === 'number' || chosen.has(id))
  yield lineOf(columns.map(({ title }) => title))
  for (const trial of trials) yield lineOf(columns.map(({ cell }) => cell(trial)))
}

function columnsOf(trials: readonly TrialRecord[], goals: readonly Goal[]): readonly Column[] {
  const own = (id: string, cell: Column['cell'], title = id): Column => ({ id, title, cell })
  const before = [
    own('number', ({ number }) => number),
    own('state', ({ state }) => state),
    ...goals.map(({ name }, g) =>
      own(`value:${name}`, (trial) => ('values' in trial ? trial.values[g] : undefined), name),
    ),
    own('lastStep', (trial) => lastReport(trial)?.[0]),
    own('startedAt', ({ startedAt }) => isoText(startedAt)),
    own('finishedAt', (trial) => isoText('finishedAt' in trial ? trial.finishedAt : undefined)),
    own('duration', tookMs, 'durationMs'),
  ]
  const taken = new Set([...before.map(({ title }) => title), 'reason'])
  const params = pathsOf(trials).map((path) =>
    own(
      path,
      (trial) => (path in trial.params ? (trial.params[path] ?? 'null') : undefined),
      taken.has(path) ? `param:${path}` : path,
    ),
  )
  return [...before, ...params, own('reason', (trial) => (trial.state === 'failed' ? trial.reason : undefined))]
}

/** Every parameter that a trial had, in the order in which they turn up. */
function pathsOf(trials: readonly TrialRecord[]): readonly string[] {
  const paths = new Set<string>()
  for (const { params } of trials) for (const path in params) paths.add(path)
  return [...paths]
}

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`
}

function cellText(cell: Cell): string {
  if (cell === undefined) return ''
  const text = String(cell)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function isoText(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()
}
