// A fleet's load, ours and Optuna's in one run: node --conditions=@diapason/source bench/fleet/run.ts [--measure]
// Measures with --measure (five minutes), and writes its section from what was measured last. OPTUNA_PYTHON: a Python with
// optuna and psycopg2; pgbouncer must be installed.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import path from 'node:path'
import { writeSection } from '../results.ts'
import { type LoadCase, type LoadResult, runLoad } from './load.ts'

const FILE = path.join(import.meta.dirname, 'results.json')
const SECONDS = 30
const CASES: readonly LoadCase[] = [
  { side: 'ours', way: 'direct', workers: 100, processes: 4, seconds: SECONDS },
  { side: 'ours', way: 'pgbouncer', workers: 100, processes: 4, seconds: SECONDS },
  { side: 'ours', way: 'gateway', workers: 100, processes: 4, seconds: SECONDS },
  { side: 'ours', way: 'gateway', workers: 500, processes: 5, seconds: SECONDS },
  { side: 'optuna', way: 'direct', workers: 100, processes: 4, seconds: SECONDS },
]

interface Stored {
  readonly machine: string
  readonly measuredOn: string
  readonly results: readonly (LoadResult & { readonly loadBefore: number })[]
}

if (process.argv.includes('--measure')) await measure()
writeSection('fleet', report(JSON.parse(readFileSync(FILE, 'utf8')) as Stored))

async function measure(): Promise<void> {
  const results = []
  for (const load of CASES) {
    const loadBefore = loadavg()[0] ?? Number.NaN
    const result = await runLoad(load, process.env.OPTUNA_PYTHON).catch((error: unknown) => {
      console.error(load, error)
    })
    if (result === undefined) continue
    results.push({ ...result, loadBefore })
    console.log(result)
    const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, PostgreSQL 15`
    const stored: Stored = { machine, measuredOn: new Date().toISOString().slice(0, 10), results }
    writeFileSync(FILE, `${JSON.stringify(stored, null, 1)}\n`)
  }
}

function report({ machine, measuredOn, results }: Stored): string {
  const ms = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))
  const rows = results.map((result) => {
    const { side, way, workers, claim, ask, finished, statements, databaseCores, gatewayCores, workerCores } = result
    const cores = [databaseCores, gatewayCores, workerCores].map((value) => value.toFixed(2))
    const name = side === 'ours' ? 'Diapason' : 'Optuna 5.0.0'
    return `| ${name} | ${way} | ${workers} | ${ms(claim.p50)} | ${ms(claim.p99)} | ${ms(ask.p50)} | ${ms(ask.p99)} | ${finished} | ${statements.toFixed(0)} | ${cores.join(' | ')} | ${result.loadBefore.toFixed(0)} |`
  })
  return [
    '## A fleet on one study',
    '',
    'Trials of 15 s that report every 2 s, heartbeats every 15 s (Optuna: none, its ask and tell send none), random sampling over five floats, no pruner; workers are studies of their',
    'own with everything that a worker does, many in a process (Optuna: threads), whose trainings only wait; everything on one machine: the last column is its',
    'load average before each row, on two cores. `claim` is the step that hands out a trial (Optuna: `ask`),',
    '`ask` all from the end of a trial to the beginning of the next (Optuna: `ask` with five suggestions), in ms. `statements` for each trial include',
    `heartbeats, reports and what was under way at the end. Optuna’s trials number more because its workers go on for 15 s more; its threads share one interpreter and 40 connections a process. ${machine}; ${measuredOn}. Made by \`bench/fleet/run.ts\`.`,
    '',
    '| | over | workers | claim p50 | p99 | ask p50 | p99 | trials | statements | database, cores | gateway or pooler | workers | load |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}
