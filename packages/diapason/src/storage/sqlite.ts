import { existsSync, readFileSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { OptionError, StorageError } from '../errors.ts'
import { checkpointFolder, checkpointsBeside } from './checkpoint-folder.ts'
import { watchSameFile } from './same-file.ts'
import type { Session, SqlDriver } from './sql/driver.ts'
import { addIndexes, checkRevision, createSchema } from './sql/schema.ts'
import { sqlStorage } from './sql/sql-storage.ts'
import { sqliteDialect } from './sql/sqlite-dialect.ts'
import type { Statement } from './sql/statement.ts'
import { type FileFacts, isBusy, isWithoutLocks, storageError } from './sqlite-errors.ts'
import { sqlitePath } from './sqlite-path.ts'
import type { Storage, WorkerIdentity } from './storage.ts'
import { hasTrainings, workerName } from './worker-name.ts'

/** How a database is opened. */
export interface SqliteOptions {
  /** Read only: nothing is created or changed, and writing steps throw (default false). */
  readonly readOnly?: boolean
  /** How long a step waits for other processes, milliseconds (default 30,000). */
  readonly timeoutMs?: number
}

// SQLite's own wait blocks the whole process, so it is short; the rest of the time is waited for asynchronously.
const BLOCKING_WAIT_MS = 100
const LONGEST_PAUSE_MS = 50
/** How often readers look whether the file is still the one they opened; writers look at every step. */
const FILE_CHECK_MS = 1000

/**
 * Opens an SQLite database in Optuna's schema, and creates it where there is none. Many processes may use one file at
 * once; every step is one transaction in the write-ahead log, and what was acknowledged survives the end of the process. A file that is
 * deleted, moved or replaced while it is open is noticed: no step of writing is acknowledged any more. Checkpoints of paused trials lie
 * in a folder beside it, `tuning.checkpoints` for `tuning.db`.
 *
 * @param pathOrUrl a path, `sqlite:FILE`, or Optuna's `sqlite:///FILE` (four slashes for an absolute path)
 * @throws {StorageError} where the file cannot be opened, is something else, or needs an upgrade
 * @example
 * const storage = await openSqlite('sqlite:tuning.db')
 */
export async function openSqlite(pathOrUrl: string, options: SqliteOptions = {}): Promise<Storage> {
  const { readOnly = false, timeoutMs = 30_000 } = options
  if (!(timeoutMs >= 0)) throw new OptionError(`timeoutMs must not be negative, got ${timeoutMs}`, 'Give milliseconds')
  const file = sqlitePath(pathOrUrl)
  const driver = await openDriver(file, { readOnly, timeoutMs })
  try {
    await (readOnly ? checkSchema(driver) : prepareSchema(driver))
  } catch (error) {
    await driver.close()
    throw error
  }
  const storage = sqlStorage(driver)
  const folderOf = (studyId: number) => path.join(checkpointsBeside(file), String(studyId))
  return {
    ...storage,
    worker: thisProcess(),
    checkpoints: (studyId) => checkpointFolder(folderOf(studyId)),
    async deleteStudy(studyId) {
      await storage.deleteStudy(studyId)
      await rm(folderOf(studyId), { recursive: true, force: true })
    },
  }
}

/** This process by host and process id, which also tells whether another one of the host still lives, or a training of it. */
function thisProcess(): WorkerIdentity {
  const own = workerName()
  const hostOf = (name: string) => name.slice(0, name.lastIndexOf(':'))
  return {
    name: own,
    isGone(name) {
      const cut = name.lastIndexOf(':')
      return hostOf(name) === hostOf(own) && hasEnded(Number(name.slice(cut + 1))) && !hasTrainings(name)
    },
  }
}

function hasEnded(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false
  try {
    process.kill(pid, 0)
    // Where nobody collects its exit code, as in many containers, a process that was killed keeps its number.
    return existsSync('/proc/self/stat') && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

async function openDriver(file: string, options: Required<SqliteOptions>): Promise<SqlDriver> {
  const url = `sqlite:${file}`
  const fail = (error: unknown) => storageError(error, factsOf(file, url, options))
  const waiting = <T>(attempt: () => T | Promise<T>) =>
    retryWhileBusy(attempt, options.timeoutMs).catch((error) => {
      throw fail(error)
    })
  const db = await waiting(() => openDatabase(file, options.readOnly))
  if (!options.readOnly) await waiting(() => db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL'))

  const checkSameFile = watchSameFile(file, url)
  let checkedAt = performance.now()
  const session = sessionOn(db)
  const begin = { read: db.prepare('BEGIN'), write: db.prepare('BEGIN IMMEDIATE') }
  const commit = db.prepare('COMMIT')
  const runOnce = async <T>(mode: 'read' | 'write', work: (session: Session) => Promise<T>): Promise<T> => {
    begin[mode].run()
    try {
      const result = await work(session)
      commit.run()
      // After the commit, so that whatever is acknowledged stands in a file that was still there.
      if (mode === 'write' || performance.now() - checkedAt > FILE_CHECK_MS) {
        checkSameFile()
        checkedAt = performance.now()
      }
      return result
    } catch (error) {
      // A full disk, for one, makes SQLite roll back by itself.
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  // One connection holds one transaction at a time: steps that arrive together take turns.
  let turn: Promise<unknown> = Promise.resolve()
  return {
    url,
    dialect: sqliteDialect(),
    transaction(mode, work) {
      const result = turn.then(() => {
        if (!db.isOpen) throw new StorageError(`${url} has been closed`, 'Open it again')
        return waiting(() => runOnce(mode, work))
      })
      turn = result.catch(() => {})
      return result
    },
    async close() {
      await turn
      if (db.isOpen) db.close()
    },
  }
}

/** Runs an attempt again while another process holds the lock; attempts undo themselves. */
async function retryWhileBusy<T>(attempt: () => T | Promise<T>, timeoutMs: number): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (let pause = 1; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error
      await sleep(pause)
    }
  }
}

function openDatabase(file: string, readOnly: boolean): DatabaseSync {
  const { DatabaseSync } = loadSqlite()
  // Optuna does not enforce foreign keys on SQLite either; every step checks that its trial or study is there.
  const options = { readOnly, timeout: BLOCKING_WAIT_MS, enableForeignKeyConstraints: false }
  if (!readOnly) return new DatabaseSync(file, options)
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, options)
    db.prepare('SELECT count(*) FROM sqlite_master').get()
    return db
  } catch (error) {
    db?.close()
    const settled = !existsSync(`${file}-wal`) || statSync(`${file}-wal`).size === 0
    if (!isWithoutLocks(error) || !existsSync(file) || !settled) throw error
    // In a folder that cannot be written SQLite cannot make its lock files. The file is whole without them.
    return new DatabaseSync(new URL(`${pathToFileURL(file)}?immutable=1`), options)
  }
}

/** Node 22 calls node:sqlite experimental when it is loaded; that one warning is kept from the user, every other passes. */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process
  // The cast covers the overloads: arguments are handed on as they came.
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) emitWarning.call(process, warning, ...rest)
  }) as typeof process.emitWarning
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

