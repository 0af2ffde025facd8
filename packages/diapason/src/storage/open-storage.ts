import { StorageError } from '../errors.ts'
import { isGatewayUrl } from './gateway-url.ts'
import { isJournalUrl } from './journal-url.ts'
import { memoryStorage } from './memory.ts'
import { isPostgresUrl, maskedUrl } from './postgres-url.ts'
import type { Storage } from './storage.ts'

/** How a storage is opened. */
export interface OpenOptions {
  /** PostgreSQL: connections that this process holds at most; they are opened when needed (default 4). */
  readonly connections?: number
}

/**
 * Opens a storage by its URL.
 * @param url `memory`, `sqlite:FILE`, `postgresql://USER@HOST/DATABASE`, or `https://GATEWAY` of `diapason serve`, or
 *   `journal:FILE` for a journal as Optuna keeps them; `sqlite:///FILE` and
 *   `postgresql+psycopg2://…`, as Optuna writes them, are understood as well
 * @throws {StorageError} where the URL is of no known kind, or the storage cannot be opened
 */
export async function openStorage(url: string, options: OpenOptions = {}): Promise<Storage> {
  if (url === 'memory' || url === 'memory:') return memoryStorage()
  if (url.startsWith('sqlite:')) {
    const { openSqlite } = await import('#sqlite')
    return openSqlite(url)
  }
  if (isPostgresUrl(url)) {
    const { openPostgres } = await import('#postgres')
    return openPostgres(url, options)
  }
  if (isGatewayUrl(url)) {
    const { openGateway } = await import('#gateway')
    return openGateway(url)
  }
  if (isJournalUrl(url)) {
    const { openJournal } = await import('#journal')
    return openJournal(url)
  }
  throw new StorageError(
    `"${maskedUrl(url)}" is no storage that is known here`,
    "Write 'memory', 'sqlite:FILE' such as 'sqlite:tuning.db', 'journal:FILE', 'postgresql://USER@HOST/DATABASE', or 'https://GATEWAY'",
  )
}
