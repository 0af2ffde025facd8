import { ablation } from '../analysis/ablation.ts'
import { CHART_KINDS, type ChartKind, type ChartSource, chartData, importantParams } from '../analysis/chart-data.ts'
import { confirmationWords, confirmedFacts } from '../analysis/confirmation-words.ts'
import { defaultTrial } from '../analysis/default-trial.ts'
import { outlookWords } from '../analysis/outlook-words.ts'
import { measureSavings } from '../analysis/savings.ts'
import { searchTrials } from '../analysis/search-trials.ts'
import { studyAdvice } from '../analysis/study-advice.ts'
import { type ConfigurationCounts, countConfigurations, countTrials } from '../analysis/trial-counts.ts'
import type { Chart, ChartTable } from '../charts/chart.ts'
import { drawChart } from '../charts/draw-chart.ts'
import type { ParamValues } from '../space/search-space.ts'
import { confirmationOf } from '../study/confirm.ts'
import { countText, durationText, numberText, percentText } from '../text/numbers.ts'
import { valueText } from '../text/param-text.ts'
import { countsText, goalsText, nameText, timeText } from '../text/study-words.ts'
import { bestTrial, paretoFront } from '../trial/ranking.ts'
import { type CompleteTrial, isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { type ReportedComparison, reportedComparison } from './reported-comparison.ts'

/** A study in words, tables and charts, to be written as HTML or Markdown. */
export interface StudyReport {
  readonly title: string
  /** Such as `maximize accuracy`. */
  readonly goals: string
  /** The answer first, in a sentence or two. */
  readonly lead: string
  readonly facts: readonly (readonly [label: string, text: string])[]
  /** The best configuration beside the default, or the front. */
  readonly best: ChartTable & { readonly title: string }
  /** Which changes on the way from the default to the winner earned how much; undefined where that was not measured. */
  readonly ablation: Chart | undefined
  /** The study beside others, where that was asked for. */
  readonly comparison: ReportedComparison | undefined
  readonly charts: readonly Chart[]
  /** When it was made, as a person reads it. */
  readonly made: string
}

const PER_GOAL: ReadonlySet<ChartKind> = new Set(['history', 'importance', 'efficiency', 'slice', 'cost'])
/** How many slices a report holds for each goal. */
const SLICES = 2
/** At most so many trials of a front stand in the table. */
const FRONT_ROWS = 20

/** What else a report holds. */
export interface ReportOptions {
  /** Studies that it is held beside; they share a goal with it. */
  readonly against?: readonly ChartSource[]
  /** The goal by which it is compared, default the first. */
  readonly goal?: string | undefined
}

/**
 * Puts a study into words, tables and charts.
 * @param now milliseconds since 1970
 * @throws {OptionError} where it shares no such goal with what it is held against
 */
export function studyReport(source: ChartSource, now: number, options: ReportOptions = {}): StudyReport {
  const { against = [], goal } = options
  const { name, goals, trials, defaults } = source
  const usual = defaultTrial(trials, defaults)
  return {
    title: nameText(name),
    goals: goalsText(goals),
    lead: leadText(source, usual),
    facts: factsOf(source),
    best: goals.length === 1 ? bestTable(source, usual) : frontTable(source),
    ablation: ablationSection(source),
    comparison: against.length === 0 ? undefined : reportedComparison(source, against, goal),
    charts: chartsOf(source, now),
    made: timeText(now),
  }
}

/** Every chart that has something to show: by goal where there are several, slices along the parameters that matter most. */
function chartsOf(source: ChartSource, now: number): Chart[] {
  return CHART_KINDS.flatMap((kind) => {
    // It has a place of its own.
    if (kind === 'ablation') return []
    const goals = PER_GOAL.has(kind) ? source.goals.map((_, goal) => goal) : [0]
    return goals.flatMap((goal) => {
      const choices =
        kind === 'slice'
          ? importantParams(source, goal)
              .slice(0, SLICES)
              .map((path) => [path])
          : [[]]
      return choices.flatMap((params) => {
        const data = chartData(source, kind, { goal, params, now })
        if (data === undefined) return []
        const chart = drawChart(data)
        const named = goals.length === 1 ? chart.title : `${chart.title}: ${source.goals[goal]?.name}`
        return [{ ...chart, title: named }]
      })
    })
  })
}

const NONE_FEASIBLE = 'No complete trial keeps its constraints yet.'

function leadText({ trials, goals }: ChartSource, usual: TrialRecord | undefined): string {
  const [goal] = goals
  if (goal === undefined || !trials.some(({ state }) => state === 'complete')) return 'No trial is complete yet.'
  if (goals.length > 1) {
    const front = paretoFront(trials, goals).length
    if (front === 0) return NONE_FEASIBLE
    const names = goals.map((each) => each.name).join(' and ')
    return front === 1
      ? `One trial is the best in ${names} alike.`
      : `${countText(front)} trials are not beaten in ${names} together: choose among them.`
  }
  const best = bestTrial(searchTrials(trials), goal)
  if (best === undefined) return NONE_FEASIBLE
  const value = best?.values[0] ?? Number.NaN
  const before = usual?.state === 'complete' ? usual.values[0] : undefined
  const reached = `${goal.name} ${numberText(value)} in trial ${best?.number}`
  if (before === undefined) return `The best value is ${reached}.`
  if (usual?.number === best?.number) return `No trial beat the default configuration: ${reached}.`
  return `From ${numberText(before)} with the default configuration to ${reached}. These are the values that the winner was chosen by, so they flatter it; a test on data that the search never saw settles it.`
}

function factsOf({ trials, goals, fidelity, space }: ChartSource): (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = [
    ['Trials', countsText(countTrials(trials)).replace(/^.*?: /, `${countText(trials.length)}: `)],
  ]
  const confirmed = goals.length === 1 ? confirmationOf({ trials, goals }) : undefined
  if (confirmed !== undefined) facts.push(['Confirmed', confirmationWords(confirmedFacts(confirmed), goals[0]!.name)])
  const configurations = countConfigurations(trials)
  if (configurations !== undefined) facts.push(['Configurations', configurationsText(configurations)])
  const starts = trials.flatMap(({ startedAt }) => startedAt ?? [])
  if (starts.length > 0) {
    const first = starts.reduce((a, b) => Math.min(a, b))
    const last = trials.filter(isFinished).reduce((most, { finishedAt }) => Math.max(most, finishedAt), first)
    facts.push(['Run', `${timeText(first)}, ${durationText(last - first)} from the first start to the last end`])
  }
  const savings = measureSavings(trials, fidelity)
  if (savings !== undefined) {
    const spared =
      savings.saved > 0 ? `; pruning saved ${countText(savings.saved)} (${percentText(savings.share)})` : ''
    facts.push([savings.unit, `${countText(savings.spent)} spent${spared}`])
  }
  facts.push(['Parameters', String(space.parameters.length)])
  const outlook = outlookWords({ trials, goals, space })
  if (outlook !== undefined) facts.push(['Outlook', outlook])
  const best = goals.length === 1 ? bestTrial(searchTrials(trials), goals[0]!) : undefined
  const chosen = best === undefined ? undefined : { trial: best.number, params: best.params }
  for (const advice of studyAdvice({ trials, goals, space }, chosen)) facts.push(['Advice', advice])
  return facts
}

function configurationsText({ count, paused }: ConfigurationCounts): string {
  return `${countText(count)}, trials that continue each other counted once; ${countText(paused)} paused and not continued so far`
}

function bestTable({ trials, goals, defaults }: ChartSource, usual: TrialRecord | undefined): StudyReport['best'] {
  const [goal] = goals
  const best = goal === undefined ? undefined : bestTrial(searchTrials(trials), goal)
  const before = defaults ?? usual?.params
  const columns = before === undefined ? ['parameter', 'best'] : ['parameter', 'best', 'default']
  const paths = [...new Set([...Object.keys(best?.params ?? {}), ...Object.keys(before ?? {})])]
  const text = (params: ParamValues | undefined, path: string) => {
    const value = params?.[path]
    return value === undefined ? '–' : valueText(value)
  }
  const rows = best === undefined ? [] : paths.map((path) => [path, text(best.params, path), text(before, path)])
  const title = best === undefined ? 'The best configuration' : `The best configuration, trial ${best.number}`
  return { title, columns, rows: rows.map((row) => row.slice(0, columns.length)) }
}

function ablationSection(source: ChartSource): StudyReport['ablation'] {
  const data = ablation(source)
  return data === undefined ? undefined : drawChart({ kind: 'ablation', data })
}

function frontTable({ trials, goals }: ChartSource): StudyReport['best'] {
  const front: readonly CompleteTrial[] = paretoFront(trials, goals)
  const paths = [...new Set(front.flatMap(({ params }) => Object.keys(params)))]
  return {
    title: 'Trials that none beats in all goals',
    columns: ['trial', ...goals.map(({ name }) => name), ...paths],
    rows: front.slice(0, FRONT_ROWS).map(({ number, values, params }) => [
      String(number),
      ...goals.map((_, g) => numberText(values[g] ?? Number.NaN)),
      ...paths.map((path) => {
        const value = params[path]
        return value === undefined ? '–' : valueText(value)
      }),
    ]),
    of: front.length > FRONT_ROWS ? front.length : undefined,
  }
}
