import { durationText, numberText } from '../../text/numbers.ts'
import { type FitReport, gainText, searchText, summaryText, warningsOf } from './fit-words.ts'

/** What a card says beside the report. */
export interface CardFacts {
  readonly file: string
  readonly again: string
  readonly predict: string
}

/** The card of a model in Markdown: what it was made from, how good it is, how to use it and to make it again. */
export function cardText(report: FitReport, { file, again, predict }: CardFacts): string {
  const { target, metric, score, baseline, defaults, others, columns, remarks } = report
  const used = columns.filter(({ role }) => role !== 'leftOut')
  const rows = [
    [`**this model**`, summaryText(score)],
    ...(defaults ? [['the default configuration', numberText(defaults.mean)]] : []),
    [baseline.words, numberText(baseline.mean)],
  ]
  const lines = [
    `# A model of ${code(target)}`,
    '',
    `Made by \`diapason fit\` from ${file}: ${report.rows} rows, ${used.length} columns${classesText(report)}.`,
    '',
    '## How good it is',
    '',
    `| ${metric} | ${report.direction === 'maximize' ? 'more' : 'less'} is better |`,
    '|---|---|',
    ...rows.map(([what, value]) => `| ${cell(what ?? '')} | ${value} |`),
    '',
    `Measured on rows that the networks never saw, ${score.folds} folds that the search did not use; in brackets the 95 % interval of`,
    'the mean, corrected for the rows that folds share. It speaks for data like these: drawn alike, from the same time and place. The model is',
    `the mean of ${report.networks} networks, which is usually a little better than one.`,
    ...[...warningsOf(report), gainText(report)].flatMap((sentence) => ['', sentence]),
    '',
    `Also: ${Object.entries(others)
      .map(([name, value]) => `${name} ${numberText(value)}`)
      .join(', ')}.`,
    '',
    '## Data',
    '',
    ...remarks.flatMap((remark) => [remark, '']),
    '| column | what | gaps |',
    '|---|---|---|',
    ...columns.map(
      ({ name, words, missing }) => `| ${cell(name)} | ${cell(words)} | ${missing === 0 ? '' : missing} |`,
    ),
    '',
    'Missing numbers become the median, with a feature that tells of the gap; numbers are scaled by median and quartiles; categories',
    'become a feature each, or learned vectors where there are many; those never seen before count as unknown.',
    '',
    '## Configuration',
    '',
    `${searchText(report)}; ${durationText(report.elapsedMs)}; seed ${report.seed}.`,
    '',
    '```json',
    JSON.stringify(report.configuration, null, 2),
    '```',
    '',
    '## Use and make again',
    '',
    '```',
    predict,
    again,
    '```',
    '',
    'The second command trains the same networks again, without a search.',
    '',
  ]
  return lines.join('\n')
}

function classesText({ classes }: FitReport): string {
  if (classes === undefined) return ''
  const shown = classes.slice(0, 8).map(code).join(', ')
  return `; ${classes.length} classes: ${shown}${classes.length > 8 ? ', …' : ''}`
}

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
