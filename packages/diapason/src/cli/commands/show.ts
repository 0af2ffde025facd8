import type { Command } from 'commander'
import { ablation } from '../../analysis/ablation.ts'
import { defaultTrial } from '../../analysis/default-trial.ts'
import { outlookWords } from '../../analysis/outlook-words.ts'
import { measureSavings } from '../../analysis/savings.ts'
import { countTrials } from '../../analysis/trial-counts.ts'
import { rangeText } from '../../space/search-space.ts'
import type { StudyRecord } from '../../storage/storage.ts'
import { methodChanges } from '../../study/method-changes.ts'
import { ATTR } from '../../study/study-parts.ts'
import { jsonLine } from '../../text/json.ts'
import { counted, countText, durationText, numberText, percentText } from '../../text/numbers.ts'
import { valueText } from '../../text/param-text.ts'
import { countsText, goalsText, nameText, timeText } from '../../text/study-words.ts'
import { constraintsOf, isFeasible } from '../../trial/feasibility.ts'
import { lossOf } from '../../trial/ranking.ts'
import { type CompleteTrial, isFinished, type TrialRecord } from '../../trial/trial-record.ts'
import type { AnyStudy } from '../progress.ts'
import { alignedRows, labelledText } from '../report/labelled-lines.ts'
import { ablationLines } from '../report/screen-lines.ts'
import { fitted } from '../text/display-width.ts'
import { tableLines } from '../text/table.ts'
import { adviceOn } from './advice-on.ts'
import { type Output, standardOutput, writeLines } from './output.ts'
import { showJson } from './show-json.ts'
import { STUDY_ARGUMENT, type StoredOptions, withStorageOption, withStoredStudy } from './stored-study.ts'
import { trialLines } from './trials.ts'

const TOP = 5

/** Adds `diapason show`. */
export function register(program: Command, output: Output = standardOutput()): void {
  withStorageOption(program.command('show').description('show a study: its best trials, its space, what it has cost'))
    .argument(...STUDY_ARGUMENT)
    .option('--json', 'as JSON')
    .action((name: string | undefined, { storage, json = false }: StoredOptions) =>
      withStoredStudy(storage, name, (study, record) => {
        if (json) output.write(showJson(study, record))
        else writeLines(output, showLines(study, record, output))
      }),
    )
}

/** A study at a glance. */
export function showLines(study: AnyStudy, record: StudyRecord, output: Output): string[] {
  const blocks = [
    headLines(study, record, output),
    bestLines(study, output),
    ablationLines(ablation(study) ?? null, output),
    adviceLines(study, output),
    topLines(study, output),
    spaceLines(study, output),
  ]
  return blocks.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]))
}

function headLines(study: AnyStudy, record: StudyRecord, { columns, paint }: Output): string[] {
  const { trials, goals, fidelity } = study
  const rows = [['trials', countsText(countTrials(trials)).replace(/^.*?: /, `${countText(trials.length)}: `)]]
  const when = spanText(trials)
  if (when !== undefined) rows.push(['run', when])
  const rules = record.systemAttrs[ATTR.where]
  if (Array.isArray(rules)) rows.push(['where', rules.join('; ')])
  const broken = brokenCounts(trials)
  if (broken !== undefined) rows.push(['infeasible', broken])
  const savings = measureSavings(trials, fidelity)
  if (savings !== undefined) {
    const { spent, saved, unit, share } = savings
    const most = fidelity === undefined ? '' : `, ${fidelity.min} to ${fidelity.max} a trial`
    const spared = saved === 0 ? '' : `; pruning saved ${countText(saved)} (${percentText(share)})`
    rows.push([unit, `${countText(spent)} spent${most}${spared}`])
  }
  rows.push(['seed', seedText(record)])
  const method = methodText(record)
  if (method !== undefined) rows.push(['method', method])
  for (const { number, method } of methodChanges(trials)) rows.push([`from trial ${number}`, method.sentence])
  for (const [key, value] of Object.entries(record.userAttrs)) rows.push([key, jsonLine(value).trimEnd()])
  const title = `${paint('strong', nameText(study.name))}  ${paint('faint', goalsText(goals))}`
  return [title, ...alignedRows(rows.map(([label = '', text = '']) => [paint('faint', label), text]))].map((line) =>
    fitted(line, columns),
  )
}

