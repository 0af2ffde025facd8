import { displayWidth } from '../text/display-width.ts'

/** What a screen needs of `process.stdout`. */
export interface TerminalStream {
  readonly columns?: number
  readonly rows?: number
  write(text: string): boolean
}

/** A part of the terminal that is drawn again and again, below text that scrolls. */
export interface Screen {
  /** Draws the lines in place of those before; each must fit the width. `above` goes over them once, to stay. */
  draw(lines: readonly string[], above?: readonly string[]): void
  /** The terminal was resized or used by others: the next drawing is made in any case. */
  invalidate(): void
  /** Removes the lines and gives the cursor back. */
  close(): void
}

const ESC = '\u001b['
/** Makes terminals that know it show what comes between at once (others ignore it). */
const BEGIN_SYNC = `${ESC}?2026h`
const END_SYNC = `${ESC}?2026l`
const HIDE_CURSOR = `${ESC}?25l`
/** Shows the cursor again. */
export const SHOW_CURSOR = `${ESC}?25h`
const CLEAR_TO_LINE_END = `${ESC}K`
const CLEAR_BELOW = `${ESC}J`

/** A screen on a terminal. Writes nothing where a drawing is as the one before. */
export function openScreen(stream: TerminalStream): Screen {
  let drawn: readonly string[] = []
  let isOpen = false
  let isStale = false

  function up(): string {
    // Where the terminal has become narrower, it has wrapped the lines that were there.
    const columns = Math.max(1, stream.columns ?? 80)
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0)
    const most = Math.max(0, (stream.rows ?? 24) - 1)
    const back = Math.min(rows, most)
    return back === 0 ? '\r' : `\r${ESC}${back}A`
  }

  return {
    draw(lines, above = []) {
      const isSame = lines.length === drawn.length && lines.every((line, i) => line === drawn[i])
      if (isOpen && isSame && !isStale && above.length === 0) return
      const body = [...above, ...lines].map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('')
      stream.write(`${BEGIN_SYNC}${isOpen && !isStale ? '' : HIDE_CURSOR}${up()}${body}${CLEAR_BELOW}${END_SYNC}`)
      drawn = lines
      isOpen = true
      isStale = false
    },
    invalidate() {
      isStale = true
    },
    close() {
      if (!isOpen) return
      stream.write(`${up()}${CLEAR_BELOW}${SHOW_CURSOR}`)
      drawn = []
      isOpen = false
    },
  }
}
