// Trivial trials a second by several processes on one study, and statements a trial, ours and Optuna's in one run:
// `npm run bench:storage [-- --quick]`. Measures the built package. OPTUNA_PYTHON: a Python with optuna and psycopg2.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { openStorage } from 'diapason'
import { runSql, startPostgres } from '../../test/postgres/server.ts'
import { writeSection } from '../results.ts'

const quick = process.argv.includes('--quick')
const seconds = quick ? 3 : 20
const rounds = quick ? 1 : 3
const python = process.env.OPTUNA_PYTHON
const loadBefore = loadavg()[0] ?? Number.NaN

/** Optuna reads the whole history for its first trial; a longer one takes minutes. */
const LONGEST_FOR_OPTUNA = 10_000

type Side = 'ours' | 'optuna'
const sides: readonly Side[] = python === undefined ? ['ours'] : ['ours', 'optuna']

const server = await startPostgres({
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.max': '10000',
  max_connections: '200',
})
const folder = mkdtempSync(path.join(tmpdir(), 'diapason-throughput-'))
try {
  const races = [
    await race('PostgreSQL', 8, () => server.createDatabase()),
    await race('SQLite', 2, async (side, round) => `sqlite:///${path.join(folder, `${side}-${round}.db`)}`),
  ]
  const counts = []
  for (const history of quick ? [100, 10_000] : [100, 1000, 10_000, 100_000])
    counts.push(await countStatements(history))
  writeSection('storage', report(races, counts))
} finally {
  await server.dispose()
  rmSync(folder, { recursive: true })
}

interface Race {
  readonly storage: string
  readonly workers: number
  readonly rates: { readonly [side in Side]?: readonly number[] }
}

/** Rounds in turn, so that a change of the machine's speed meets both. */
async function race(
  storage: string,
  workers: number,
  newUrl: (side: Side, round: number) => Promise<string>,
): Promise<Race> {
  const rates: { [side in Side]?: number[] } = {}
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      const rate = (await work(side, await newUrl(side, round), workers, seconds)) / seconds
      rates[side] = [...(rates[side] ?? []), rate]
      console.log(storage, workers, side, rate.toFixed(1))
    }
  }
  return { storage, workers, rates }
}

/** @returns the trials that all workers together finished */
async function work(side: Side, url: string, workers: number, duration: number): Promise<number> {
  // Workers of Optuna that find an empty database all at once get in each other's way.
  const first = start(side, url, duration)
  await said(first, 'ready')
  first.kill('SIGKILL')
  const all = Array.from({ length: workers }, () => start(side, url, duration))
  await Promise.all(all.map((worker) => said(worker, 'ready')))
  const ends = all.map((worker) => said(worker, /^\d+$/m))
  for (const worker of all) worker.stdin?.write('go\n')
  const finished = await Promise.all(ends)
  return finished.reduce((sum, text) => sum + Number(text), 0)
}

