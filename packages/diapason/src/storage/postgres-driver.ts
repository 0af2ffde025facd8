import type { Pool, PoolClient } from 'pg'
import { StorageError } from '../errors.ts'
import { isConflict, isConnectionLost, isTaken, isUnprepared, postgresCode, postgresError } from './postgres-errors.ts'
import { connectionString, maskedUrl } from './postgres-url.ts'
import type { Session, SqlDriver } from './sql/driver.ts'
import { postgresDialect } from './sql/postgres-dialect.ts'
import type { Statement } from './sql/statement.ts'

/** How a database is opened. */
export interface PostgresOptions {
  /** How long a step waits for a server that does not answer, restarts or fails over, milliseconds (default 300,000). */
  readonly timeoutMs?: number
  /** Connections that this storage holds at most; they are opened when needed (default 4). */
  readonly connections?: number
}

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 5000
const CONNECT_TIMEOUT_MS = 10_000
/** A statement that has not answered by then has lost its server; the longest of ours waits for another writer's lock. */
const STATEMENT_TIMEOUT_MS = 60_000

/** What `begin` answers with: the number by which a commit whose answer was lost can be asked after. */
const BEGIN = 'begin; select txid_current() as id'
/** What every connection is told first. */
const SETTINGS = [
  // A process that is cut off in the middle of a transaction must not hold its locks for hours.
  `set idle_in_transaction_session_timeout = ${STATEMENT_TIMEOUT_MS}`,
  // Plans do not depend on our values: making one costs more than running it, and compiling one (at 100,000 trials the
  // estimates ask for it) forty times as much. A plan made while a table was empty must do when it is not.
  'set plan_cache_mode = force_generic_plan',
  'set jit = off',
  'set enable_seqscan = off',
].join('; ')

/** A database that is asked in its own way where that costs less. */
export interface PostgresDriver extends SqlDriver {
  /**
   * Runs one statement, which is a transaction of its own.
   * @param isDone looks for what an attempt has done whose answer was lost; left out where doing it again does no harm
   */
  single<T>(send: Work<T>, isDone?: (session: Session) => Promise<T | undefined>): Promise<T>
  /**
   * Runs statements that are sent together as one transaction, which is on the disk no sooner than the next commit of anybody:
   * a crash of the server itself may undo it, as though it had never been.
   */
  together<T>(send: Work<T>, isDone: (session: Session) => Promise<T | undefined>): Promise<T>
}

/**
 * Connects to a PostgreSQL database.
 * @throws {StorageError} where it cannot be reached at once
 */
export async function openPostgresDriver(url: string, options: Required<PostgresOptions>): Promise<PostgresDriver> {
  const masked = maskedUrl(url)
  const pool = await newPool(url, options.connections)
  const fail = (error: unknown) => postgresError(error, masked)
  const connection: Connection = { pool, prepared: true }
  try {
    await withClient(connection, async (client) => client.query('select 1'))
  } catch (error) {
    await pool.end()
    throw fail(error)
  }
  let isOpen = true
  const run = async <T>(attempt: () => Promise<T>) => {
    if (!isOpen) throw new StorageError(`${masked} has been closed`, 'Open it again')
    try {
      return await persist(connection, attempt, options.timeoutMs)
    } catch (error) {
      throw fail(error)
    }
  }
  return {
    url: masked,
    dialect: postgresDialect(),
    transaction: (mode, work, isDone) =>
      run(mode === 'read' ? readOnce(connection, work) : writeOnce(connection, work, isDone)),
    single: (send, isDone) => run(sendOnce(connection, send, isDone)),
    together: (send, isDone) =>
      run(sendOnce(connection, (session, client) => corked(client, () => wrapped(session, send)), isDone)),
    async close() {
      if (!isOpen) return
      isOpen = false
      await pool.end()
    },
  }
}

interface Connection {
  readonly pool: Pool
  /** Statements are prepared once a connection; false behind a pooler that cannot keep them. */
  prepared: boolean
}

async function newPool(url: string, connections: number): Promise<Pool> {
  const { default: pg } = await import('pg').catch((cause: unknown) => {
    throw new StorageError(
      'PostgreSQL needs the package pg, which is not installed',
      'Install it beside diapason: npm install pg',
      { cause },
    )
  })
  // Times as their text, whole numbers as numbers: both are well within what a number holds.
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.TIMESTAMP, (text) => text)
  types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({
    connectionString: connectionString(url),
    application_name: 'diapason',
    max: connections,
    types,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    // A process whose work is done ends, connections or not.
    allowExitOnIdle: true,
  })
  pool.on('connect', (client) => void client.query(SETTINGS).catch(() => {}))
  // A connection that breaks while nobody uses it; the next step opens another.
  pool.on('error', () => {})
  return pool
}

/** Runs attempts until one succeeds, fails for good, or time is up. */
async function persist<T>(connection: Connection, attempt: () => Promise<T>, timeoutMs: number): Promise<T> {
  const deadline = performance.now() + timeoutMs
  let wasTaken = false
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      if (isUnprepared(error) && connection.prepared) {
        connection.prepared = false
        continue
      }
      if (isTaken(error) && !wasTaken) {
        wasTaken = true
        continue
      }
      if ((!isConnectionLost(error) && !isConflict(error)) || performance.now() >= deadline) throw error
      // Spread out, so that a hundred workers do not come back at the same moment.
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
    }
  }
}

type Work<T> = (session: Session) => Promise<T>

/** Every statement of a read sees what is committed when it runs; a step asks in an order that needs no more than that. */
function readOnce<T>(connection: Connection, work: Work<T>): () => Promise<T> {
  return () => withClient(connection, (client) => work(sessionOn(client, connection)))
}

