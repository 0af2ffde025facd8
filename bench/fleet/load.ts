import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { runSql, startPostgres } from '../../test/postgres/server.ts'
import { type Measured, quantile } from './load-shape.ts'
import { startPgbouncer } from './pgbouncer.ts'

/** Who works, and over what they reach PostgreSQL. */
export interface LoadCase {
  readonly side: 'ours' | 'optuna'
  readonly way: 'direct' | 'gateway' | 'pgbouncer'
  readonly workers: number
  /** Processes that the workers are dealt out to. */
  readonly processes: number
  readonly seconds: number
}

/** What a load cost; times in milliseconds, processor time as a share of one core. */
export interface LoadResult extends LoadCase {
  readonly claim: Times
  readonly ask: Times
  readonly report: Times
  readonly finished: number
  /** Statements that PostgreSQL ran for a finished trial, everything between two trials included. */
  readonly statements: number
  readonly databaseCores: number
  readonly gatewayCores: number
  readonly workerCores: number
}

interface Times {
  readonly count: number
  readonly p50: number
  readonly p99: number
}

/** Runs a load on a PostgreSQL of its own. @param python a Python with Optuna, for its side */
export async function runLoad(load: LoadCase, python: string | undefined): Promise<LoadResult> {
  const server = await startPostgres({
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.max': '10000',
    max_connections: '700',
    shared_buffers: '256MB',
  })
  const url = await server.createDatabase()
  await runSql(url, 'create extension pg_stat_statements')
  const front = await openFront(load.way, url)
  try {
    const postmaster = await postmasterOf(url)
    const began = performance.now()
    const workers = startWorkers(load, front.url, python)
    const parts = await Promise.all(workers.map(outputOf))
    const seconds = (performance.now() - began) / 1000
    const all = (key: 'claims' | 'asks' | 'reports') => timesOf(parts.flatMap((part) => part[key]))
    const finished = parts.reduce((sum, part) => sum + part.finished, 0)
    const [row] = await runSql(
      url,
      `select sum(calls)::float as calls from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where datname = current_database() and query not ilike '%pg_stat_statements%'`,
    )
    return {
      ...load,
      claim: all('claims'),
      ask: all('asks'),
      report: all('reports'),
      finished,
      statements: Number(row?.calls) / finished,
      databaseCores: cpuSecondsOf(postmaster, 'and children') / seconds,
      gatewayCores: (front.pid === undefined ? 0 : cpuSecondsOf(front.pid)) / seconds,
      workerCores: parts.reduce((sum, part) => sum + part.cpuS, 0) / seconds,
    }
  } finally {
    await front.close()
    await server.dispose()
  }
}

function timesOf(values: readonly number[]): Times {
  return { count: values.length, p50: quantile(values, 0.5), p99: quantile(values, 0.99) }
}

interface Front {
  readonly url: string
  readonly pid: number | undefined
  close(): Promise<void>
}

async function openFront(way: LoadCase['way'], database: string): Promise<Front> {
  if (way === 'direct') return { url: database, pid: undefined, async close() {} }
  if (way === 'pgbouncer') return startPgbouncer(database)
  const program = path.join(import.meta.dirname, '../../packages/diapason/src/cli/main.ts')
  const words = [program, 'serve', '--storage', database, '--port', '0', '--token', 'load']
  const gateway = spawn(process.execPath, ['--conditions=@diapason/source', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  while (!said.includes('Ctrl-C ends it.')) said += String((await once(gateway.stdout, 'data'))[0])
  const address = /http:\/\/\S+/.exec(said)?.[0] ?? ''
  return {
    url: address.replace('//', '//load:load@'),
    pid: gateway.pid,
    async close() {
      const ended = once(gateway, 'close')
      gateway.kill('SIGTERM')
      await ended
    },
  }
}

function startWorkers(
  { side, way, workers, processes, seconds }: LoadCase,
  url: string,
  python: string | undefined,
): readonly ChildProcess[] {
  const count = String(workers / processes)
  const here = import.meta.dirname
  // A worker takes one step at a time but for heartbeats: behind a pooler connections cost nothing, else one must do.
  const words =
    side === 'ours'
      ? [
          '--conditions=@diapason/source',
          `${here}/workers.ts`,
          url,
          count,
          String(seconds),
          way === 'direct' ? '1' : '4',
        ]
      : [`${here}/optuna_workers.py`, url.replace('postgresql://', 'postgresql+psycopg2://'), count, String(seconds)]
  const program = side === 'ours' ? process.execPath : (python ?? 'python3')
  return Array.from({ length: processes }, () => spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] }))
}

async function outputOf(worker: ChildProcess): Promise<Measured> {
  let said = ''
  worker.stdout?.on('data', (chunk) => {
    said += chunk
  })
  const [code] = await once(worker, 'close')
  if (code !== 0) throw new Error(`workers ended with exit code ${code}`)
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Measured
}

export async function postmasterOf(url: string): Promise<number> {
  const [row] = await runSql(url, 'select pg_backend_pid() as pid, pg_read_file($$postmaster.pid$$) as file').catch(
    () => [],
  )
  return Number(String(row?.file).split('\n')[0])
}

/** Processor seconds of a process and, where asked for, of all it has started. */
export function cpuSecondsOf(pid: number, which: 'alone' | 'and children' = 'alone'): number {
  const TICKS = 100
  const own = statOf(pid)
  if (which === 'alone') return own.used / TICKS
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter(({ parent }) => parent === pid)
  return (own.used + own.ofEnded + children.reduce((sum, { used }) => sum + used, 0)) / TICKS
}

function statOf(pid: number): { readonly parent: number; readonly used: number; readonly ofEnded: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [user, system, userOfEnded, systemOfEnded] = fields.slice(11, 15).map(Number)
    const sum = (a = 0, b = 0) => a + b
    return { parent: Number(fields[1]), used: sum(user, system), ofEnded: sum(userOfEnded, systemOfEnded) }
  } catch {
    return { parent: 0, used: 0, ofEnded: 0 }
  }
}
