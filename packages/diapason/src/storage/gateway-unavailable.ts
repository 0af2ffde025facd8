import { StorageError } from '../errors.ts'
import type { Storage } from './storage.ts'

/** Stands in for the gateway's client in browsers, whose requests a gateway refuses as another site's. */
export async function openGateway(_url: string): Promise<Storage> {
  throw new StorageError(
    'A gateway answers no browser',
    "Keep the study in memory (storage: 'memory'), or run this in Node.js 22.18 or later",
  )
}
