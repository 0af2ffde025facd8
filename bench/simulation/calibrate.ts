import { cpus, loadavg } from 'node:os'
import { createStudy, float, type Storage } from 'diapason'
import { openPostgres } from '../../packages/diapason/src/storage/postgres.ts'
import { runSql, startPostgres } from '../../test/postgres/server.ts'
import { cpuSecondsOf, postmasterOf } from '../fleet/load.ts'
import type { Costs, Footprint, RowCost, StepCost } from './costs.ts'

const TRIALS = 1000
const FEW = 100
const READS = 30
const LEASE_MS = 60_000
const SPACE = { x0: float(-5, 5), x1: float(-5, 5), x2: float(-5, 5), x3: float(-5, 5), x4: float(-5, 5) }
const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  max_connections: '200',
  shared_buffers: '256MB',
  // What it cleans up is no step's.
  autovacuum: 'off',
}

type Metered = StepCost & { readonly workerMs: number }
type Meter = (count: number, step: (i: number) => Promise<unknown>) => Promise<Metered>

/** Asks a PostgreSQL of its own, one step at a time, what each costs; a minute or two. */
export async function calibrate(): Promise<Costs> {
  const loadBefore = loadavg()[0] ?? Number.NaN
  const server = await startPostgres(SETTINGS)
  try {
    const short = await measureSteps(await server.createDatabase(), 7, 1)
    const long = await measureSteps(await server.createDatabase(), 51, 10)
    return {
      machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, PostgreSQL 15`,
      measuredOn: new Date().toISOString().slice(0, 10),
      loadBefore,
      ...short.costs,
      claimEveryMs: await measureClaims(await server.createDatabase()),
      footprints: [short.footprint, long.footprint],
    }
  } finally {
    await server.dispose()
  }
}

async function measureSteps(url: string, reports: number, heartbeats: number) {
  await runSql(url, 'create extension pg_stat_statements')
  const meter = createMeter(url, await postmasterOf(url))
  const storage = await openPostgres(url, { connections: 1 })
  const study = await createStudy({ name: 'load', goals: { loss: 'minimize' }, space: SPACE, storage })
  // A trial of the study's own: parameters and their distributions are known from here on.
  await study.optimize(({ x0 }) => x0, { trials: 1 })
  const [{ study_id: id = 0 } = {}] = (await runSql(url, 'select study_id from studies')) as { study_id: number }[]
  const distributions = (await storage.readTrials(id, undefined)).trials[0]!.distributions
  const ids: number[] = []
  const logBefore = await logPosition(url)
  const create = async () => {
    const systemAttrs = { 'diapason:worker': storage.worker?.name, 'diapason:lease': LEASE_MS }
    const start = { state: 'running', startedAt: Date.now(), systemAttrs, heartbeat: true } as const
    ids.push((await storage.createTrial(id, start))!.id)
  }
  const setParams = (i: number) => {
    const params = Object.fromEntries(Object.keys(SPACE).map((name) => [name, 10 * Math.random() - 5]))
    return storage.setParams(ids[i]!, params, distributions)
  }
  const report = (i: number) => storage.report(ids[i % TRIALS]!, 1 + Math.floor(i / TRIALS), Math.random())
  const askStale = () => storage.staleTrials(id, LEASE_MS)

  for (let i = 0; i < FEW; i++) await create()
  for (let i = 0; i < FEW; i++) await setParams(i)
  const readFew = await meter(10 * READS, await reading(storage, id))
  const staleFew = await meter(10 * READS, askStale)
  const claim = await meter(TRIALS - FEW, create)
  const params = await meter(TRIALS - FEW, (i) => setParams(FEW + i))
  const readMany = await meter(READS, await reading(storage, id))
  const staleMany = await meter(10 * READS, askStale)
  const reported = await meter(TRIALS, report)
  for (let step = 1; step < reports; step++) await Promise.all(ids.map((_, i) => report(step * TRIALS + i)))
  const readReported = await meter(READS, await reading(storage, id))
  const heartbeat = await meter(TRIALS, (i) => storage.heartbeat(ids[i]!))
  for (let beat = 1; beat < heartbeats; beat++) await Promise.all(ids.map((trial) => storage.heartbeat(trial)))
  const finish = await meter(TRIALS, (i) => storage.finish(ids[i]!, { state: 'complete', values: [Math.random()] }))
  const logBytes = ((await logPosition(url)) - logBefore) / TRIALS
  const footprint: Footprint = { reports, heartbeats, ...(await sizeOf(url)), logBytes }
  await storage.close()

  const slope = (few: number, many: number) => Math.max(0, (many - few) / (TRIALS - FEW))
  const rowCost = (key: 'cpuMs' | 'workerMs'): RowCost => ({
    perTrialMs: slope(readFew[key], readMany[key]),
    perReportMs: Math.max(0, readReported[key] - readMany[key]) / (TRIALS * reports),
  })
  const read = { database: rowCost('cpuMs'), worker: rowCost('workerMs') }
  const stalePerTrialMs = slope(staleFew.cpuMs, staleMany.cpuMs)
  const steps = {
    claim: costOf(claim),
    params: costOf(params),
    report: costOf(reported),
    finish: costOf(finish),
    heartbeat: costOf(heartbeat),
    stale: costOf(staleFew, stalePerTrialMs),
    read: costOf(readFew, read.database.perTrialMs),
  }
  console.log({ reports, ...steps, readFew, readMany, readReported, footprint })
  return { footprint, costs: { steps, read, stalePerTrialMs } }
}

/** Without what the few trials cost that ran meanwhile. */
function costOf({ cpuMs, waitMs, statements }: Metered, perTrialMs = 0): StepCost {
  const less = (ms: number) => Math.max(0, ms - FEW * perTrialMs)
  return { cpuMs: less(cpuMs), waitMs: less(waitMs), statements }
}

/** Reads what is new and all that runs, as a worker does that knows the study. */
async function reading(storage: Storage, studyId: number): Promise<() => Promise<unknown>> {
  const { cursor } = await storage.readTrials(studyId, undefined)
  return () => storage.readTrials(studyId, cursor)
}

function createMeter(url: string, postmaster: number): Meter {
  return async (count, step) => {
    await runSql(url, 'select pg_stat_statements_reset()')
    const databaseBefore = cpuSecondsOf(postmaster, 'and children')
    const ownBefore = process.cpuUsage()
    const began = performance.now()
    for (let i = 0; i < count; i++) await step(i)
    const waitMs = (performance.now() - began) / count
    const { user, system } = process.cpuUsage(ownBefore)
    const cpuMs = (1000 * (cpuSecondsOf(postmaster, 'and children') - databaseBefore)) / count
    const [row] = await runSql(
      url,
      `select coalesce(sum(calls), 0)::float as calls from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where datname = current_database() and query not ilike '%pg_stat_statements%'`,
    )
    return { cpuMs, waitMs, statements: Number(row?.calls) / count, workerMs: (user + system) / 1000 / count }
  }
}

async function logPosition(url: string): Promise<number> {
  const [row] = await runSql(url, "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float as bytes")
  return Number(row?.bytes)
}

async function sizeOf(url: string): Promise<{ readonly rows: number; readonly bytes: number }> {
  await runSql(url, 'analyze')
  const [row] = await runSql(
    url,
    `select sum(pg_total_relation_size(c.oid))::float as bytes, sum(c.reltuples)::float as rows
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r'`,
  )
  return { rows: Number(row?.rows) / TRIALS, bytes: Number(row?.bytes) / TRIALS }
}

/** Sixteen connections claim as fast as they can: one at a time holds the study's row. */
async function measureClaims(url: string): Promise<number> {
  const EACH = 100
  const storages = await Promise.all(Array.from({ length: 16 }, () => openPostgres(url, { connections: 1 })))
  const study = await storages[0]!.createStudy('claims', ['minimize'])
  const claim = async (storage: Storage) => {
    const systemAttrs = { 'diapason:worker': storage.worker?.name, 'diapason:lease': LEASE_MS }
    await storage.createTrial(study.id, { state: 'running', startedAt: Date.now(), systemAttrs, heartbeat: true })
  }
  const began = performance.now()
  await Promise.all(
    storages.map(async (storage) => {
      for (let i = 0; i < EACH; i++) await claim(storage)
    }),
  )
  const everyMs = (performance.now() - began) / (storages.length * EACH)
  await Promise.all(storages.map((storage) => storage.close()))
  return everyMs
}
