import { StorageError } from '../errors.ts'

/**
 * The path in a URL of an SQLite database.
 *
 * - `tuning.db`, `sqlite:tuning.db`, `sqlite:///tuning.db` (as SQLAlchemy writes it): relative;
 * - `/data/tuning.db`, `sqlite:/data/tuning.db`, `sqlite:////data/tuning.db`: absolute.
 *
 * @throws {StorageError} where there is no path in it
 */
export function sqlitePath(pathOrUrl: string): string {
  const [, slashes, rest] = /^sqlite:(\/{2,})?(.*)$/s.exec(pathOrUrl) ?? []
  if (rest === undefined) return checked(pathOrUrl, pathOrUrl)
  if (slashes === undefined) return checked(rest, pathOrUrl)
  // SQLAlchemy's options (`?timeout=10`) are for Python's driver.
  const path = rest.replace(/\?.*$/s, '')
  if (slashes.length === 2) {
    throw new StorageError(
      `"${pathOrUrl}" names a host, and SQLite has none`,
      'Write sqlite:FILE, or three slashes: sqlite:///FILE',
    )
  }
  return checked('/'.repeat(slashes.length - 3) + path, pathOrUrl)
}

function checked(path: string, given: string): string {
  if (path !== '') return path
  throw new StorageError(`"${given}" names no file`, 'Write sqlite:FILE, such as sqlite:tuning.db')
}
