// What a suggestion costs, by the length of the history: `npm run bench:speed`. Measures the built package, as users have it.
// Optuna is measured beside it where the race has set up its Python environment (`npm run race -- --install --contestants optuna-gp`).
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { environmentOf } from '../quality/contestants/environment.ts'
import { writeSection } from '../results.ts'
import { growthPlot } from './growth-plot.ts'
import type { Measurement, Workload } from './workload.ts'

const HISTORIES = [100, 200, 500, 1000, 2000, 5000, 10_000]
/** Beyond, Optuna's take minutes. */
const LONGEST_FOR_OPTUNA: { readonly [sampler: string]: number } = { gp: 500, tpe: 2000 }
const OWN_SEARCH = 100

/** A line of the plot, and what stands in the tables. */
interface Row {
  readonly label: string
  readonly sampler: string
  readonly history: number
  readonly milliseconds: readonly number[]
}

const found = await environmentOf('torch', false)
const python = 'python' in found ? found.python : undefined
let optunaVersion = 'Optuna was not there'

const rows: Row[] = []
for (const sampler of ['auto', 'gp', 'tpe', 'cmaes']) {
  for (const history of sampler === 'tpe' || sampler === 'cmaes' ? [...HISTORIES, 100_000] : HISTORIES) {
    // Whole generations of CMA-ES, of which one suggestion carries the work.
    const suggestions = sampler === 'auto' || sampler === 'gp' ? 20 : 200
    rows.push(ours({ sampler, history, suggestions }))
    if (history <= (LONGEST_FOR_OPTUNA[sampler] ?? 0))
      rows.push(...optuna({ sampler, history, suggestions: history > 200 ? 5 : 10 }))
  }
}
const searches = [
  ours({ sampler: 'gp', history: 0, suggestions: OWN_SEARCH }),
  ...optuna({ sampler: 'gp', history: 0, suggestions: OWN_SEARCH }),
]
writeFileSync(join(import.meta.dirname, 'growth.svg'), growthPlot(linesOf(rows)))
writeSection('speed', report())

function ours(workload: Workload): Row {
  return rowOf(`Diapason ${workload.sampler}`, process.execPath, 'measure.ts', workload)
}

function optuna(workload: Workload): Row[] {
  if (python === undefined) return []
  return [rowOf(`Optuna ${workload.sampler.toUpperCase()}`, python, 'optuna_measure.py', workload)]
}

function rowOf(label: string, command: string, script: string, workload: Workload): Row {
  const output = execFileSync(command, [join(import.meta.dirname, script), JSON.stringify(workload)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { milliseconds, version }: Measurement & { version?: string } = JSON.parse(output)
  if (version !== undefined) optunaVersion = `Optuna ${version}`
  console.log(label, workload.history, medianOf(milliseconds), Math.max(...milliseconds))
  return { label, sampler: workload.sampler, history: workload.history, milliseconds }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

function linesOf(all: readonly Row[]) {
  return [...Map.groupBy(all, ({ label }) => label)].map(([label, group]) => ({
    label,
    points: group.map(({ history, milliseconds }) => [history, medianOf(milliseconds)] as const),
  }))
}

function report(): string {
  const histories = [...new Set(rows.map(({ history }) => history))].sort((a, b) => a - b)
  const table = [...Map.groupBy(rows, ({ label }) => label)].map(([label, group]) => {
    const cells = histories.map((history) => {
      const row = group.find((one) => one.history === history)
      return row === undefined ? '–' : `${text(medianOf(row.milliseconds))} (${text(Math.max(...row.milliseconds))})`
    })
    return `| ${[label, ...cells].join(' | ')} |`
  })
  const mean = ({ milliseconds }: Row) => milliseconds.slice(10).reduce((sum, ms) => sum + ms, 0) / (OWN_SEARCH - 10)
  return [
    '## What a suggestion costs',
    '',
    'CPU milliseconds (user and system, all threads) of a suggestion after so many random trials of a shifted sphere over ten floats:',
    'median (longest). 20 suggestions of `auto` and `gp`, 200 of `tpe` and `cmaes`, 5 to 10 of Optuna; ours in a fresh process',
    'each time, so that the longest is that of a process that has just been started: all hyperparameters fitted, nothing compiled yet.',
    `Load of the machine when it ended: ${loadavg()[0]!.toFixed(1)} (this makes 1). ${cpus()[0]?.model ?? 'Unknown processor'}, Node ${process.version}; ${optunaVersion}, one thread;`,
    `${new Date().toISOString().slice(0, 10)}. Made by \`npm run bench:speed\`.`,
    '',
    `| random trials before | ${histories.map((n) => n.toLocaleString('en')).join(' | ')} |`,
    `|---|${histories.map(() => '--:|').join('')}`,
    ...table,
    '',
    `In a search of its own, mean over trials 11 to ${OWN_SEARCH}: ${searches.map((row) => `${row.label} ${text(mean(row))} ms`).join(', ')}.`,
    '',
    '![Milliseconds a suggestion by the length of the history](speed/growth.svg)',
  ].join('\n')
}

function text(milliseconds: number): string {
  return milliseconds < 100 ? milliseconds.toPrecision(2) : milliseconds.toFixed(0)
}
