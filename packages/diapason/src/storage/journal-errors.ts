import { StorageError } from '../errors.ts'

const REMEDIES: { readonly [code: string]: string } = {
  ENOENT: 'Create its folder; where it was deleted or moved, put it back or start with another path',
  EISDIR: 'Give the path of a file in it, such as tuning.log',
  EACCES: 'Give yourself permission on the file and its folder',
  EROFS: 'The disk can only be read: copy the file elsewhere to write',
  ENOSPC: 'The disk is full: free some space and go on; every step acknowledged before is kept',
  EDQUOT: 'Free some of your quota and go on; every step acknowledged before is kept',
  EFBIG: 'Raise the limit on the size of files (ulimit -f); every step acknowledged before is kept',
}
const OTHERWISE = 'Check that the disk is mounted and healthy; every step acknowledged before is kept'

/** Why a journal file, or its lock, cannot be opened or written; errors that are not of the disk pass through. */
export function diskError(what: string, action: 'opened' | 'written' | 'made', error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  return new StorageError(`${what} cannot be ${action} (${code})`, REMEDIES[code] ?? OTHERWISE, { cause: error })
}

/** The system's name of an error, such as `ENOSPC`; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
