import { closeSync, openSync, readSync } from 'node:fs'

/** A text file that grows while it is read. */
export interface FileTail {
  /** Whole lines that were added since the last call; at the end also one without its end. */
  read(isLast?: boolean): string[]
}

const CHUNK = 65_536

/** Follows a file that need not be there yet. */
export function followFile(path: string): FileTail {
  const decoder = new TextDecoder()
  let offset = 0
  let rest = ''
  return {
    read(isLast = false) {
      const added = readFrom(path, offset)
      offset += added.length
      const lines = (rest + decoder.decode(added, { stream: true })).split(/\r?\n/)
      rest = lines.pop() ?? ''
      if (!isLast || rest === '') return lines
      const last = rest
      rest = ''
      return [...lines, last]
    },
  }
}

/** What a file holds from an offset on; nothing where it is not there. */
export function readFrom(path: string, offset: number): Buffer {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return Buffer.alloc(0)
  }
  try {
    const chunks: Buffer[] = []
    for (let at = offset; ; ) {
      const chunk = Buffer.alloc(CHUNK)
      const count = readSync(file, chunk, 0, CHUNK, at)
      if (count === 0) return Buffer.concat(chunks)
      chunks.push(chunk.subarray(0, count))
      at += count
    }
  } finally {
    closeSync(file)
  }
}
