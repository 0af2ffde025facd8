import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'

/** Where the programs of a PostgreSQL server lie; undefined where none is installed. */
const programs = findPrograms()

/** Why tests with PostgreSQL are skipped; empty where they run. CI may not skip them. */
export const noPostgres =
  programs === undefined ? 'no PostgreSQL server is installed here: apt-get install postgresql, or set PG_BIN' : ''
if (noPostgres !== '') console.log(`skipped: ${noPostgres}`)

const USER = 'tune'
const PASSWORD = 'se/cr@t #1'

/** A PostgreSQL server of a test's own, in a folder that goes away with it. */
export interface PostgresServer {
  readonly port: number
  /** It runs no more, whoever ended it. */
  readonly hasEnded: boolean
  /** The URL of a database; the password is one that needs escapes. */
  url(database?: string): string
  /** Creates an empty database. @returns its URL */
  createDatabase(): Promise<string>
  /** Ends the server: `kill` at once, as a power cut would; `crash` by SIGKILL; `stop` in good order. */
  end(how: keyof typeof END_BY): Promise<void>
  /** Starts it again over the same data, at the same port. */
  start(): Promise<void>
  /** Ends it and removes the data. */
  dispose(): Promise<void>
}

/** Immediate shutdown: the postmaster ends its children, which a SIGKILL of it leaves to notice by themselves. */
const END_BY = { kill: 'SIGQUIT', crash: 'SIGKILL', stop: 'SIGINT' } as const

/** Where a server keeps its data (default: the folder for temporary files), and variables beside those of this process. */
export interface ServerPlace {
  readonly folder?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Starts a server over TCP on this machine alone. `settings` go into its command line: `{ fsync: 'off' }`. */
export async function startPostgres(
  settings: { readonly [name: string]: string } = {},
  place: ServerPlace = {},
): Promise<PostgresServer> {
  if (programs === undefined) throw new Error(noPostgres)
  const folder = mkdtempSync(path.join(place.folder ?? tmpdir(), 'diapason-postgres-'))
  const port = await freePort()
  const identity = unprivileged()
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid)
  const data = path.join(folder, 'data')
  writeFileSync(path.join(folder, 'password'), `${PASSWORD}\n`)
  const options = [
    '-D',
    data,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    '--pwfile',
    path.join(folder, 'password'),
    '-E',
    'UTF8',
  ]
  execFileSync(path.join(programs, 'initdb'), [...options, '--locale=C.UTF-8', '-N'], { ...identity, cwd: folder })

  let server: ChildProcess | undefined
  let databases = 0
  const url = (database = 'postgres') =>
    `postgresql://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`
  const end = async (how: keyof typeof END_BY) => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    // Its children hold stderr open as well: they have ended, too.
    const closed = once(server, 'close')
    server.kill(END_BY[how])
    await closed
    server = undefined
  }
  const start = async () => {
    const all = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: folder, ...settings }
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    server = spawn(path.join(programs, 'postgres'), ['-D', data, ...flags], {
      ...identity,
      cwd: folder,
      env: { ...process.env, ...place.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await answers(server, url())
  }
  await start()
  return {
    port,
    get hasEnded() {
      return server === undefined || server.exitCode !== null || server.signalCode !== null
    },
    url,
    end,
    start,
    async createDatabase() {
      const name = `study_${++databases}`
      await runSql(url(), `create database ${name}`)
      return url(name)
    },
    async dispose() {
      await end('kill')
      rmSync(folder, { recursive: true })
    },
  }
}

/** Runs SQL on a connection of its own. @returns the rows of its last statement */
export async function runSql(url: string, sql: string): Promise<readonly { readonly [column: string]: unknown }[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    // Several statements at once answer with a list, which the types do not know.
    const results = [(await client.query(sql)) as unknown].flat() as pg.QueryResult[]
    return results.at(-1)?.rows ?? []
  } finally {
    await client.end()
  }
}

function findPrograms(): string | undefined {
  const installed = '/usr/lib/postgresql'
  const versions = existsSync(installed) ? readdirSync(installed).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [process.env.PG_BIN ?? '', ...versions.map((version) => path.join(installed, version, 'bin'))]
  const onPath = (process.env.PATH ?? '').split(path.delimiter)
  return [...folders, ...onPath].find((folder) => folder !== '' && existsSync(path.join(folder, 'initdb')))
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string, user: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }))
  for (const user of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', user), gid: idOf('-g', user) }
    } catch {
      // There is no such user.
    }
  }
  throw new Error('root needs an unprivileged user to run PostgreSQL as: useradd --system postgres')
}

async function answers(server: ChildProcess, url: string): Promise<void> {
  let said = ''
  server.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-10_000)
  })
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended: ${said}`)
    try {
      await runSql(url, 'select 1')
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error(`PostgreSQL does not answer: ${said}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
