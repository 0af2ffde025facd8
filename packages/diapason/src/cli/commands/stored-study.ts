import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { StorageError } from '../../errors.ts'
import { openStorage } from '../../storage/open-storage.ts'
import type { Storage, StudyRecord } from '../../storage/storage.ts'
import { storageFile } from '../../storage/storage-file.ts'
import { openStudy } from '../../study/create-study.ts'
import { DEFAULT_STORAGE } from '../defaults.ts'
import type { AnyStudy } from '../progress.ts'

/** The options that all commands on stored studies share. */
export interface StoredOptions {
  readonly storage: string
  readonly json?: boolean
}

/** Adds `--storage`. */
export function withStorageOption(command: Command): Command {
  return command.option(
    '--storage <url>',
    'where studies are kept: sqlite:FILE, journal:FILE or postgresql://…',
    DEFAULT_STORAGE,
  )
}

/** The argument that most commands take. */
export const STUDY_ARGUMENT = ['[study]', 'its name; may be left out where there is exactly one'] as const

/**
 * Opens a storage to read from, and closes it again.
 * @throws {StorageError} where there is none: looking does not make a database
 */
export async function withStoredData<T>(url: string, use: (storage: Storage) => Promise<T>): Promise<T> {
  checkPresent(url)
  const storage = await openToRead(url)
  try {
    return await use(storage)
  } finally {
    await storage.close()
  }
}

/** Opens a study by what is stored of it; the only one where no name is given. @throws {StudyError} where there is none */
export async function withStoredStudy<T>(
  url: string,
  name: string | undefined,
  use: (study: AnyStudy, record: StudyRecord) => Promise<T> | T,
): Promise<T> {
  return withStoredData(url, async (storage) => {
    const study = await openStudy(name === undefined ? { storage } : { storage, name })
    const record = await storage.findStudy(study.name)
    if (record === undefined) throw new StorageError(`Study "${study.name}" has just been deleted`, 'Nothing is left')
    // Nobody calls objectives here, so that what parameters they take does not matter.
    return use(study as unknown as AnyStudy, record)
  })
}

/** @throws {StorageError} where a file is named that is not there */
export function checkPresent(url: string): void {
  const file = storageFile(url)
  if (file === undefined || existsSync(file)) return
  const remedy = 'Make one by `diapason demo` or `diapason run`, or name another by --storage'
  throw new StorageError(`There is no database ${url} here`, remedy)
}

/** Opens a storage that is only looked at. */
export async function openToRead(url: string): Promise<Storage> {
  if (!url.startsWith('sqlite:')) return openStorage(url)
  const { openSqlite } = await import('#sqlite')
  return openSqlite(url, { readOnly: true })
}
