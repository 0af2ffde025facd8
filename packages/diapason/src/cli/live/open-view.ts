import type { ProgressView } from '../progress.ts'
import { jsonView } from './json-view.ts'
import { plainView } from './plain-view.ts'
import { terminalView } from './terminal-view.ts'

/** Where a view writes, and how. */
export interface ViewOptions {
  /** Default `process.stdout`. */
  readonly stream?: NodeJS.WriteStream
  /** Newline-delimited events instead of words (default false). */
  readonly json?: boolean
}

/** The view that suits the stream: a panel at a terminal, a line a trial in a pipe, events with `json`. */
export function openView({ stream = process.stdout, json = false }: ViewOptions = {}): ProgressView {
  survivesClosing(stream)
  const write = (text: string) => void stream.write(text)
  if (json) return jsonView(write)
  if (stream.isTTY && process.env.TERM !== 'dumb') {
    return terminalView(stream, stream === process.stdout ? process.stderr : undefined)
  }
  return plainView(write)
}

/** The reader of a pipe may leave (`| head`): what is still written then goes nowhere, and nothing ends because of it. */
export function survivesClosing(stream: NodeJS.WritableStream): void {
  if (stream.listeners('error').includes(ignoreClosedPipe)) return
  stream.on('error', ignoreClosedPipe)
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
}
