import { DataError } from '../errors.ts'

/** The cells of a text, row by row, and the line (from 1) on which each row begins. */
export interface CsvRows {
  readonly rows: readonly (readonly string[])[]
  readonly lines: readonly number[]
}

/**
 * Splits a text into rows of cells as RFC 4180 has it: cells may be quoted, quotes inside are doubled, lines end in LF or CRLF.
 *
 * Empty lines and a byte order mark are skipped; cells are kept as they are written, spaces included. O(length)
 *
 * @param delimiter one character; default a comma
 * @throws DataError when a row has more or fewer cells than the first, or a quote is not closed
 */
export function parseCsv(text: string, delimiter = ','): CsvRows {
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw new DataError(
      `The delimiter must be one character, got ${JSON.stringify(delimiter)}`,
      "Use ',', ';' or '\\t'",
    )
  }
  const rows: (readonly string[])[] = []
  const lines: number[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const { row, end, breaks, isOpen } = readRow(text, at, delimiter)
    if (isOpen) throw new DataError(`A quote opened in the row of line ${line} is not closed`, 'Close it, or double it')
    if (row.length > 0) {
      checkWidth(row, rows[0], line)
      rows.push(row)
      lines.push(line)
    }
    at = end
    line += breaks
  }
  return { rows, lines }
}

interface Read {
  /** Empty for an empty line. */
  readonly row: readonly string[]
  /** Where the next row begins. */
  readonly end: number
  /** Line breaks passed. */
  readonly breaks: number
  readonly isOpen: boolean
}

function readRow(text: string, start: number, delimiter: string): Read {
  const lineEnd = endOfLine(text, start)
  const line = text.slice(start, text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd)
  if (line === '') return { row: [], end: lineEnd + 1, breaks: 1, isOpen: false }
  // Most rows hold no quote: splitting them is several times faster than walking through them.
  if (!line.includes('"')) return { row: line.split(delimiter), end: lineEnd + 1, breaks: 1, isOpen: false }
  return readQuotedRow(text, start, delimiter)
}

function readQuotedRow(text: string, start: number, delimiter: string): Read {
  const row: string[] = []
  let at = start
  let breaks = 1
  for (;;) {
    let cell = ''
    if (text[at] === '"') {
      const quoted = quotedCell(text, at)
      if (quoted.isOpen) return { row, end: text.length, breaks, isOpen: true }
      cell = quoted.value
      breaks += cell.split('\n').length - 1
      at = quoted.end
    }
    // Text after a closing quote is kept, so that no character is lost.
    const end = endOfCell(text, at, delimiter)
    row.push(cell + text.slice(at, end))
    if (text[end] !== delimiter) return { row, end: endOfLine(text, end) + 1, breaks, isOpen: false }
    at = end + 1
  }
}

function quotedCell(text: string, open: number): { value: string; end: number; isOpen: boolean } {
  let close = open + 1
  for (;;) {
    close = text.indexOf('"', close)
    if (close < 0) return { value: text.slice(open + 1), end: text.length, isOpen: true }
    if (text[close + 1] !== '"') break
    close += 2
  }
  return { value: text.slice(open + 1, close).replaceAll('""', '"'), end: close + 1, isOpen: false }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function endOfCell(text: string, from: number, delimiter: string): number {
  let at = from
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && !text.startsWith('\r\n', at)) at++
  return at
}

function checkWidth(row: readonly string[], first: readonly string[] | undefined, line: number): void {
  if (first === undefined || row.length === first.length) return
  throw new DataError(
    `Line ${line} has ${row.length} cells, the first row has ${first.length}`,
    'Check the delimiter and the quotes',
  )
}
