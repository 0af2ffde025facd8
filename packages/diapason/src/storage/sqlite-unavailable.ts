import { StorageError } from '../errors.ts'
import type { Storage } from './storage.ts'

/** Stands in for SQLite where there is no Node.js, such as in a browser. */
export async function openSqlite(pathOrUrl: string): Promise<Storage> {
  throw new StorageError(
    `"${pathOrUrl}" cannot be opened: SQLite needs Node.js`,
    "Keep the study in memory (storage: 'memory'), or run this in Node.js 22.18 or later",
  )
}
