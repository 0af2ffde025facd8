import { StorageError } from '../errors.ts'
import { memoryStorage } from './memory.ts'
import type { Storage } from './storage.ts'

/**
 * Opens a storage by its URL.
 * @param url `memory`, or `sqlite:FILE` (`sqlite:///FILE` as Optuna writes it is understood as well)
 * @throws {StorageError} where the URL is of no known kind, or the storage cannot be opened
 */
export async function openStorage(url: string): Promise<Storage> {
  if (url === 'memory' || url === 'memory:') return memoryStorage()
  if (url.startsWith('sqlite:')) {
    const { openSqlite } = await import('#sqlite')
    return openSqlite(url)
  }
  const masked = url.replace(/:\/\/[^@/]*@/, '://***@')
  throw new StorageError(
    `"${masked}" is no storage that is known here`,
    "Write 'memory' or 'sqlite:FILE', such as 'sqlite:tuning.db'",
  )
}
