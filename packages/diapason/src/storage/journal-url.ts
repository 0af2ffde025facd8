import { StorageError } from '../errors.ts'

/** A URL that names a journal file. */
export const isJournalUrl = (url: string): boolean => url.startsWith('journal:')

/** What stands in the URL of a journal file. */
export interface JournalAddress {
  readonly file: string
  /** How writers exclude each other: by a symbolic link, or by a file that only one can create. */
  readonly lock: 'symlink' | 'open'
  /** After how long a lock that nobody releases counts as left behind, milliseconds. */
  readonly graceMs: number
}

const GRACE_S = 30

/**
 * Reads `journal:FILE?lock=symlink|open&grace=SECONDS`. Both options are Optuna's (JournalFileSymlinkLock, JournalFileOpenLock,
 * grace_period), with its defaults: a symbolic link, and 30 s.
 *
 * @param symlinks false where symbolic links need a privilege, as on Windows: the default is the other lock there (default true)
 * @throws {StorageError} where there is no path in it, or an option is none of these
 */
export function journalAddress(url: string, symlinks = true): JournalAddress {
  const [given = '', query = ''] = url.replace(/^journal:/, '').split('?', 2)
  const file = given.replace(/^\/\/(?=\/)/, '')
  const options = new URLSearchParams(query)
  const lock = options.get('lock') ?? (symlinks ? 'symlink' : 'open')
  const grace = Number(options.get('grace') ?? GRACE_S)
  const unknown = [...options.keys()].find((key) => key !== 'lock' && key !== 'grace')
  const known = (lock === 'symlink' || lock === 'open') && grace > 0 && unknown === undefined
  if (file !== '' && !file.startsWith('//') && known) return { file, lock, graceMs: grace * 1000 }
  throw new StorageError(
    `"${url}" names no journal file`,
    'Write journal:FILE, such as journal:/shared/tuning.log, with ?lock=symlink or ?lock=open and &grace=SECONDS where they are needed',
  )
}
