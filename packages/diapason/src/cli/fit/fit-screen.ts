import { countText, numberText } from '../../text/numbers.ts'
import { alignedRows, labelledLines, labelledText, type ScreenSize } from '../report/labelled-lines.ts'
import { tableLines } from '../text/table.ts'
import { type FitReport, gainText, searchText, summaryText, warningsOf } from './fit-words.ts'

type DataEvent = Extract<import('@diapason/neural').FitEvent, { type: 'data' }>

/** What is said before the search: rows, columns and what was made of them. */
export function dataLines(event: DataEvent, file: string, size: ScreenSize): string[] {
  const { rows, target, classes, metric, columns, remarks } = event
  const what = classes === undefined ? 'numbers' : `${classes.length} classes`
  const head = `${file}: ${countText(rows)} rows; to predict: ${target} (${what}), by ${metric}`
  const shown = columns.map(({ name, words, missing }) => [name, words, missing === 0 ? '' : countText(missing)])
  const table = tableLines(
    [{ title: 'column' }, { title: 'what', shrinks: true }, { title: 'gaps', align: 'right' }],
    shown,
    { width: Math.min(size.columns, 100), paint: size.paint },
  )
  return [
    size.paint('strong', head),
    '',
    ...table,
    '',
    ...remarks.flatMap((remark) => labelledText('note', remark, size)),
  ]
}

/** Where the results went, and how to use them. */
export interface Places {
  readonly folder: string
  readonly again: string
  readonly predict: string
}

/** What is said at the end. */
export function doneLines(report: FitReport, { folder, again, predict }: Places, size: ScreenSize): string[] {
  const { metric, score, baseline, defaults, others } = report
  const scores = alignedRows([
    [size.paint('strong', 'this model'), size.paint('strong', summaryText(score))],
    ...(defaults ? [['default configuration', numberText(defaults.mean)]] : []),
    [baseline.words, numberText(baseline.mean)],
  ])
  const also = Object.entries(others).map(([name, value]) => `${name} ${numberText(value)}`)
  return [
    '',
    size.paint('strong', `${metric}, ${score.folds} fresh folds, with its 95 % interval`),
    ...labelledLines('', scores, size),
    ...labelledText('also', also.join(', '), size),
    ...warningsOf(report).flatMap((warning) => labelledText('warning', warning, size)),
    ...labelledText('tuning', gainText(report), size),
    ...labelledText('searched', searchText(report), size),
    '',
    ...labelledLines('model', [`${folder}/, described in ${folder}/card.md`], size),
    // Commands are to be copied: they are never cut.
    ...labelledLines('predict', [predict], { ...size, columns: Number.POSITIVE_INFINITY }),
    ...labelledLines('again', [again], { ...size, columns: Number.POSITIVE_INFINITY }),
  ]
}
