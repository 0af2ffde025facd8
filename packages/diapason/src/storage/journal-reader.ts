import { fstatSync, readSync } from 'node:fs'
import { StorageError } from '../errors.ts'

/** Reads a file of lines that grows. */
export interface LineReader {
  /** Where the lines end that have been read, bytes. */
  offset(): number
  /**
   * Reads on to the last whole line. @returns the size of the file, bytes
   * @throws {StorageError} where a line before the last cannot be read
   */
  readOn(fd: number): number
}

const CHUNK_BYTES = 2 ** 22
const NEWLINE = 0x0a

/**
 * @param url as a person would write it
 * @param apply takes a line. @throws {SyntaxError} where it is no JSON
 */
export function newLineReader(url: string, apply: (line: string) => void): LineReader {
  let offset = 0
  let count = 0

  /** False for a last line that is damaged: Optuna passes over it as well. */
  const applied = (line: string, isLast: boolean): boolean => {
    try {
      apply(line)
      return true
    } catch (error) {
      if (error instanceof SyntaxError && isLast && count > 0) return false
      throw unreadable(url, { number: count + 1, offset, text: line }, error)
    }
  }

  /** Applies the whole lines of a piece that starts at `offset`. @returns how many bytes they take */
  const applyPiece = (piece: Buffer, isEnd: boolean): number => {
    let start = 0
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      if (!applied(piece.toString('utf8', start, end), isEnd && end === piece.length - 1)) break
      offset += end + 1 - start
      count++
      start = end + 1
    }
    return start
  }

  return {
    offset: () => offset,
    readOn(fd) {
      const { size } = fstatSync(fd)
      for (let length = CHUNK_BYTES; offset < size; ) {
        const piece = Buffer.allocUnsafe(Math.min(length, size - offset))
        const read = readSync(fd, piece, 0, piece.length, offset)
        const isEnd = offset + read >= size
        const used = applyPiece(piece.subarray(0, read), isEnd)
        if (isEnd || read === 0) break
        // A line longer than the piece is read again, in a larger one.
        length = used === 0 ? 2 * length : CHUNK_BYTES
      }
      return size
    },
  }
}

function unreadable(url: string, line: { number: number; offset: number; text: string }, cause: unknown): unknown {
  const isForeign = line.number === 1
  return new StorageError(
    `${url} cannot be read from line ${line.number} (byte ${line.offset}) on: ${line.text.slice(0, 80)}`,
    isForeign
      ? 'Give the path of a journal of Optuna or Diapason, or of a file that does not exist yet'
      : 'Restore a backup, or delete the line if it was cut off; a newer journal needs a newer diapason',
    { cause },
  )
}
