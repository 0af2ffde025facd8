/** Writing that something else catches while it lasts. */
export interface Capture {
  /** The stream's own write. */
  readonly write: (text: string) => boolean
  /** Lets writes through again. */
  release(): void
}

/**
 * Catches what is written to a stream as whole lines: an objective in this process may print, and would write across a panel.
 * @param onLine a line without its end
 */
export function captureLines(stream: NodeJS.WritableStream, onLine: (line: string) => void): Capture {
  const original = stream.write
  let rest = ''
  const caught = (chunk: unknown, ...more: unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8')
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.replace(/\r$/, ''))
    const done = more.find((each) => typeof each === 'function') as (() => void) | undefined
    if (done !== undefined) queueMicrotask(done)
    return true
  }
  stream.write = caught as typeof stream.write
  return {
    write: (text) => original.call(stream, text),
    release() {
      // Somebody may have put another function over ours; that one is theirs to take away.
      if (stream.write === (caught as typeof stream.write)) stream.write = original
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
