// The race for search quality: `npm run bench:quality [-- --seeds 30 --tables DIRECTORY]`.
// Set OPTUNA_PYTHON to a Python that has optuna; without it, only our samplers run. See README.md.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { createRng } from '../../packages/diapason/src/math/rng.ts'
import { median, quantileOfSorted } from '../../packages/diapason/src/math/stats.ts'
import { quasiRandomSampler } from '../../packages/diapason/src/samplers/quasi-random.ts'
import { randomSampler } from '../../packages/diapason/src/samplers/random.ts'
import { tpeSampler } from '../../packages/diapason/src/samplers/tpe.ts'
import { writeSection } from '../results.ts'
import { networkLike } from './network-like.ts'
import { startOptuna } from './optuna-peer.ts'
import type { ProblemFamily } from './problem.ts'
import { type Search, search } from './search.ts'
import { claimFunctions } from './synthetic.ts'
import { type TableFamily, tableFamilies } from './tables.ts'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '30' },
    tables: { type: 'string' },
    print: { type: 'boolean', default: false },
  },
})
const seeds = Number(flags.seeds)
const EVALUATIONS = 100
const BUDGETS = { functions: [25, 50, 100], tables: [10, 30, 100] }

type Contestant = { readonly name: string; run(family: ProblemFamily, seed: number): Promise<Search> }

const ours = Object.entries({
  'Diapason TPE': tpeSampler,
  'Diapason quasi-random': quasiRandomSampler,
  'Diapason random': randomSampler,
})
const python = process.env.OPTUNA_PYTHON
const optuna = python === undefined ? undefined : await startOptuna(python)
const contestants: Contestant[] = ours.map(([name, create]) => ({
  name,
  run: async (family, seed) => search(create(), problemOf(family, seed), EVALUATIONS, seed),
}))
for (const sampler of optuna === undefined ? [] : (['tpe', 'tpe-group'] as const)) {
  const name = sampler === 'tpe' ? 'Optuna TPE' : 'Optuna TPE, group=True'
  contestants.push({ name, run: (family, seed) => optuna!.search(sampler, problemOf(family, seed), EVALUATIONS, seed) })
}

const report = [...(await functionTable())]
if (flags.tables !== undefined) report.push('', ...(await tableTable(tableFamilies(flags.tables))))
optuna?.close()
const text = [...heading(), ...report].join('\n')
if (flags.print) console.log(text)
else writeSection('quality', text)

/** The same task for everyone: it comes from the seed alone. */
function problemOf(family: ProblemFamily, seed: number) {
  return family.make(createRng(seed).split('problem'))
}

async function race(families: readonly ProblemFamily[], contestant: Contestant): Promise<Map<ProblemFamily, Search[]>> {
  const results = new Map<ProblemFamily, Search[]>()
  for (const family of families) {
    const searches: Search[] = []
    for (let seed = 0; seed < seeds; seed++) searches.push(await contestant.run(family, seed))
    results.set(family, searches)
    console.error(contestant.name, family.name, median(at(searches, EVALUATIONS)).toPrecision(3))
  }
  return results
}

function at(searches: readonly Search[], evaluations: number): number[] {
  return searches.map(({ curve }) => curve[evaluations - 1]!)
}

async function functionTable(): Promise<string[]> {
  const families = [...claimFunctions, networkLike]
  const rows = ['| task | sampler | 25 evaluations | 50 | 100 | CPU ms a suggestion |', '|---|---|--:|--:|--:|--:|']
  const cells = new Map(families.map((family) => [family, [] as string[]]))
  for (const contestant of contestants) {
    for (const [family, searches] of await race(families, contestant)) {
      const regrets = BUDGETS.functions.map((n) => withInterval(at(searches, n)))
      const cpu = median(searches.map(({ cpuMs }) => cpuMs)).toFixed(2)
      cells.get(family)!.push(`| ${[family.name, contestant.name, ...regrets, cpu].join(' | ')} |`)
    }
  }
  return [...rows, ...families.flatMap((family) => cells.get(family)!)]
}

async function tableTable(families: readonly TableFamily[]): Promise<string[]> {
  const rows = [
    'Networks from tables (development tasks): mean regret ÷ the exact expectation of random search, mean over the seven tasks [least, greatest task].',
    '',
    '| sampler | 10 evaluations | 30 | 100 |',
    '|---|--:|--:|--:|',
  ]
  for (const contestant of contestants.filter(({ name }) => !name.includes('group'))) {
    const results = await race(families, contestant)
    const cells = BUDGETS.tables.map((n) => {
      const ratios = families.map((family) => mean(at(results.get(family)!, n)) / family.randomRegret[n]!)
      return `${mean(ratios).toFixed(2)} [${Math.min(...ratios).toFixed(2)}, ${Math.max(...ratios).toFixed(2)}]`
    })
    rows.push(`| ${[contestant.name, ...cells].join(' | ')} |`)
  }
  return rows
}

function heading(): string[] {
  const peer = optuna === undefined ? 'Optuna was not there' : `Optuna ${optuna.version} with its defaults`
  return [
    '## Search quality',
    '',
    `Median regret of ${seeds} seeds [95 % bootstrap interval of the median]; less is better. Every seed moves the optimum (bench/quality/README.md);`,
    'all contestants meet the same tasks. Defaults everywhere. Ours were tuned on other functions and tables; these three were looked at a few\ntimes on the way, with other seeds.',
    `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}; ${peer}; ${new Date().toISOString().slice(0, 10)}. Made by \`npm run bench:quality\`.`,
    '',
  ]
}

function withInterval(values: readonly number[]): string {
  const rng = createRng(1).split('bootstrap')
  const medians = Float64Array.from({ length: 2000 }, () =>
    median(values.map(() => values[rng.int(values.length)]!)),
  ).sort()
  const [low, high] = [0.025, 0.975].map((q) => quantileOfSorted(medians, q).toPrecision(2))
  return `${median(values).toPrecision(2)} [${low}, ${high}]`
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