/** Statements whose effect can be told from the database alone: nothing is asked but after an answer was lost. */
function sendOnce<T>(
  connection: Connection,
  send: (session: Session, client: PoolClient) => Promise<T>,
  isDone: (session: Session) => Promise<T | undefined> = async () => undefined,
): () => Promise<T> {
  let isUnanswered = false
  return () =>
    withClient(connection, async (client) => {
      const session = sessionOn(client, connection)
      const done = isUnanswered ? await isDone(session) : undefined
      if (done !== undefined) return done
      const wasUnanswered = isUnanswered
      isUnanswered = true
      const result = await send(session, client).catch((error: unknown) => {
        // An error is an answer.
        if (!isConnectionLost(error)) isUnanswered = wasUnanswered
        throw error
      })
      // The lost attempt may have come to its end just before this one.
      return wasUnanswered ? ((await isDone(session)) ?? result) : result
    })
}

interface Corkable {
  cork(): void
  uncork(): void
}

/** What is sent in this turn of the event loop leaves in one piece: a system call instead of one for each statement. */
function corked<T>(client: PoolClient, send: () => T): T {
  // node-postgres has the stream, and corks it for each statement itself; its types leave it out.
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Corkable } }).connection
  stream.cork()
  try {
    return send()
  } finally {
    stream.uncork()
  }
}

/** Nobody waits for the answer to `begin`; where it fails, so does what comes after. */
async function wrapped<T>(session: Session, send: Work<T>): Promise<T> {
  const begun = session.exec('begin; set local synchronous_commit = off')
  begun.catch(() => {})
  const sent = send(session)
  const ended = session.exec('commit')
  try {
    const result = await sent
    await ended
    return result
  } catch (error) {
    // After an error, `commit` rolls back.
    await ended.catch(() => {})
    throw await begun.then(
      () => error,
      (first: unknown) => first,
    )
  }
}

/**
 * A write whose commit was sent but never answered may have happened or not: the next attempt asks the server before it
 * does anything twice.
 */
function writeOnce<T>(
  connection: Connection,
  work: Work<T>,
  isDone: (session: Session, result: T) => Promise<boolean> = async () => false,
): () => Promise<T> {
  let unanswered: { readonly id: string; readonly server: string; readonly result: T } | undefined
  return () =>
    withClient(connection, async (client) => {
      const server = serverOf(client)
      server.catch(() => {})
      if (unanswered !== undefined) {
        const { id, result } = unanswered
        const isSame = unanswered.server === (await server)
        if ((await isCommitted(client, id)) && (isSame || (await isDone(sessionOn(client, connection), result)))) {
          return result
        }
        unanswered = undefined
      }
      const begun = begin(client)
      // Sent together with the first statement of the work; should it fail, that one fails as well.
      begun.catch(() => {})
      let result: T
      try {
        result = await work(sessionOn(client, connection))
        unanswered = { id: await begun, server: await server, result }
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw await begun.then(
          () => error,
          (first: unknown) => first,
        )
      }
      await client.query('commit')
      return result
    })
}

async function begin(client: PoolClient): Promise<string> {
  // Several statements at once answer with a list, which the types do not know.
  const answers = (await client.query(BEGIN)) as unknown as readonly { readonly rows: readonly { id: number }[] }[]
  return String(answers[2]?.rows[0]?.id)
}

/** The server that took the commit may still be at it: it is asked until it knows. */
async function isCommitted(client: PoolClient, id: string): Promise<boolean> {
  for (;;) {
    const status = await statusOf(client, id)
    if (status !== 'in progress') return status === 'committed'
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function statusOf(client: PoolClient, id: string): Promise<string | null | undefined> {
  try {
    const { rows } = await client.query<{ status: string | null }>('select txid_status($1) as status', [id])
    return rows[0]?.status
  } catch (error) {
    // "The transaction is in the future": the server crashed and has forgotten that it had begun.
    if (postgresCode(error) === '22023') return undefined
    throw error
  }
}

const servers = new WeakMap<PoolClient, Promise<string>>()

/**
 * Tells a server from itself before a crash, after which it may give the numbers of lost transactions to others: a crash
 * resets its statistics.
 */
function serverOf(client: PoolClient): Promise<string> {
  let server = servers.get(client)
  if (server === undefined) {
    server = client
      .query('select pg_stat_get_bgwriter_stat_reset_time()::text as since')
      .then(({ rows }) => rows[0]?.since)
    servers.set(client, server)
  }
  return server
}

async function withClient<T>({ pool }: Connection, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isBroken = false
  const onError = () => {
    isBroken = true
  }
  client.on('error', onError)
  try {
    return await use(client)
  } catch (error) {
    isBroken ||= isConnectionLost(error)
    throw error
  } finally {
    client.off('error', onError)
    client.release(isBroken)
  }
}

// Names of prepared statements, the same on every connection.
const names = new Map<string, string>()

function nameOf(sql: string): string {
  let name = names.get(sql)
  if (name === undefined) {
    name = `diapason_${names.size}`
    names.set(sql, name)
  }
  return name
}

function sessionOn(client: PoolClient, { prepared }: Connection): Session {
  const query = <Args>({ sql, bind }: Statement<Args, unknown>, rows: readonly Args[]) =>
    client.query({ text: sql, values: bind(rows), ...(prepared ? { name: nameOf(sql) } : {}) })
  return {
    // The cast: statements are typed where they are compiled.
    async all<Args, Row>(statement: Statement<Args, Row>, ...rows: readonly Args[]) {
      return (await query(statement, rows)).rows as Row[]
    },
    async run(statement, ...rows) {
      return (await query(statement, rows)).rowCount ?? 0
    },
    async exec(sql) {
      await client.query(sql)
    },
    foreignWrites: () => undefined,
  }
}
