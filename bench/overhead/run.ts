// Overhead of a trial, ours and Optuna's in one run: `npm run bench:overhead [-- --quick] [-- --sampler tpe]`.
// Measures the built package, as users have it. Set OPTUNA_PYTHON to a Python that has optuna; without it our half is measured alone.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { writeSection } from '../results.ts'
import type { Measurement, Workload } from './workload.ts'

const quick = process.argv.includes('--quick')
const repeats = quick ? 1 : 3
const python = process.env.OPTUNA_PYTHON
const here = import.meta.dirname
/** Optuna's cost grows with the history and the parameters; longer runs than these would take hours. */
const longestForOptuna = ({ sampler, storage, parameters }: Workload) =>
  sampler === 'random' && (storage === 'memory' || parameters === 10) ? 10_000 : 1000

const only = process.argv[process.argv.indexOf('--sampler') + 1]
const samplers = (['random', 'tpe'] as const).filter(
  (sampler) => !process.argv.includes('--sampler') || sampler === only,
)
let optunaVersion = ''
for (const sampler of samplers) {
  const rows = workloadsOf(sampler).map(rowOf)
  writeSection(`overhead ${sampler}`, report(sampler, rows))
}

function workloadsOf(sampler: Workload['sampler']): Workload[] {
  const workloads: Workload[] = []
  for (const storage of ['memory', 'sqlite'] as const) {
    for (const parameters of [10, 40]) {
      for (const trials of quick ? [100, 1000] : [100, 1000, 10_000]) {
        workloads.push({ sampler, storage, parameters, trials })
      }
    }
  }
  return workloads
}

function rowOf(workload: Workload): string {
  const ours: Measurement[] = []
  const theirs: Measurement[] = []
  const { storage, parameters, trials } = workload
  const peer = trials <= longestForOptuna(workload) ? python : undefined
  // In turn, so that a change of the machine's speed meets both.
  for (let i = 0; i < (trials > 1000 ? 1 : repeats); i++) {
    ours.push(run(process.execPath, [`${here}/measure.ts`], workload))
    if (peer !== undefined && i === 0) theirs.push(run(peer, [`${here}/optuna_measure.py`], workload))
  }
  const row = `| ${[storage, parameters, trials, ...columns(ours, theirs)].join(' | ')} |`
  console.log(workload.sampler, row)
  return row
}

function run(command: string, args: readonly string[], workload: Workload): Measurement {
  const output = execFileSync(command, [...args, JSON.stringify(workload)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const measured = JSON.parse(output) as Measurement & { version?: string }
  optunaVersion = measured.version ?? optunaVersion
  return measured
}

function columns(ours: readonly Measurement[], theirs: readonly Measurement[]): string[] {
  const us = median(ours.map(({ cpuMs }) => cpuMs))
  const peak = Math.round(median(ours.map(({ peakMb }) => peakMb)))
  const last = median(ours.map(({ lastCpuMs }) => lastCpuMs))
  if (theirs.length === 0) return [us.toFixed(3), last.toFixed(3), `${peak}`, 'not run', '–']
  const them = median(theirs.map(({ cpuMs }) => cpuMs))
  return [us.toFixed(3), last.toFixed(3), `${peak}`, them.toFixed(2), `${(them / us).toFixed(0)}×`]
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN) +
      (sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN)) /
    2
  )
}

function report(sampler: string, rows: readonly string[]): string {
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
  const peer = optunaVersion === '' ? 'Optuna was not there' : `Optuna ${optunaVersion}`
  return [
    `## Overhead of a trial: ${sampler}`,
    '',
    `CPU milliseconds a trial (user and system) of ask and tell on a shifted sphere, median of ${repeats} processes (1 for Optuna and for 10,000 trials); \`last tenth\` is the cost at the`,
    `end of the run; peak memory is of the whole process. A trial on SQLite is three transactions; databases stood in ${tmpdir()}.`,
    `Load of the machine when it ended: ${loadavg()[0]!.toFixed(1)} (this makes 1; more of it makes every figure larger).`,
    `${machine}; ${peer}; ${new Date().toISOString().slice(0, 10)}. Made by \`npm run bench:overhead\`.`,
    '',
    '| storage | parameters | trials | Diapason ms | last tenth ms | peak MiB | Optuna ms | ratio |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}
