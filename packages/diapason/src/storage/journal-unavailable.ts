import { StorageError } from '../errors.ts'
import type { Storage } from './storage.ts'

/** Stands in for journal files where there is no Node.js, such as in a browser. */
export async function openJournal(url: string): Promise<Storage> {
  throw new StorageError(
    `"${url}" cannot be opened: a journal file needs Node.js`,
    "Keep the study in memory (storage: 'memory'), or run this in Node.js 22.18 or later",
  )
}
