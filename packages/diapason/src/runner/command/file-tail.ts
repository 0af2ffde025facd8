import { closeSync, constants, openSync, readSync } from 'node:fs'
import { LONGEST_LINE } from './output-lines.ts'

/** A text file that grows while it is read. */
export interface FileTail {
  /** Whole lines that were added since the last call; at the end also one without its end. */
  read(isLast?: boolean): string[]
}

const CHUNK = 65_536
/** What is read at once; more is left for the next call. */
const MOST_CHUNKS = 256

/** Follows a file that need not be there yet. */
export function followFile(path: string): FileTail {
  const decoder = new TextDecoder()
  let offset = 0
  let rest = ''
  return {
    read(isLast = false) {
      const lines: string[] = []
      do {
        const added = readFrom(path, offset)
        offset += added.length
        lines.push(...(rest + decoder.decode(added, { stream: true })).split(/\r?\n/))
        rest = (lines.pop() ?? '').slice(-LONGEST_LINE)
        if (added.length === 0) break
      } while (isLast)
      if (!isLast || rest === '') return lines
      const last = rest
      rest = ''
      return [...lines, last]
    },
  }
}

/** What a file holds from an offset on, at most 16 MB; nothing where there is none that can be read. */
export function readFrom(path: string, offset: number): Buffer {
  let file: number | undefined
  const chunks: Buffer[] = []
  try {
    // A pipe in its place would keep us waiting for whoever writes it.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    for (let at = offset; chunks.length < MOST_CHUNKS; ) {
      const chunk = Buffer.alloc(CHUNK)
      const count = readSync(file, chunk, 0, CHUNK, at)
      if (count === 0) break
      chunks.push(chunk.subarray(0, count))
      at += count
    }
  } catch {
    // Not there yet, or not a file: the trial fails for what it did not say.
  } finally {
    if (file !== undefined) closeSync(file)
  }
  return Buffer.concat(chunks)
}
