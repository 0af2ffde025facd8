import { type Command, Option } from 'commander'
import { trialJson } from '../../analysis/trial-json.ts'
import { jsonArray } from '../../text/json.ts'
import { paramsText } from '../../text/param-text.ts'
import { brokenText, goalText, tookMs, tookText } from '../../text/study-words.ts'
import type { Goal } from '../../trial/history.ts'
import { lossOf } from '../../trial/ranking.ts'
import { fixedParams, lastReport, type TrialRecord, type TrialState } from '../../trial/trial-record.ts'
import { parseCountFlag } from '../options.ts'
import type { AnyStudy } from '../progress.ts'
import type { Paint } from '../text/paint.ts'
import { tableLines } from '../text/table.ts'
import { type Output, standardOutput, writeLines } from './output.ts'
import { STUDY_ARGUMENT, type StoredOptions, withStorageOption, withStoredStudy } from './stored-study.ts'

interface TrialsOptions extends StoredOptions {
  readonly state?: TrialState
  readonly sort: 'number' | 'value' | 'duration'
  readonly limit?: number
}

/** Adds `diapason trials`. */
export function register(program: Command, output: Output = standardOutput()): void {
  const states = ['complete', 'pruned', 'failed', 'running', 'waiting'] satisfies TrialState[]
  withStorageOption(program.command('trials').description('list the trials of a study'))
    .argument(...STUDY_ARGUMENT)
    .addOption(new Option('--state <state>', 'only those').choices(states))
    .addOption(
      new Option('--sort <by>', 'value: the best first; duration: the longest first')
        .choices(['number', 'value', 'duration'])
        .default('number'),
    )
    .option('--limit <n>', 'so many at most', parseCountFlag)
    .option('--json', 'as a JSON array, a trial a line')
    .action((name: string | undefined, options: TrialsOptions) =>
      withStoredStudy(options.storage, name, (study) => {
        const trials = chosenTrials(study, options)
        if (options.json) output.write(jsonArray(trials.map((trial) => trialJson(trial, study.goals))))
        else writeLines(output, trialLines(trials, study.goals, output))
      }),
    )
}

function chosenTrials({ trials, goals }: AnyStudy, { state, sort, limit }: TrialsOptions): readonly TrialRecord[] {
  const chosen = trials.filter((trial) => state === undefined || trial.state === state)
  const direction = goals[0]?.direction ?? 'minimize'
  const keys = {
    number: (trial: TrialRecord) => trial.number,
    value: (trial: TrialRecord) => rankOf(trial, direction),
    duration: (trial: TrialRecord) => -(tookMs(trial) ?? -1),
  }
  const key = keys[sort]
  // Infinities have no difference; equal keys keep the order of their numbers.
  const ordered = chosen.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  return ordered.slice(0, limit)
}

/** Complete trials by their value before all others. */
function rankOf(trial: TrialRecord, direction: Goal['direction']): number {
  if (trial.state !== 'complete') return Number.POSITIVE_INFINITY
  return lossOf(trial.values[0] ?? Number.NaN, direction)
}

/** A table of trials that fits the width. */
export function trialLines(trials: readonly TrialRecord[], goals: readonly Goal[], output: Output): string[] {
  const { paint, columns: width } = output
  const columns = [
    { title: 'trial', align: 'right' } as const,
    { title: 'state' },
    ...goals.map(({ name }) => ({ title: name, align: 'right' }) as const),
    { title: 'step', align: 'right' } as const,
    { title: 'took', align: 'right' } as const,
    { title: 'parameters', shrinks: true },
  ]
  const rows = trials.map((trial) => [
    String(trial.number),
    stateText(trial.state, paint),
    ...goals.map((_, g) => goalText(trial, g)),
    String(lastReport(trial)?.[0] ?? ''),
    tookText(trial),
    detailText(trial),
  ])
  return tableLines(columns, rows, { width, paint })
}

function detailText(trial: TrialRecord): string {
  const waiting = trial.state === 'waiting' ? fixedParams(trial) : undefined
  const params = paramsText(waiting ?? trial.params)
  const remark = trial.state === 'failed' ? trial.reason.trim() : brokenText(trial)
  return remark === undefined ? params : `${remark}; ${params}`
}

function stateText(state: TrialState, paint: Paint): string {
  if (state === 'failed') return paint('bad', state)
  return state === 'complete' ? state : paint('faint', state)
}