function sessionOn(db: DatabaseSync): Session {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    let found = prepared.get(sql)
    if (found === undefined) {
      found = db.prepare(sql)
      prepared.set(sql, found)
    }
    return found
  }
  const dataVersion = db.prepare('PRAGMA data_version')
  return {
    // The casts: statements are typed where they are compiled, and bind only what SQLite can hold.
    async all<Args, Row>(statement: Statement<Args, Row>, ...rows: readonly Args[]) {
      return prepare(statement.sql).all(...(statement.bind(rows) as SQLInputValue[])) as Row[]
    },
    async run(statement, ...rows) {
      return Number(prepare(statement.sql).run(...(statement.bind(rows) as SQLInputValue[])).changes)
    },
    async exec(sql) {
      db.exec(sql)
    },
    foreignWrites: () => dataVersion.get()?.data_version as number,
  }
}

const tables: Statement<unknown, { name: string }> = {
  sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  bind: () => [],
}
const revisions: Statement<unknown, { version_num: string }> = {
  sql: 'SELECT version_num FROM alembic_version',
  bind: () => [],
}

async function prepareSchema(driver: SqlDriver): Promise<void> {
  await driver.transaction('write', async (session) => {
    if ((await session.all(tables, {})).length === 0) await createSchema(session, driver.dialect)
    await checkTables(session, driver.url)
    await addIndexes(session, driver.dialect)
  })
}

async function checkSchema(driver: SqlDriver): Promise<void> {
  await driver.transaction('read', (session) => checkTables(session, driver.url))
}

async function checkTables(session: Session, url: string): Promise<void> {
  const names = (await session.all(tables, {})).map((row) => row.name)
  if (!names.includes('studies') || !names.includes('trials')) {
    const what =
      names.length === 0 ? 'is an empty database' : `is a database of something else (${names.slice(0, 5).join(', ')})`
    throw new StorageError(
      `${url} ${what}`,
      'Give the path of a database with studies, or of a file that does not exist yet',
    )
  }
  const found = names.includes('alembic_version') ? await session.all(revisions, {}) : []
  checkRevision(found[0]?.version_num, url)
}

function factsOf(file: string, url: string, { readOnly, timeoutMs }: Required<SqliteOptions>): FileFacts {
  const folder = path.dirname(file)
  const stats = statSync(file, { throwIfNoEntry: false })
  return {
    url,
    folder,
    kind: stats === undefined ? 'missing' : stats.isDirectory() ? 'folder' : 'file',
    folderExists: existsSync(folder),
    readOnly,
    waitedMs: timeoutMs,
  }
}
