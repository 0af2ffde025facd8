import { isJournalUrl, journalAddress } from './journal-url.ts'
import { sqlitePath } from './sqlite-path.ts'

/** The file that a storage's URL names; undefined for storages that are no file. @throws {StorageError} where the URL is of no use */
export function storageFile(url: string): string | undefined {
  if (url.startsWith('sqlite:')) return sqlitePath(url)
  return isJournalUrl(url) ? journalAddress(url).file : undefined
}
