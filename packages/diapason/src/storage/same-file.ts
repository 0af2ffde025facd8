import { statSync } from 'node:fs'
import path from 'node:path'
import { StorageError } from '../errors.ts'

/**
 * Watches that a path goes on naming the file that was opened by it. On Unix a file that is deleted or replaced lives on, nameless, for whoever
 * has it open: writes succeed and are gone with the process.
 * @returns throws a {@link StorageError} where the file has been deleted, moved or replaced; about two microseconds a call
 */
export function watchSameFile(file: string, url: string): () => void {
  const absolute = path.resolve(file)
  const opened = statSync(absolute, { throwIfNoEntry: false })
  return () => {
    const found = statSync(absolute, { throwIfNoEntry: false })
    if (found?.ino === opened?.ino && found?.dev === opened?.dev) return
    throw new StorageError(
      `${url} was ${found === undefined ? 'deleted or moved' : 'replaced by another file'} while it was open`,
      'What it acknowledged before may be gone with it: put the file (or a backup) back in its place and start again, or start with another path',
    )
  }
}
