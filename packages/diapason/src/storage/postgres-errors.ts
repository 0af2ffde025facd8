import { StorageError } from '../errors.ts'

/** The code of an error: SQLSTATE where PostgreSQL raised it, the system's where the network did. */
export function postgresCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  // What node-postgres raises itself has a message and no code.
  if (
    /^Connection terminated|connection timeout|not queryable|timeout exceeded when trying to connect/i.test(
      error.message,
    )
  )
    return 'CONNECTION'
  if (/does not support SSL|SSL connection/.test(error.message)) return 'TLS'
  return error.message === 'Query read timeout' ? 'TIMEOUT' : undefined
}

/** The connection is gone, or the server goes away: another attempt has to begin with a new connection. */
export function isConnectionLost(error: unknown): boolean {
  const code = postgresCode(error)
  return code !== undefined && (LOST.has(code) || code.startsWith('08') || /^57P0[1-5]$/.test(code))
}

const LOST: ReadonlySet<string> = new Set([
  'CONNECTION',
  'TIMEOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  // A Unix socket that a restarting server has not made yet.
  'ENOENT',
  // A server that has just become a standby, or still is one.
  '25006',
  // Every connection is taken; some are given back soon.
  '53300',
  // The server closed a transaction that waited for us for too long.
  '25P03',
])

/** Other writers came between; the same step may well succeed now. */
export function isConflict(error: unknown): boolean {
  const code = postgresCode(error)
  return code === '40001' || code === '40P01' || code === '55P03'
}

/** Somebody else has just taken a name; the same step, begun again, sees it. */
export function isTaken(error: unknown): boolean {
  return postgresCode(error) === '23505'
}

/** A pooler between us and the server gave a statement to a connection on which it was not prepared, or was prepared already. */
export function isUnprepared(error: unknown): boolean {
  const code = postgresCode(error)
  return code === '26000' || code === '42P05'
}

/** What went wrong, and what to do; errors that are neither of PostgreSQL nor of the network pass through. */
export function postgresError(error: unknown, url: string): unknown {
  const code = postgresCode(error)
  if (code === undefined || error instanceof StorageError) return error
  const [problem, remedy] = explain(code, error as Error, url)
  return new StorageError(problem, remedy, { cause: error, isUnreachable: isConnectionLost(error) })
}

type Explanation = readonly [problem: string, remedy: string]

function explain(code: string, error: Error, url: string): Explanation {
  const said = error.message.replace(/\.$/, '')
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return [`No PostgreSQL server answers at ${url}`, 'Start it, or check the host and the port of the URL']
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [`The host of ${url} is not known`, 'Check its name in the URL']
    case '28P01':
    case '28000':
      return [
        `${url} does not let this user in (${said})`,
        'Check user and password: in the URL, in PGPASSWORD, or in ~/.pgpass',
      ]
    case '3D000':
      return [`The database of ${url} does not exist`, 'Create it: createdb NAME']
    case '3F000':
      return [`The schema of ${url} does not exist`, 'Create it: CREATE SCHEMA NAME']
    case '42501':
      return [
        `${url} does not allow this (${said})`,
        'Grant the user SELECT, INSERT, UPDATE and DELETE, and USAGE of sequences',
      ]
    case '53300':
      return [
        `${url} has no connection left (${said})`,
        'Start fewer workers, raise max_connections, or put pgbouncer in front',
      ]
    case '53100':
      return [`The disk of ${url} is full`, 'Free some space and go on; every step acknowledged before is kept']
    case '25006':
      return [`${url} can only be read`, 'Give the address of the primary server']
    case '22003':
      return [
        `${url} cannot hold a number that large (${said})`,
        'Count steps in larger units, or widen the column that Optuna made: ALTER TABLE trial_intermediate_values ALTER COLUMN step TYPE bigint',
      ]
    case '22001':
      return [`${url} cannot hold a text that long (${said})`, 'Shorten the name or the key']
    case '22021':
    case '22P05':
      return [`${url} cannot hold a character of this text (${said})`, 'Leave out the NUL character']
    default:
      break
  }
  if (/certificate|self.signed|SSL|TLS/i.test(`${code} ${said}`)) {
    return [
      `No secure connection to ${url} (${said})`,
      'See sslmode, sslrootcert, sslcert and sslkey, as libpq knows them, in the URL',
    ]
  }
  if (isConnectionLost(error)) {
    return [
      `The connection to ${url} is lost (${said})`,
      'Check the server and the network; every step acknowledged before is kept',
    ]
  }
  return [
    `${url}: PostgreSQL says "${said}" (${code})`,
    'Its tables may have been changed by hand: compare them with a new database, or restore a backup',
  ]
}
