import { type Command, Option } from 'commander'
import { type FunctionalAnova, functionalAnova } from '../../analysis/functional-anova.ts'
import { goalIndex, type Importance, importance } from '../../analysis/importance.ts'
import { responseForest } from '../../analysis/response-forest.ts'
import { importanceCaption } from '../../charts/importance-chart.ts'
import { jsonText } from '../../text/json.ts'
import { counted, percentText } from '../../text/numbers.ts'
import type { AnyStudy } from '../progress.ts'
import { wrapped } from '../text/display-width.ts'
import { tableLines } from '../text/table.ts'
import { type Output, standardOutput, writeLines } from './output.ts'
import { STUDY_ARGUMENT, type StoredOptions, withStorageOption, withStoredStudy } from './stored-study.ts'

interface ImportanceCommandOptions extends StoredOptions {
  readonly method: 'ped-anova' | 'fanova'
  readonly goal?: string
}

const BAR_CELLS = 24
/** Shorter than this, a pair is not worth a line. */
const LEAST_PAIR = 0.01

/** Adds `diapason importance`. */
export function register(program: Command, output: Output = standardOutput()): void {
  const methods = new Option(
    '--method <method>',
    'what decides about the best (ped-anova), or about all values (fanova)',
  )
  withStorageOption(program.command('importance').description('tell which parameters matter'))
    .argument(...STUDY_ARGUMENT)
    .addOption(methods.choices(['ped-anova', 'fanova']).default('ped-anova'))
    .option('--goal <name>', 'one goal (default: all together; with fanova, the first)')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nfanova also tells which pairs of parameters act together.')
    .action((name: string | undefined, options: ImportanceCommandOptions) =>
      withStoredStudy(options.storage, name, (study) => {
        if (options.method === 'fanova') writeAnova(study, options, output)
        else writeImportance(study, options, output)
      }),
    )
}

function writeImportance({ trials, goals }: AnyStudy, { goal, json }: ImportanceCommandOptions, output: Output): void {
  const data = importance(trials, goals, goal === undefined ? {} : { goal })
  if (json) output.write(jsonText({ method: 'ped-anova', ...data, goal: data.goal ?? null }))
  else writeLines(output, importanceLines(data, output))
}

/** A bar for each parameter, and what it means in words. */
export function importanceLines(data: Importance, output: Output): string[] {
  const rows = data.params.map(({ path, share, trials }) => [path, share, String(trials)] as const)
  return [...words(importanceCaption(data), output), '', ...barLines(rows, output, 'trials')]
}

function writeAnova(study: AnyStudy, { goal, json }: ImportanceCommandOptions, output: Output): void {
  const index = goal === undefined ? 0 : goalIndex(study.goals, goal)
  const anova = functionalAnova(responseForest(study.trials, study.space, study.goals, index))
  if (json) output.write(jsonText({ method: 'fanova', ...anova }))
  else writeLines(output, anovaLines(anova, output))
}

function anovaLines({ goal, trials, params, interactions, rest }: FunctionalAnova, output: Output): string[] {
  const spreadText = (spread: number) => `± ${percentText(spread)}`
  const single = params.map(({ path, share, spread }) => [path, share, spreadText(spread)] as const)
  const pairs = interactions
    .filter(({ share }) => share >= LEAST_PAIR)
    .map(({ paths, share, spread }) => [paths.join(' × '), share, spreadText(spread)] as const)
  const caption = `Of the variance of ${goal} over the whole space, by a forest that learnt from ${counted(trials, 'trial')}: what each parameter explains alone, and what pairs explain together. ${percentText(rest)} is left to larger groups and to chance.`
  const lines = [...words(caption, output), '', ...barLines(single, output, 'between trees')]
  return pairs.length === 0 ? lines : [...lines, '', ...barLines(pairs, output, 'between trees')]
}

function words(caption: string, { columns }: Output): string[] {
  return wrapped(caption, Number.isFinite(columns) ? columns : 100)
}

function barLines(
  rows: readonly (readonly [name: string, share: number, note: string])[],
  { columns: width, paint }: Output,
  note: string,
): string[] {
  const top = rows.reduce((most, [, share]) => Math.max(most, share), 0) || 1
  const bar = (share: number) => paint('accent', '█'.repeat(Math.round((BAR_CELLS * share) / top)))
  return tableLines(
    [
      { title: 'parameter', shrinks: true },
      { title: 'share', align: 'right' },
      { title: '' },
      { title: note, align: 'right' },
    ],
    rows.map(([name, share, text]) => [name, percentText(share), bar(share).padEnd(BAR_CELLS), text]),
    { width, paint },
  )
}
