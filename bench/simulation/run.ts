// Fleets by a virtual clock: node --conditions=@diapason/source bench/simulation/run.ts [--calibrate] [--runtimes BENCHMARKS]
// --calibrate asks a PostgreSQL of its own again what steps cost; --runtimes draws LCBench's trainings again.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRng } from '../../packages/diapason/src/math/rng.ts'
import { quantile } from '../fleet/load-shape.ts'
import { readJson } from '../quality/tasks/data-folder.ts'
import { loadSurrogate, SECONDS } from '../quality/tasks/lcbench.ts'
import { writeSection } from '../results.ts'
import { calibrate } from './calibrate.ts'
import type { Costs } from './costs.ts'
import { simulateFleet } from './simulate-fleet.ts'

const COSTS = join(import.meta.dirname, 'costs.json')
const RUNTIMES = join(import.meta.dirname, 'runtimes.json')
if (process.argv.includes('--calibrate')) writeFileSync(COSTS, `${JSON.stringify(await calibrate(), null, 1)}\n`)
const at = process.argv.indexOf('--runtimes')
if (at > 0) writeFileSync(RUNTIMES, `${JSON.stringify(drawRuntimes(process.argv[at + 1] ?? ''))}\n`)
/** As many as the machine had that was measured. */
const DATABASE_CORES = 2
const costs: Costs = readJson(COSTS)
const { quantiles } = JSON.parse(readFileSync(RUNTIMES, 'utf8')) as { readonly quantiles: readonly number[] }

const lines = [100, 1000, 3000, 10_000].flatMap((workers) => [lineOf(workers, 7), lineOf(workers, 51)])
writeSection(
  'simulation',
  `## Fleets by a virtual clock

Workers, the study's row that claims lock, and a database of two cores, by a virtual clock; trials of 15 s with 7 reports and full trainings of LCBench with 51.
What a step costs was measured one step at a time on a PostgreSQL of its own, at load ${costs.loadBefore.toFixed(0)} on two cores. No network, no gateway, no vacuum. \`needed\` is
workers ÷ mean seconds, \`gets\` what the database hands out, \`asked\` the database's core seconds a second, over its two cores a queue grows: such a fleet has no steady state, and what it waits is not shown (“–”). “by the rule” is the sum in docs/sizing.md. Rows and GB (tables and indices; log) a day
are those of the rate that is needed. ${costs.machine}; ${costs.measuredOn}. Made by \`bench/simulation/run.ts\`.

| workers | trials | needed a second | gets | statements a second | database asked, cores | by the rule | of it reading | claims lock | claim p50 ms | p99 | ask p50 ms | p99 | million rows a day | GB | log GB |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}`,
)

function lineOf(workers: number, reports: number): string {
  const rng = createRng(workers)
  const isShort = reports === 7
  const meanS = isShort ? 15 : quantiles.reduce((sum, value) => sum + value, 0) / quantiles.length
  const load = simulateFleet({
    workers,
    reports,
    costs,
    databaseCores: DATABASE_CORES,
    seconds: (isShort ? 20 : 6) * meanS,
    trialS: () => (isShort ? 15 : quantiles[rng.int(quantiles.length)]!),
    random: () => rng.next(),
  })
  const left = costs.footprints.find((one) => one.reports === reports)!
  const needed = workers / meanS
  const aDay = 86_400 * needed
  const isOverrun = load.trialsASecond < 0.9 * needed
  const ms = (values: readonly number[], share: number) =>
    isOverrun ? '–' : (1000 * quantile(values, share)).toFixed(1)
  return `| ${[
    workers,
    isShort ? '15 s' : `LCBench, ${meanS.toFixed(0)} s`,
    needed.toFixed(1),
    load.trialsASecond === 0 ? '–' : load.trialsASecond.toFixed(1),
    load.statementsASecond.toFixed(0),
    load.databaseAsked.toFixed(2),
    ruleOf(workers, meanS, reports).toFixed(1),
    `${((100 * load.readingAsked) / load.databaseAsked).toFixed(0)} %`,
    `${(100 * load.claimsBusy).toFixed(1)} %`,
    ...[ms(load.claims, 0.5), ms(load.claims, 0.99), ms(load.asks, 0.5), ms(load.asks, 0.99)],
    ((aDay * left.rows) / 1e6).toFixed(1),
    ((aDay * left.bytes) / 1e9).toFixed(1),
    ((aDay * left.logBytes) / 1e9).toFixed(1),
  ].join(' | ')} |`
}

/** Cores of the database that a fleet needs to be served: the rule of docs/sizing.md. */
function ruleOf(workers: number, meanS: number, reports: number): number {
  const { perTrialMs, perReportMs } = costs.read.database
  const rowMs = perTrialMs + (reports / 2) * perReportMs
  const asking = (2 * workers ** 2 * rowMs) / meanS
  const atReports = Math.min(10_000, (workers ** 2 * reports) / meanS) * rowMs
  const watching = (workers ** 2 * costs.stalePerTrialMs) / 15
  return (asking + atReports + watching) / 1000
}

/** Quantiles of 51 epochs' seconds over random networks on LCBench's data sets at even places. */
function drawRuntimes(folder: string) {
  const rng = createRng(0)
  const secondsOf = loadSurrogate(join(folder, 'lcbench'), SECONDS)
  const log = (low: number, high: number) => low * (high / low) ** rng.next()
  const linear = (low: number, high: number) => low + (high - low) * rng.next()
  const seconds: number[] = []
  for (let code = 2; code <= 34; code += 2) {
    for (let i = 0; i < 40; i++) {
      const first = [52, log(16, 512), log(1e-4, 0.1), linear(0.1, 0.99), linear(1e-5, 0.1)]
      seconds.push(secondsOf(code, [...first, 1 + rng.int(5), log(64, 1024), rng.next()]))
    }
  }
  const quantiles = Array.from({ length: 100 }, (_, i) => Number(quantile(seconds, (i + 0.5) / 100).toPrecision(4)))
  return {
    source: 'LCBench (Zimmer et al. 2021) by the surrogate of YAHPO Gym v1',
    networks: seconds.length,
    quantiles,
  }
}
