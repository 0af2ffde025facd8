import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { compareStudies, type StudyComparison } from '../../analysis/study-comparison.ts'
import { chartFile } from '../../charts/chart.ts'
import { comparisonChart } from '../../charts/comparison-chart.ts'
import { comparisonRows, comparisonWords } from '../../charts/comparison-words.ts'
import { openStudy } from '../../study/create-study.ts'
import { jsonText } from '../../text/json.ts'
import { wrapped } from '../text/display-width.ts'
import { tableLines } from '../text/table.ts'
import { type Output, standardOutput, writeLines } from './output.ts'
import { type StoredOptions, withStorageOption, withStoredData } from './stored-study.ts'

interface CompareOptions extends StoredOptions {
  readonly goal?: string
  readonly output?: string
}

/** Adds `diapason compare`. */
export function register(program: Command, output: Output = standardOutput()): void {
  withStorageOption(
    program.command('compare').description('tell whether one study found something better than another'),
  )
    .argument('<studies...>', 'names of two studies or more; each is held against the first')
    .option('--goal <name>', 'one that all have (default: the first goal)')
    .option('--json', 'as JSON')
    .option('-o, --output <file>', 'write the chart as SVG to a file, too')
    .addHelpText(
      'after',
      '\nWhere both trained their best again (as `diapason run` does), these scores decide; otherwise the searches alone.',
    )
    .action((names: readonly string[], { storage: url, goal, json = false, output: file }: CompareOptions) =>
      withStoredData(url, async (storage) => {
        const studies = await Promise.all(names.map((name) => openStudy({ storage, name })))
        const data = compareStudies(studies, goal)
        if (file !== undefined) await writeFile(file, chartFile(comparisonChart(data)))
        if (json) output.write(jsonText(data))
        else writeLines(output, comparisonLines(data, output))
      }),
    )
}

/** The verdicts, then the studies as a table. */
function comparisonLines(data: StudyComparison, { columns: width, paint }: Output): string[] {
  const { columns, rows } = comparisonRows(data)
  const words = comparisonWords(data).flatMap((sentence) => wrapped(sentence, Math.min(width, 100)))
  const titles = columns.map((title, i) => ({ title, ...(i > 0 && { align: 'right' as const }) }))
  return [...words, '', ...tableLines(titles, rows, { width, paint })]
}
