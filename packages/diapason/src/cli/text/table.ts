import { displayWidth, fitted, padded } from './display-width.ts'
import type { Paint } from './paint.ts'

/** A column of a table. */
export interface TableColumn {
  readonly title: string
  /** Numbers stand on the right (default left). */
  readonly align?: 'left' | 'right'
  /** Takes what is cut off where the table is too wide; at most one does, others keep their width (default false). */
  readonly shrinks?: boolean
}

/**
 * Lines of a table, its titles first, no line wider than `width` cells. The column that shrinks gives way first; where
 * that does not do, lines are cut at the end. A column with nothing in any row is left out.
 */
export function tableLines(
  allColumns: readonly TableColumn[],
  allRows: readonly (readonly string[])[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const gap = 2
  const isUsed = (_: unknown, i: number) => allRows.length === 0 || allRows.some((row) => (row[i] ?? '') !== '')
  const columns = allColumns.filter(isUsed)
  const rows = allRows.map((row) => allColumns.map((_, i) => row[i] ?? '').filter(isUsed))
  const widths = columns.map((column, i) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[i] ?? '')), displayWidth(column.title)),
  )
  const total = widths.reduce((sum, each) => sum + each, gap * (columns.length - 1))
  const flexible = columns.findIndex(({ shrinks }) => shrinks)
  if (total > width && flexible >= 0) {
    widths[flexible] = Math.max(8, (widths[flexible] ?? 0) - (total - width))
  }
  const line = (cells: readonly string[]) =>
    fitted(
      columns
        .map(({ align }, i) => padded(cells[i] ?? '', widths[i] ?? 0, align === 'right' ? 'right' : 'left'))
        .join(' '.repeat(gap))
        .trimEnd(),
      width,
    )
  return [paint('faint', line(columns.map(({ title }) => title))), ...rows.map(line)]
}
