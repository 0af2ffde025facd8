import { displayWidth, fitted, padded, wrapped } from '../text/display-width.ts'
import type { Ink, Paint } from '../text/paint.ts'

/** Where the last screen is drawn. */
export interface ScreenSize {
  readonly columns: number
  readonly paint: Paint
}

/** Cells before the text of a line. */
export const LABEL_WIDTH = 12

/** Lines with one label before the first; a line that is too long is cut. */
export function labelledLines(label: string, lines: readonly string[], { columns, paint }: ScreenSize): string[] {
  return lines.map((line, i) => fitted(`${paint('faint', padded(i === 0 ? label : '', LABEL_WIDTH))}${line}`, columns))
}

/** A sentence with a label, over as many lines as it needs. */
export function labelledText(label: string, text: string, size: ScreenSize): string[] {
  return labelledLines(label, wrapped(text, Math.max(20, size.columns - LABEL_WIDTH)), size)
}

/** Rows of cells, each column as wide as its widest cell. */
export function alignedRows(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell))
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : padded(cell, widths[i] ?? 0)))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

/** A row of figures, and what there is to say of them. */
export interface NotedRow {
  readonly cells: readonly string[]
  readonly note?: string
  readonly ink?: Ink
}

/** Aligned rows, each with its note behind it, or below it where the line would be too long: a note is never cut. */
export function notedRows(rows: readonly NotedRow[], { columns, paint }: ScreenSize): string[] {
  const indent = '  '
  const painted = ({ ink }: NotedRow, text: string) => (ink === undefined ? text : paint(ink, text))
  const bare = alignedRows(rows.map(({ cells }) => [...cells, '']))
  const whole = alignedRows(rows.map((row) => [...row.cells, painted(row, row.note ?? '')]))
  return rows.flatMap((row, i) => {
    const line = whole[i] ?? ''
    if (row.note === undefined || displayWidth(line) <= columns) return [fitted(line, columns)]
    const below = wrapped(row.note, Math.max(20, columns - indent.length)).map((each) => indent + painted(row, each))
    return [bare[i] ?? '', ...below].map((each) => fitted(each, columns))
  })
}