/** `3 of 20 complete trials break a constraint: memory 2, latency 1`. */
function brokenCounts(trials: readonly TrialRecord[]): string | undefined {
  const complete = trials.filter(({ state }) => state === 'complete')
  const infeasible = complete.filter((trial) => !isFeasible(trial))
  if (infeasible.length === 0) return undefined
  const counts = new Map<string, number>()
  for (const trial of infeasible) {
    for (const [name, excess] of Object.entries(constraintsOf(trial))) {
      if (!(excess <= 0)) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  const names = [...counts].map(([name, count]) => `${name} ${countText(count)}`).join(', ')
  const verb = infeasible.length === 1 ? 'breaks' : 'break'
  return `${countText(infeasible.length)} of ${counted(complete.length, 'complete trial')} ${verb} a constraint: ${names}`
}

/** When the first trial started and how long it all took, pauses included. */
function spanText(trials: readonly TrialRecord[]): string | undefined {
  const starts = trials.flatMap(({ startedAt }) => startedAt ?? [])
  if (starts.length === 0) return undefined
  const first = starts.reduce((a, b) => Math.min(a, b))
  const last = trials.filter(isFinished).reduce((most, { finishedAt }) => Math.max(most, finishedAt), first)
  return `${timeText(first)}, ${durationText(last - first)} from the first start to the last end`
}

function seedText({ systemAttrs }: StudyRecord): string {
  const seed = systemAttrs[ATTR.seed]
  return typeof seed === 'number' ? String(seed) : 'not stored'
}

function methodText({ systemAttrs }: StudyRecord): string | undefined {
  const parts = [systemAttrs[ATTR.sampler], systemAttrs[ATTR.pruner]].filter((name) => typeof name === 'string')
  return parts.length === 0 ? undefined : parts.join(', ')
}

function bestLines(study: AnyStudy, { columns, paint }: Output): string[] {
  const [best] = study.goals.length === 1 ? study.bestTrials : []
  const goal = study.goals[0]?.name ?? 'value'
  if (best === undefined) return []
  const trial = defaultTrial(study.trials, study.defaults)
  const defaults = study.defaults ?? trial?.params
  const value = paint('good', numberText(best.record.values[0] ?? Number.NaN))
  const head = [`${paint('faint', 'best')}  ${goal} ${value}  ${paint('faint', `trial ${best.number}`)}`]
  if (trial?.state === 'complete') {
    const before = numberText(trial.values[0] ?? Number.NaN)
    head.push(`${paint('faint', 'default')}  ${goal} ${before}  ${paint('faint', `trial ${trial.number}`)}`)
  }
  const rows = Object.entries(best.record.params).map(([path, held]) => {
    const usual = defaults?.[path]
    const note = usual === undefined || Object.is(usual, held) ? '' : paint('faint', `default ${valueText(usual)}`)
    return [`  ${path}`, valueText(held), note]
  })
  return [head.join('    '), ...alignedRows(rows)].map((line) => fitted(line, columns))
}

function adviceLines(study: AnyStudy, output: Output): string[] {
  const outlook = outlookWords(study)
  return [
    ...(outlook === undefined ? [] : labelledText('outlook', outlook, output)),
    ...adviceOn(study).flatMap((advice) => labelledText('advice', advice, output)),
  ]
}

/** The best few; with several goals, those that none beats. */
function topLines(study: AnyStudy, output: Output): string[] {
  const { goals } = study
  const front = goals.length > 1
  const top = front ? study.bestTrials.map(({ record }) => record) : ranked(study).slice(0, TOP)
  if (top.length === 0 || (!front && top.length === 1)) return []
  const title = front ? 'trials that none beats in all goals' : `the best ${top.length}`
  return [output.paint('faint', title), ...trialLines(top, goals, output)]
}

function ranked({ trials, goals }: AnyStudy): readonly CompleteTrial[] {
  const direction = goals[0]?.direction ?? 'minimize'
  const loss = (trial: CompleteTrial) => lossOf(trial.values[0] ?? Number.NaN, direction)
  return trials
    .filter((trial) => trial.state === 'complete')
    .filter(isFeasible)
    .toSorted((a, b) => (loss(a) < loss(b) ? -1 : loss(a) > loss(b) ? 1 : 0))
}

function spaceLines({ space, entries }: AnyStudy, { columns: width, paint }: Output): string[] {
  if (space.parameters.length === 0) return []
  const rows = space.parameters.map(({ name, distribution, condition, default: usual }) => [
    name,
    rangeText(distribution),
    distribution.kind === 'categorical' ? 'choice' : distribution.log ? 'log' : 'linear',
    usual === undefined ? '' : valueText(usual),
    condition === undefined
      ? ''
      : 'atLeast' in condition
        ? `${condition.parent} ≥ ${condition.atLeast}`
        : `${condition.parent} is ${condition.values.join(' or ')}`,
  ])
  const columns = [
    { title: 'parameter' },
    { title: 'values', shrinks: true },
    { title: 'scale' },
    { title: 'default', align: 'right' } as const,
    { title: 'when' },
  ]
  const title = entries === undefined ? 'the space, as its trials show it' : 'the space'
  return [paint('faint', title), ...tableLines(columns, rows, { width, paint })]
}
