import { StorageError } from '../errors.ts'
import type { Storage } from './storage.ts'

/** Stands in for PostgreSQL where there is no Node.js, such as in a browser. */
export async function openPostgres(_url: string): Promise<Storage> {
  throw new StorageError(
    'PostgreSQL cannot be reached from here: it needs Node.js',
    "Keep the study in memory (storage: 'memory'), or run this in Node.js 22.18 or later",
  )
}
