import { OptionError, StorageError } from '../errors.ts'
import { openPostgresDriver, type PostgresOptions } from './postgres-driver.ts'
import { postgresSteps } from './postgres-steps.ts'
import type { Session, SqlDriver } from './sql/driver.ts'
import { addIndexes, checkRevision, createSchema, OWN_INDEXES } from './sql/schema.ts'
import { sqlParts, storageOf } from './sql/sql-storage.ts'
import type { Statement } from './sql/statement.ts'
import type { Storage } from './storage.ts'
import { workerName } from './worker-name.ts'

export type { PostgresOptions } from './postgres-driver.ts'

/**
 * Opens a PostgreSQL database in Optuna's schema, and creates its tables where there are none. Any number of processes on
 * any number of machines may use it at once. Connections that are lost are opened again, and steps that were under way
 * are finished exactly once.
 *
 * @param url `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, with libpq's options such as `?sslmode=require`;
 *   SQLAlchemy's `postgresql+psycopg2://` is the same. What is left out comes from PGHOST, PGUSER, PGPASSWORD and
 *   ~/.pgpass. Passwords appear in no message.
 * @throws {StorageError} where the server cannot be reached, or the database is something else or needs an upgrade
 * @example
 * const storage = await openPostgres('postgresql://tune@db.example.org/tuning')
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Storage> {
  const { timeoutMs = 300_000, connections = 4 } = options
  if (!(timeoutMs >= 0)) throw new OptionError(`timeoutMs must not be negative, got ${timeoutMs}`, 'Give milliseconds')
  if (!Number.isInteger(connections) || connections < 1) {
    throw new OptionError(`connections must be a whole number of at least 1, got ${connections}`, 'Leave it out for 4')
  }
  const driver = await openPostgresDriver(url, { timeoutMs, connections })
  try {
    await prepareSchema(driver)
  } catch (error) {
    await driver.close()
    throw error
  }
  // Process numbers say nothing about other machines: heartbeats alone tell the living from the dead.
  const parts = sqlParts(driver)
  const generic = storageOf(parts)
  return { ...generic, ...postgresSteps(driver, parts, generic), worker: { name: workerName(), isGone: () => false } }
}

const tables: Statement<unknown, { name: string }> = {
  sql: 'select tablename as name from pg_tables where schemaname = any(current_schemas(false))',
  bind: () => [],
}
const revisions: Statement<unknown, { version_num: string }> = {
  sql: 'select version_num from alembic_version',
  bind: () => [],
}
const ownIndexes: Statement<unknown, unknown> = {
  sql: "select 1 from pg_indexes where indexname like 'ix_diapason_%' and schemaname = any(current_schemas(false))",
  bind: () => [],
}
/** Workers that are started together would all create the tables; any number that only we use will do. */
const creating: Statement<unknown, unknown> = { sql: 'select pg_advisory_xact_lock(5005220371)', bind: () => [] }

async function prepareSchema(driver: SqlDriver): Promise<void> {
  const state = await driver.transaction('read', (session) => checkTables(session, driver.url))
  if (state === 'ready') return
  await driver.transaction('write', async (session) => {
    await session.all(creating, {})
    // Somebody else may have been first.
    const now = await checkTables(session, driver.url)
    if (now === 'empty') await createSchema(session, driver.dialect)
    if (now === 'without indexes') await addIndexes(session, driver.dialect)
  })
}

async function checkTables(session: Session, url: string): Promise<'ready' | 'empty' | 'without indexes'> {
  const names = new Set((await session.all(tables, {})).map((row) => row.name))
  const isOptunas = names.has('studies') && names.has('trials')
  if (!isOptunas) {
    const other = ['studies', 'trials', 'alembic_version'].find((name) => names.has(name))
    if (other === undefined) return 'empty'
    throw new StorageError(
      `${url} has a table "${other}" of some other program`,
      'Give studies a database of their own (createdb NAME), or a schema: add ?options=-csearch_path%3DNAME to the URL',
    )
  }
  const found = names.has('alembic_version') ? await session.all(revisions, {}) : []
  checkRevision(found[0]?.version_num, url)
  return (await session.all(ownIndexes, {})).length >= OWN_INDEXES.length ? 'ready' : 'without indexes'
}
