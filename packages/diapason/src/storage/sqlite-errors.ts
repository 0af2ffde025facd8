import { StorageError } from '../errors.ts'

/** What is known of the file when something fails. */
export interface FileFacts {
  /** As a person would write it: `sqlite:tuning.db`. */
  readonly url: string
  readonly folder: string
  readonly kind: 'file' | 'folder' | 'missing'
  readonly folderExists: boolean
  /** Asked for by the caller. */
  readonly readOnly: boolean
  readonly waitedMs: number
}

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

/** SQLite's primary result code, or undefined where the error is not of SQLite. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

/** Somebody else holds the lock that was needed. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === BUSY || code === LOCKED
}

/** Reading failed because the lock files beside the database cannot be made. */
export function isWithoutLocks(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === CANTOPEN || code === READONLY
}

/** What went wrong, and what to do; errors that are not of SQLite pass through. */
export function storageError(error: unknown, facts: FileFacts): unknown {
  const code = sqliteCode(error)
  if (code === undefined) return error
  const [problem, remedy] = explain(code, facts) ?? [
    `${facts.url}: SQLite says "${(error as Error).message}" (code ${code})`,
    'Its tables may have been changed by hand: compare them with a new database, or restore a backup',
  ]
  return new StorageError(problem, remedy, { cause: error })
}

type Explanation = readonly [problem: string, remedy: string]

function explain(code: number, facts: FileFacts): Explanation | undefined {
  const { url, folder } = facts
  switch (code) {
    case BUSY:
    case LOCKED:
      return [
        `${url} stayed locked by another process for ${Math.round(facts.waitedMs / 1000)} s`,
        'Stop the process that holds it, or raise timeoutMs; on a network drive, move the file to a local disk',
      ]
    case READONLY:
      return facts.readOnly
        ? [`${url} was opened for reading only`, 'Open it without readOnly to write']
        : [
            `${url} cannot be written`,
            `Give yourself write permission on the file and its folder ${folder}, or open it with readOnly`,
          ]
    case IOERR:
      return [
        `${url}: the disk refused to read or write`,
        'Check that the disk is mounted and healthy and that no quota is used up; every step acknowledged before is kept',
      ]
    case CORRUPT:
      return [
        `${url} is damaged`,
        'Restore a backup, or rescue what can be read: sqlite3 FILE .recover | sqlite3 rescued.db',
      ]
    case FULL:
      return [
        `The disk is full: ${url} cannot grow`,
        'Free some space in its folder and go on; every step acknowledged before is kept',
      ]
    case CANTOPEN:
      return cannotOpen(facts)
    case NOTADB:
      return [`${url} is not an SQLite database`, 'Give the path of a database, or of a file that does not exist yet']
    default:
      return undefined
  }
}

function cannotOpen({ url, folder, kind, folderExists, readOnly }: FileFacts): Explanation {
  if (kind === 'folder') return [`${url} is a folder`, 'Give the path of a file in it, such as tuning.db']
  if (!folderExists) return [`The folder of ${url} does not exist`, `Create it: mkdir -p ${folder}`]
  if (kind === 'missing' && readOnly) {
    return [`${url} does not exist, and reading only does not create it`, 'Check the path, or open it without readOnly']
  }
  return [`${url} cannot be opened`, `Give yourself permission on the file and its folder ${folder}`]
}
