import { ablationRows } from '../../analysis/ablation-table.ts'
import type { StopReason } from '../../study/optimize.ts'
import { counted, countText, durationText, numberText, percentText } from '../../text/numbers.ts'
import { paramsText, valueText } from '../../text/param-text.ts'
import { fitted, wrapped } from '../text/display-width.ts'
import type { Ink } from '../text/paint.ts'
import { changeLines } from './change-lines.ts'
import type { FinalReport, ReportedConfig, TestResult, Verdict } from './final-report.ts'
import {
  alignedRows,
  labelledLines,
  labelledText,
  type NotedRow,
  notedRows,
  type ScreenSize,
} from './labelled-lines.ts'
import { gainText } from './verdict.ts'

const FRONT_SHOWN = 8

const ENDED: { readonly [R in StopReason]: string } = {
  trials: 'all trials have run',
  time: 'the time is used up',
  target: 'the target was reached',
  signal: 'stopped',
  stop: 'stopped',
  exhausted: 'every point of the space has been tried',
}

const VERDICT_INK: { readonly [K in Verdict['kind']]: Ink } = {
  better: 'good',
  'no-difference': 'warn',
  worse: 'bad',
  'default-is-best': 'strong',
  untested: 'strong',
  'no-default': 'strong',
  'several-goals': 'strong',
  'nothing-complete': 'bad',
}

/** A report as lines that fit the terminal: verdict, figures, what changed, cost, advice, next commands. */
export function screenLines(report: FinalReport, size: ScreenSize): string[] {
  const blocks = [
    headLines(report, size),
    report.goals.length > 1 ? frontLines(report, size) : figureLines(report, size),
    configLines(report, size),
    ablationLines(report.ablation, size),
    costLines(report, size),
    report.outlook === null ? [] : labelledText('outlook', report.outlook, size),
    report.advice.flatMap((advice) => labelledText('advice', advice, size)),
    nextLines(report, size),
  ]
  return blocks.filter((lines) => lines.length > 0).flatMap((lines) => ['', ...lines])
}

function headLines({ study, reason, error, verdict, goals }: FinalReport, { columns, paint }: ScreenSize): string[] {
  const aims = goals.map(({ name, direction }) => `${direction} ${name}`).join(', ')
  const how = error === null ? (reason === null ? [] : [ENDED[reason]]) : ['the run failed']
  const lines = [fitted(`${paint('strong', study)}  ${paint('faint', [aims, ...how].join(' · '))}`, columns)]
  if (error !== null) lines.push(...wrapped(error, columns).map((line) => paint('bad', line)))
  return [...lines, ...wrapped(verdict.words, columns).map((line) => paint(VERDICT_INK[verdict.kind], line))]
}

/** Default and best side by side: on untouched data where there is a test, and by their own values. */
function figureLines(report: FinalReport, size: ScreenSize): string[] {
  const { defaults, test, testFailure, goals } = report
  const [best] = report.best
  const goal = goals[0]?.name ?? 'value'
  if (best === undefined) return []
  const { paint } = size
  const own = (config: ReportedConfig) => {
    const value = config.values[goal]
    return value === undefined ? '–' : numberText(value)
  }
  if (defaults === null) {
    const line = `${paint('strong', own(best))}  ${paint('faint', `trial ${best.trial}`)}`
    return [...labelledLines('best', [line], size), ...confirmationLines(report, size)]
  }
  const rows: NotedRow[] = [{ cells: ['', 'default', 'tuned'] }]
  if (test !== null) rows.push(testRow(test, size))
  const caution = test === null ? '' : 'flatters the winner, as it was chosen by this'
  rows.push({ cells: [goals[0]?.name ?? 'value', own(defaults), own(best)], note: caution, ink: 'faint' })
  const [head = '', ...lines] = notedRows(
    rows.map(({ cells: [label = '', ...cells], ...row }) => ({ ...row, cells: [paint('faint', label), ...cells] })),
    size,
  )
  const basis = test === null ? [] : [`test: ${testSize(test)}, ${durationText(test.elapsedMs)}`]
  return [
    paint('faint', head),
    ...lines,
    ...basis.map((line) => fitted(paint('faint', line), size.columns)),
    ...confirmationLines(report, size),
    ...(testFailure === null ? [] : wrapped(`The test gave nothing: ${testFailure}`, size.columns)),
  ]
}

