// Searches with several goals, ours and Optuna's, by the volume that they dominate: node --conditions=@diapason/source bench/goals/race.ts
//   [--contestants ours-auto,optuna-tpe] [--problems zdt1,network] [--seeds 10] [--jobs 2] [--write]
// Results are kept in results.json; only what is missing there is run. PYTHON names an interpreter with Optuna.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { hypervolume } from '../../packages/diapason/src/math/hypervolume.ts'
import { median } from '../../packages/diapason/src/math/stats.ts'
import { writeSection } from '../results.ts'
import { PROBLEMS } from './problems.ts'

const run = promisify(execFile)
const FILE = join(import.meta.dirname, 'results.json')
const CHECKPOINTS = [50, 100, 200]
const LABELS: { readonly [contestant: string]: string } = {
  'ours-auto': 'Diapason auto',
  'ours-tpe': 'Diapason tpe',
  'ours-nsga2': 'Diapason nsga2',
  'ours-nsga3': 'Diapason nsga3',
  'ours-random': 'Diapason random',
  'optuna-tpe': 'Optuna TPE',
  'optuna-tpe-group': 'Optuna TPE, multivariate and grouped',
  'optuna-nsga2': 'Optuna NSGA-II',
  'optuna-nsga3': 'Optuna NSGA-III',
}

/** Shares of the best volume at the checkpoints, and milliseconds a suggestion. */
interface Outcome {
  readonly shares: readonly number[]
  readonly ms: number
}

const { values: flags } = parseArgs({
  options: {
    contestants: { type: 'string', default: Object.keys(LABELS).join() },
    problems: { type: 'string', default: Object.keys(PROBLEMS).join(';') },
    seeds: { type: 'string', default: '10' },
    jobs: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
})
const contestants = flags.contestants.split(',')
const problems = flags.problems.split(';')
const results = new Map<string, Outcome>(existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [])

const missing: string[][] = []
for (let seed = 0; seed < Number(flags.seeds); seed++) {
  for (const problem of problems) {
    for (const contestant of contestants) {
      if (!results.has([problem, contestant, seed].join('|'))) missing.push([problem, contestant, String(seed)])
    }
  }
}
await Promise.all(Array.from({ length: Number(flags.jobs) }, work))
writeFileSync(
  FILE,
  `[\n${[...results]
    .map((entry) => JSON.stringify(entry))
    .sort()
    .join(',\n')}\n]\n`,
)
const markdown = table()
console.log(markdown)
if (flags.write) writeSection('goals', markdown)

async function work(): Promise<void> {
  for (let task = missing.shift(); task !== undefined; task = missing.shift()) {
    const [problem = '', contestant = '', seed = ''] = task
    results.set(task.join('|'), await search(problem, contestant, seed))
  }
}

async function search(problem: string, contestant: string, seed: string): Promise<Outcome> {
  const [side, ...rest] = contestant.split('-')
  const given = [problem, rest.join('-'), seed, String(CHECKPOINTS.at(-1))]
  const { stdout } =
    side === 'ours'
      ? await run(process.execPath, [
          '--conditions=@diapason/source',
          join(import.meta.dirname, 'measure.ts'),
          ...given,
        ])
      : await run(process.env.PYTHON ?? 'python3', [join(import.meta.dirname, 'optuna_measure.py'), ...given])
  const { values, ms } = JSON.parse(stdout) as { values: number[][]; ms: number }
  const { reference, bestVolume } = PROBLEMS[problem]!
  const shares = CHECKPOINTS.map((count) => hypervolume(values.slice(0, count), reference) / bestVolume)
  return { shares: shares.map((share) => Number(share.toFixed(5))), ms: Number(ms.toFixed(2)) }
}

function table(): string {
  const lines = [
    '## Several goals',
    '',
    `Dominated volume as a share of the true front's after ${CHECKPOINTS.join(', ')} evaluations, median over seeds; more is better.`,
    'Rows of fewer than ten seeds are a first impression, no claim.',
    'Problems in bench/goals/problems.ts; everybody with defaults; Optuna 5.0.0. `bench/goals/race.ts`',
    '',
    `| | seeds | ${problems.join(' | ')} | ms |`,
    `|---|--:|${problems.map(() => '---|').join('')}--:|`,
  ]
  for (const contestant of contestants) {
    const outcomes = problems.map((problem) =>
      [...results].filter(([key]) => key.startsWith(`${problem}|${contestant}|`)).map(([, outcome]) => outcome),
    )
    const seeds = Math.min(...outcomes.map(({ length }) => length))
    if (seeds === 0) continue
    const cells = outcomes.map((list) =>
      CHECKPOINTS.map((_, c) => median(Float64Array.from(list, ({ shares }) => shares[c]!)).toFixed(3)).join(', '),
    )
    const ms = median(Float64Array.from(outcomes.flat(), (outcome) => outcome.ms))
    lines.push(`| ${LABELS[contestant] ?? contestant} | ${seeds} | ${cells.join(' | ')} | ${ms.toFixed(1)} |`)
  }
  return lines.join('\n')
}
