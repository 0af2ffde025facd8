import type { Readable } from 'node:stream'

/** Longer lines lose their beginning: a program may print for ever without ending one. */
export const LONGEST_LINE = 65_536

/**
 * The lines of a stream as they come, several at a time; the last one also without its end. A stream that breaks ends.
 * @param onChunk sees every chunk first, as it is
 */
export async function* linesOf(stream: Readable, onChunk: (chunk: Buffer) => void): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      onChunk(chunk)
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = (lines.pop() ?? '').slice(-LONGEST_LINE)
      yield lines.map((line) => line.slice(-LONGEST_LINE))
    }
  } catch {
    // Destroyed under us: its process is gone, and what it left behind held the stream open.
  }
  if (rest !== '') yield [rest]
}
