import { type Paint, paintFor } from '../text/paint.ts'

/** Where a command writes what it was asked for. */
export interface Output {
  write(text: string): void
  /** Cells of a line; Infinity where lines need not fit (a pipe, a file). */
  readonly columns: number
  readonly paint: Paint
}

/** `process.stdout`; its width is asked for when it is needed. */
export function standardOutput(): Output {
  const { stdout } = process
  return {
    write: (text) => void stdout.write(text),
    get columns() {
      return stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY
    },
    paint: paintFor(stdout),
  }
}

/** Writes lines. */
export function writeLines(output: Output, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(''))
}