function start(side: Side, url: string, duration: number): ChildProcess {
  const here = import.meta.dirname
  const [command, script] =
    side === 'ours' ? [process.execPath, `${here}/worker.ts`] : [python ?? '', `${here}/optuna_worker.py`]
  const address = side === 'ours' ? url : url.replace('postgresql://', 'postgresql+psycopg2://')
  return spawn(command, [script, address, String(duration)], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function said(worker: ChildProcess, what: string | RegExp): Promise<string> {
  let text = ''
  for (;;) {
    const match = text.match(what)
    if (match !== null) return match[0]
    const closed = once(worker, 'close').then(() => {
      throw new Error(`a worker ended before it said ${what}: ${text}`)
    })
    const [chunk] = (await Promise.race([once(worker.stdout ?? worker, 'data'), closed])) as [Buffer]
    closed.catch(() => {})
    text += chunk
  }
}

/** What a trial costs PostgreSQL, by one worker on a study with so many finished trials; undefined where it finished too few. */
async function countStatements(history: number) {
  const costs: { [side in Side]?: Cost } = {}
  for (const side of sides) {
    if (side === 'optuna' && history > LONGEST_FOR_OPTUNA) continue
    const url = await server.createDatabase()
    await runSql(url, 'create extension pg_stat_statements')
    await fill(url, history)
    const worker = start(side, url, 600)
    await said(worker, 'ready')
    worker.stdin?.write('go\n')
    // The first trials read the history, which is the cost of opening.
    await finishedMore(url, 3)
    const first = await costSoFar(url)
    await finishedMore(url, quick ? 10 : 50)
    const last = await costSoFar(url)
    worker.kill('SIGKILL')
    const trials = last.trials - first.trials
    costs[side] = { statements: (last.statements - first.statements) / trials, ms: (last.ms - first.ms) / trials }
    console.log(history, side, costs[side], trials)
  }
  return { history, costs }
}

interface Cost {
  readonly statements: number
  readonly ms: number
}

async function finishedMore(url: string, count: number): Promise<void> {
  const { trials } = await costSoFar(url)
  while ((await costSoFar(url)).trials < trials + count) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function costSoFar(url: string) {
  const [row] = await runSql(
    url,
    `select sum(calls)::float as statements, sum(total_exec_time)::float as ms,
       (select count(*) from trials where state = 'COMPLETE')::float as trials
     from pg_stat_statements s join pg_database d on d.oid = s.dbid
     where datname = current_database() and query not ilike '%pg_stat_statements%'`,
  )
  return { statements: Number(row?.statements ?? 0), ms: Number(row?.ms ?? 0), trials: Number(row?.trials ?? 0) }
}

/** A study of finished trials, made by SQL. */
async function fill(url: string, trials: number): Promise<void> {
  const storage = await openStorage(url)
  const { id } = await storage.createStudy('throughput', ['minimize'])
  const x = { kind: 'float', low: -5, high: 5, log: false, step: null } as const
  await storage.createTrial(id, { state: 'complete', values: [1], params: { x0: 1 }, distributions: { x0: x } })
  await storage.close()
  await runSql(
    url,
    `insert into trials (number, study_id, state, datetime_start, datetime_complete)
       select n, ${id}, 'COMPLETE', now(), now() from generate_series(1, ${trials - 1}) n;
     insert into trial_values (trial_id, objective, value, value_type) select trial_id, 0, number, 'FINITE' from trials where number > 0;
     insert into trial_params (trial_id, param_name, param_value, distribution_json)
       select t.trial_id, 'x' || i, 0.5, (select distribution_json from trial_params limit 1)
       from trials t cross join generate_series(0, 4) i where t.number > 0;
     analyze`,
  )
}

function median(values: readonly number[] = []): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function report(races: readonly Race[], counts: readonly Awaited<ReturnType<typeof countStatements>>[]): string {
  const version = python === undefined ? 'Optuna was not there' : 'Optuna 5.0.0'
  const rows = races.map(({ storage, workers, rates }) => {
    const [us, them] = [median(rates.ours), median(rates.optuna)]
    const all = (list: readonly number[] = []) => list.map((rate) => rate.toFixed(0)).join(', ')
    return `| ${storage} | ${workers} | **${us.toFixed(0)}** (${all(rates.ours)}) | ${them.toFixed(1)} (${(rates.optuna ?? []).map((rate) => rate.toFixed(1)).join(', ')}) | ${(us / them).toFixed(0)}× |`
  })
  const cost = (one: Cost | undefined) =>
    one === undefined ? 'not run | –' : `${one.statements.toFixed(1)} | ${one.ms.toFixed(2)}`
  return [
    '## Storage: trivial trials a second',
    '',
    `Random sampling over five floats, no reports, nothing to train; processes that start together on one empty study and run for`,
    `${seconds} s; median of ${rounds} rounds in turn (all in brackets). PostgreSQL 15 on the same machine, fsync on.`,
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}; ${version}; load when it began: ${loadBefore.toFixed(1)};`,
    `${new Date().toISOString().slice(0, 10)}. Made by \`npm run bench:storage\`.`,
    '',
    '| storage | workers | Diapason | Optuna | ratio |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'Statements that PostgreSQL runs for a trial, and its milliseconds for them (`pg_stat_statements`), by the finished trials that the',
    'study already holds; one worker.',
    '',
    '| history | Diapason statements | ms | Optuna statements | ms |',
    '|---|---|---|---|---|',
    ...counts.map(({ history, costs: { ours, optuna } }) => `| ${history} | ${cost(ours)} | ${cost(optuna)} |`),
  ].join('\n')
}
