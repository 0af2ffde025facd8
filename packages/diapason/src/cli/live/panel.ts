import { clockText, counted, countText, numberText } from '../../text/numbers.ts'
import type { Goal } from '../../trial/history.ts'
import { lastReport, type RunningTrial } from '../../trial/trial-record.ts'
import type { RunInfo } from '../progress.ts'
import { displayWidth, fitted, padded } from '../text/display-width.ts'
import type { Paint } from '../text/paint.ts'
import { type BudgetProgress, budgetProgress, configText, finishedTrials, type RunState } from './run-state.ts'
import { type CurveRange, curveRange, sparkline } from './sparkline.ts'

/** The place a panel is drawn in. */
export interface PanelSize {
  readonly columns: number
  /** The panel takes one row less at most. */
  readonly rows: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly paint: Paint
}

const LABEL_WIDTH = 9

/** A run as lines that fit the terminal; a pure function, so that it can be drawn at any moment. */
export function panelLines(state: RunState, size: PanelSize): string[] {
  const above = [
    titleLine(state, size),
    ...barLines(state, size),
    '',
    ...bestLines(state, size),
    ...defaultLines(state, size),
    countLine(state, size),
  ]
  const notices = noticeLines(state, size)
  const room = size.rows - 1 - above.length - notices.length
  const running = runningLines(state, size, room)
  return [...above, ...running, ...notices]
    .slice(0, Math.max(1, size.rows - 1))
    .map((line) => fitted(line.trimEnd(), size.columns))
}

function titleLine({ info }: RunState, { paint }: PanelSize): string {
  const jobs = info.runner === 'in-process' ? '' : ` · ${jobsText(info)}`
  return `${paint('strong', info.study)}  ${paint('faint', `${info.sampler} · ${info.pruner}${jobs} · ${info.storage}`)}`
}

function barLines(state: RunState, size: PanelSize): string[] {
  const { now, paint, columns } = size
  const progress = budgetProgress(state, now)
  const [nearest] = progress
  // In one order throughout, whichever limit is the nearest: words that change places cannot be read.
  const limits = (['trials', 'time', 'target'] as const)
    .map((kind) => limitText(state, kind, now))
    .filter((text) => text !== '')
  const text = limits.join(paint('faint', ' · '))
  if (nearest === undefined) return [text]
  const width = Math.min(60, columns - displayWidth(text) - 8)
  // Where both do not fit in one line, the bar has its own.
  if (width < 12) return [`${bar(nearest, columns - 6, paint)}`, text]
  return [`${bar(nearest, width, paint)}  ${text}`]
}

function bar({ fraction }: BudgetProgress, width: number, paint: Paint): string {
  const cells = Math.max(1, Math.min(60, width))
  const full = Math.floor(fraction * cells)
  const percent = `${Math.floor(100 * fraction)} %`.padStart(5)
  return `${paint('accent', '━'.repeat(full))}${paint('faint', '─'.repeat(cells - full))} ${percent}`
}

function limitText(state: RunState, kind: BudgetProgress['kind'], now: number): string {
  const { budget, startedAt, goals } = state.info
  switch (kind) {
    case 'trials':
      return budget.trials === undefined
        ? counted(finishedTrials(state), 'trial')
        : `${countText(finishedTrials(state))} of ${counted(budget.trials, 'trial')}`
    case 'time':
      return `${clockText(now - startedAt)}${budget.timeMs === undefined ? '' : ` of ${clockText(budget.timeMs)}`}`
    case 'target':
      if (budget.target === undefined) return ''
      return `target ${goals[0]?.direction === 'minimize' ? '≤' : '≥'} ${numberText(budget.target)}`
    default:
      throw kind satisfies never
  }
}

function label(text: string, paint: Paint): string {
  return paint('faint', padded(text, LABEL_WIDTH))
}

function bestLines(state: RunState, { paint }: PanelSize): string[] {
  const { goals, defaults } = state.info
  return goals.map((goal, g) => {
    const best = state.best[g]
    if (best === undefined) return `${label('best', paint)}${paint('faint', 'no complete trial yet')}`
    const value = paint('good', paint('strong', numberText(best.values[g] ?? Number.NaN)))
    const params = paint('faint', configText(best.params, defaults))
    return `${label('best', paint)}${goalName(goal, goals)}${value}  trial ${best.number}  ${params}`
  })
}

/** Which goal, where there are several or its name says something. */
function goalName(goal: Goal, goals: readonly Goal[]): string {
  return goals.length === 1 && goal.name === 'value' ? '' : `${goal.name} `
}

function defaultLines(state: RunState, { paint }: PanelSize): string[] {
  const { defaults: trial, info } = state
  if (info.defaults === undefined && trial === undefined) return []
  return [`${label('default', paint)}${defaultText(state, paint)}`]
}