/** What the repeats of the best said. */
function confirmationLines({ confirmation, goals }: FinalReport, size: ScreenSize): string[] {
  if (confirmation === null) return []
  const { mean, interval, chanceBest, finalists, runs, cheaper } = confirmation
  const ends = interval.map((end) => numberText(end, 4)).join(' to ')
  const words = `${goals[0]?.name} ${numberText(mean, 4)} with fresh seeds (95 % interval ${ends}); the best of ${finalists} finalists with a chance of ${percentText(chanceBest)}, after ${counted(runs, 'repeat')}`
  const lines = labelledText('confirmed', words, size)
  if (cheaper === null) return lines
  const saving = `trial ${cheaper.trial} is as good as the noise can tell (${numberText(cheaper.mean, 4)}), at ${percentText(cheaper.costShare)} of the cost`
  return [...lines, ...labelledText('cheaper', saving, size)]
}

function testRow(test: TestResult, { paint }: ScreenSize): NotedRow {
  const score = (value: number) => (test.isShare ? `${(100 * value).toFixed(1)} %` : numberText(value))
  const gain = signed(test.difference, gainText(test, test.difference))
  const ends = test.interval?.map((end) => signed(end, gainText(test, end).replace(' points', '')))
  const interval = ends === undefined ? 'no interval' : `${percentText(test.level)} interval ${ends.join(' to ')}`
  return {
    cells: ['test', score(test.baseline), paint('strong', score(test.candidate))],
    note: `${gain} (${interval})`,
  }
}

function signed(value: number, text: string): string {
  return value > 0 ? `+${text}` : text.replace(/^-/, '−')
}

function frontLines({ best, goals }: FinalReport, size: ScreenSize): string[] {
  const { paint } = size
  const head = ['trial', ...goals.map(({ name }) => name), 'parameters'].map((title) => paint('faint', title))
  const rows = best
    .slice(0, FRONT_SHOWN)
    .map(({ trial, values, params }) => [
      String(trial),
      ...goals.map(({ name }) => numberText(values[name] ?? Number.NaN)),
      paramsText(params),
    ])
  const more = best.length > FRONT_SHOWN ? [paint('faint', `and ${best.length - FRONT_SHOWN} more`)] : []
  return [...alignedRows([head, ...rows]), ...more].map((line) => fitted(line, size.columns))
}

/** What changed from the default; without one, the best configuration itself. */
function configLines({ changes, defaults, best, goals }: FinalReport, size: ScreenSize): string[] {
  const [winner] = best
  if (winner === undefined || goals.length > 1) return []
  if (defaults !== null) return labelledLines('changed', changeLines(changes, size.paint), size)
  const rows = Object.entries(winner.params).map(([path, value]) => [path, size.paint('strong', valueText(value))])
  return labelledLines('parameters', alignedRows(rows), size)
}

/** Which changes earned how much. */
export function ablationLines(measured: FinalReport['ablation'], size: ScreenSize): string[] {
  if (measured === null) return []
  const rows = ablationRows(measured).map(([what, gain, interval]) => [what, gain, size.paint('faint', interval)])
  return [...labelledLines('earned', alignedRows(rows), size), ...labelledText('', measured.verdict.words, size)]
}

function costLines({ cost, savings }: FinalReport, size: ScreenSize): string[] {
  const { counts, stopped, trialsNow, elapsedMs } = cost
  const finished = counts.complete + counts.pruned + counts.failed
  const cut = stopped.pruned + stopped.failed
  const parts = [
    `${countText(counts.complete)} complete`,
    `${countText(counts.pruned - stopped.pruned)} pruned`,
    `${countText(counts.failed - stopped.failed)} failed`,
    ...(cut === 0 ? [] : [`${countText(cut)} cut short by the end`]),
  ].join(', ')
  const now = trialsNow < finished ? ` (${countText(trialsNow)} in this run)` : ''
  const steps = savings === null ? '' : `, ${countText(savings.spent)} ${savings.unit}`
  const lines = labelledText(
    'cost',
    `${counted(finished, 'trial')}${now}: ${parts}; ${durationText(elapsedMs)}${steps}`,
    size,
  )
  if (savings === null) return lines
  const { saved, spent, unit, share } = savings
  const words =
    saved === 0
      ? 'stopped no trial early'
      : `saved ${countText(saved)} of ${countText(spent + saved)} ${unit} (${percentText(share)})`
  return [...lines, ...labelledText('pruning', words, size)]
}

function nextLines({ next }: FinalReport, { columns, paint }: ScreenSize): string[] {
  // Commands are never cut: they are there to be copied.
  const width = next.reduce((most, { words }) => Math.max(most, words.length), 0)
  return next.map(({ words, command }) => {
    const label = paint('faint', `${words}:`.padEnd(Math.min(width + 3, columns)))
    return `${label}${paint('accent', command)}`
  })
}

/** A test that gives one number a training says nothing of its examples. */
function testSize({ examples, seeds }: Pick<TestResult, 'examples' | 'seeds'>): string {
  const trainings = counted(seeds, 'training seed')
  return examples === 1 ? `${trainings} each` : `${counted(examples, 'untouched example')}, ${trainings} each`
}
