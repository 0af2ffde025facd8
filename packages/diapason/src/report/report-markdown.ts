import type { Chart, ChartTable } from '../charts/chart.ts'
import type { StudyReport } from './study-report.ts'

/** Tables in a pull request stay short. */
const ROWS_SHOWN = 15

/** A report as Markdown, for a pull request or an issue: words and short tables, no pictures. */
export function reportMarkdown(report: StudyReport): string {
  const blocks = [
    `## ${inline(report.title)}`,
    `${inline(report.goals)}`,
    `**${inline(report.lead)}**`,
    report.facts.map(([label, value]) => `- ${inline(label)}: ${inline(value)}`).join('\n'),
  ]
  if (report.best.rows.length > 0) blocks.push(`### ${inline(report.best.title)}`, table(report.best))
  const { ablation } = report
  if (ablation) blocks.push(`### ${inline(ablation.title)}`, inline(ablation.caption), table(ablation.table))
  if (report.comparison) blocks.push(...comparisonBlocks(report.comparison))
  for (const chart of report.charts) blocks.push(...chartBlocks(chart))
  blocks.push(`Made by Diapason on ${inline(report.made)}.`)
  return `${blocks.join('\n\n')}\n`
}

function comparisonBlocks({ title, verdicts, chart, best }: NonNullable<StudyReport['comparison']>): string[] {
  return [
    `### ${inline(title)}`,
    ...verdicts.map((words) => `**${inline(words)}**`),
    table(chart.table),
    `#### ${inline(best.title)}`,
    table(best),
  ]
}

/** Bars say in a row of text what the chart shows; of other charts the words are enough. */
function chartBlocks({ kind, title, caption, table: rows }: Chart): string[] {
  const words = [`### ${inline(title)}`, inline(caption)]
  return kind === 'importance' ? [...words, table(withBars(rows))] : words
}

function withBars({ columns, rows }: ChartTable): ChartTable {
  const share = (row: readonly string[]) => Number.parseFloat(row[1] ?? '0')
  const top = rows.reduce((most, row) => Math.max(most, share(row)), 0) || 1
  const bar = (row: readonly string[]) => '█'.repeat(Math.round((20 * share(row)) / top))
  return { columns: [...columns, ''], rows: rows.map((row) => [...row, bar(row)]) }
}

function table({ columns, rows }: ChartTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`
  const shown = rows.slice(0, ROWS_SHOWN)
  const more = rows.length > shown.length ? `\n\nand ${rows.length - shown.length} more` : ''
  return `${[line(columns), `|${columns.map(() => ' --- |').join('')}`, ...shown.map(line)].join('\n')}${more}`
}

/** A text on one line in which nothing is markup, a mention or a link. */
function inline(content: string): string {
  return content
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>#|~&]/g, '\\$&')
    .replaceAll('@', '@\u200b')
    .trim()
}