function defaultText({ defaults: trial, info }: RunState, paint: Paint): string {
  const name = goalName(info.goals[0] ?? { name: 'value', direction: 'minimize' }, info.goals)
  if (trial === undefined) return paint('faint', 'not run yet')
  const last = lastReport(trial)
  const at = last === undefined ? '' : ` at ${stepText(info.fidelity?.name)} ${last[0]}`
  switch (trial.state) {
    case 'complete':
      return info.goals.length === 1
        ? `${name}${numberText(trial.values[0] ?? Number.NaN)}  ${paint('faint', `trial ${trial.number}`)}`
        : `${info.goals.map((goal, g) => `${goal.name} ${numberText(trial.values[g] ?? Number.NaN)}`).join(', ')}`
    case 'pruned':
      return `${last === undefined ? '' : `${numberText(last[1])}  `}${paint('faint', `pruned${at}`)}`
    case 'failed':
      return paint('bad', 'failed')
    case 'running':
      return `${last === undefined ? '' : `${numberText(last[1])}  `}${paint('faint', `running${at}`)}`
    case 'waiting':
      return paint('faint', 'waiting')
    default:
      throw trial satisfies never
  }
}

/** What trials run in: `2 workers`, `2 commands at a time`. */
export function jobsText({ runner, jobs }: Pick<RunInfo, 'runner' | 'jobs'>): string {
  return runner === 'command' ? `${counted(jobs, 'command')} at a time` : counted(jobs, 'worker')
}

/** `epoch` for a fidelity counted in `epochs`. */
export function stepText(unit: string | undefined): string {
  return unit === undefined ? 'step' : unit.replace(/s$/, '')
}

function countLine(state: RunState, { now, paint }: PanelSize): string {
  const { complete, pruned, failed } = state.counts
  const parts = [
    `${countText(complete)} complete`,
    `${countText(pruned)} pruned`,
    failed === 0 ? '0 failed' : paint('bad', `${countText(failed)} failed`),
  ]
  const rate = rateText(state, now)
  return `${label('trials', paint)}${parts.join(paint('faint', ' · '))}${rate === '' ? '' : paint('faint', `   ${rate}`)}`
}

function rateText(state: RunState, now: number): string {
  const minutes = (now - state.info.startedAt) / 60_000
  // Before some trials and some seconds a rate is noise.
  if (state.finishedNow < 2 || minutes < 1 / 30) return ''
  const rate = state.finishedNow / minutes
  return `${rate < 10 ? rate.toFixed(1) : countText(rate)} a minute`
}

function runningLines(state: RunState, size: PanelSize, room: number): string[] {
  const places = Math.max(state.running.length, state.info.jobs)
  // A row stands between the counts and the trials, and one says how many are not shown.
  const rows = places <= room - 1 ? places : Math.max(0, room - 2)
  if (rows === 0) return []
  const trials = state.running.filter((trial) => trial !== undefined)
  const best = state.best[0]
  const range = curveRange([...trials.map(({ reports }) => reports), ...(best === undefined ? [] : [best.reports])])
  const digits = trials.reduce((most, { number }) => Math.max(most, String(number).length), 1)
  const lines = Array.from({ length: rows }, (_, place) => {
    const trial = state.running[place]
    return trial === undefined ? '' : runningLine(trial, state, { ...size, range, digits })
  })
  const hidden = state.running.slice(rows).filter((trial) => trial !== undefined).length
  const more = hidden === 0 ? '' : `${' '.repeat(LABEL_WIDTH)}and ${hidden} more`
  return ['', ...lines, ...(places > rows ? [size.paint('faint', more)] : [])]
}

function runningLine(
  trial: RunningTrial,
  { info }: RunState,
  {
    now,
    columns,
    paint,
    range,
    digits,
  }: PanelSize & { readonly range: CurveRange | undefined; readonly digits: number },
): string {
  const { fidelity } = info
  const last = lastReport(trial)
  const width = Math.min(27, columns >= 120 ? 27 : 18, fidelity === undefined ? 18 : Math.max(6, fidelity.max))
  const curve = sparkline(trial.reports, width, { range, lastStep: fidelity?.max })
  const unit = stepText(fidelity?.name)
  const most = fidelity === undefined ? '' : `/${fidelity.max}`
  const step = last === undefined ? '' : `${unit} ${String(last[0]).padStart(most.length - 1)}${most}`
  const cells = [
    padded(paint('accent', `#${String(trial.number).padEnd(digits)}`), LABEL_WIDTH - 2),
    padded(curve, width),
    padded(step, unit.length + 2 * Math.max(1, most.length - 1) + 2),
    padded(last === undefined ? '' : numberText(last[1]), 9),
    padded(trial.startedAt === undefined ? '' : clockText(now - trial.startedAt), 5, 'right'),
    paint('faint', configText(trial.params, info.defaults)),
  ]
  return cells.join('  ')
}

function noticeLines({ notices }: RunState, { paint, rows }: PanelSize): string[] {
  const shown = notices.slice(0, rows < 16 ? 1 : 2).reverse()
  if (shown.length === 0) return []
  return ['', ...shown.map(({ level, text }) => (level === 'warning' ? paint('warn', text) : text))]
}
