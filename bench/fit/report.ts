// Writes the comparison that run.ts has measured. Seeds count that are complete for all tables.
// Run: node --conditions=@diapason/source bench/fit/report.ts
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mean, standardDeviation } from '../../packages/diapason/src/math/stats.ts'
import { studentQuantile } from '../../packages/diapason/src/math/student-t.ts'
import { writeSection } from '../results.ts'
import { TASKS } from './tasks.ts'

interface Line {
  readonly task: string
  readonly seed: number
  /** Seconds of one processor. */
  readonly budget: number
  readonly arm: string
  readonly score: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly chosen?: string
}

const ARMS = {
  practices: '`diapason fit`',
  plain: 'the same, practices off',
  halving: 'HalvingRandomSearchCV',
  default: 'MLP at its defaults',
}

const lines = readFileSync(join(import.meta.dirname, 'results.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line)
const tasks = Object.keys(TASKS)
const budgets = [...new Set(lines.map(({ budget }) => budget))].sort((a, b) => b - a)

/** What was measured with one budget; seeds count that are complete for all tables. */
interface Measured {
  readonly budget: number
  readonly seeds: readonly number[]
  readonly lines: readonly Line[]
}

function measuredWith(budget: number): Measured {
  const own = lines.filter((line) => line.budget === budget)
  const isWhole = (seed: number) =>
    tasks.every((task) => own.filter((line) => line.task === task && line.seed === seed).length === 4)
  const seeds = [...new Set(own.map(({ seed }) => seed))].filter(isWhole).sort((a, b) => a - b)
  return { budget, seeds, lines: own.filter(({ seed }) => seeds.includes(seed)) }
}

const scoresOf = ({ seeds, lines }: Measured, task: string, arm: string): number[] =>
  seeds.map((seed) => lines.find((line) => line.task === task && line.seed === seed && line.arm === arm)!.score)

/** Half the width of the 95 % interval of a mean. */
const reach = (values: readonly number[]): number =>
  (studentQuantile(0.975, values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length)

const shown = (task: string, value: number): string =>
  TASKS[task]?.kind === 'classes' ? (100 * value).toFixed(1) : value.toFixed(2)

const scoreCell = (of: Measured, task: string, arm: string): string => {
  const scores = scoresOf(of, task, arm)
  return `${shown(task, mean(scores))} ± ${shown(task, reach(scores))}`
}

/** How much better ours is, split by split; bold where the interval is clear of zero. */
function gainCell(of: Measured, task: string, arm: string): string {
  const sign = TASKS[task]?.kind === 'classes' ? 1 : -1
  const other = scoresOf(of, task, arm)
  const gains = scoresOf(of, task, 'practices').map((score, i) => sign * (score - other[i]!))
  const [gain, half] = [mean(gains), reach(gains)]
  const text = `${gain > 0 ? '+' : ''}${shown(task, gain)} ± ${shown(task, half)}`.replace(/^-/, '−')
  return Math.abs(gain) > half ? `**${text}**` : text
}

function tally(of: Measured, arm: string): string {
  const verdicts = tasks.map((task) => gainCell(of, task, arm))
  const count = (test: (cell: string) => boolean) => verdicts.filter(test).length
  const better = count((cell) => cell.startsWith('**+'))
  const worse = count((cell) => cell.startsWith('**−'))
  const ahead = count((cell) => cell.replaceAll('*', '').startsWith('+'))
  const name = ARMS[arm as keyof typeof ARMS]
  return `Against ${name}: ahead on ${ahead} of ${tasks.length} tables, clearly on ${better}; clearly behind on ${worse}.`
}

const secondsOf =
  ({ lines }: Measured) =>
  (arm: keyof typeof ARMS) => {
    const seconds = mean(lines.filter((line) => line.arm === arm).map(({ cpuSeconds }) => cpuSeconds))
    return `${ARMS[arm]} ${seconds.toFixed(1)} s`
  }

const arms = Object.keys(ARMS) as (keyof typeof ARMS)[]
const rivals = ['plain', 'halving', 'default']
const unit = (task: string) => (TASKS[task]?.kind === 'classes' ? 'accuracy, %' : 'RMSE, less is better')

function part(of: Measured): string {
  const kept = of.lines.filter(({ arm, chosen }) => arm === 'practices' && chosen === 'default')
  return `### ${of.budget} seconds, ${of.seeds.length} seeds

| table | | ${Object.values(ARMS).join(' | ')} |
|---|---|${arms.map(() => '---|').join('')}
${tasks.map((task) => `| ${task} | ${unit(task)} | ${arms.map((arm) => scoreCell(of, task, arm)).join(' | ')} |`).join('\n')}

How much better \`diapason fit\` is, split by split, in the same units; bold where the interval is clear of zero:

| table | than with practices off | than HalvingRandomSearchCV | than the MLP's defaults |
|---|---|---|---|
${tasks.map((task) => `| ${task} | ${rivals.map((arm) => gainCell(of, task, arm)).join(' | ')} |`).join('\n')}

${rivals.map((arm) => tally(of, arm)).join(' ')} It kept the default configuration in ${kept.length} of ${of.seeds.length * tasks.length} fits.
Used on average: ${arms.map(secondsOf(of)).join('; ')}.`
}

writeSection(
  'fit',
  `## diapason fit beside scikit-learn, and beside itself without the practices

\`bench/fit/run.ts\`, ${tasks.length} real tables; seconds are those of one processor, counted by itself, the same for everybody: three quarters of the rows
to learn from, the rest to be judged by, the same for all. "Practices off" is random search over the same space, judged by one hold-out: no
default first, no folds, nothing pruned, nothing confirmed; it ends with the same five networks, and as there no network may take more than a twenty-fifth of the time. HalvingRandomSearchCV (scikit-learn 1.2.1) searches
over five folds, as many candidates as fit into the time; MLPClassifier and MLPRegressor are as they come, behind median, scaling and one
column a category. Means with their 95 % intervals.

${budgets.map((budget) => part(measuredWith(budget))).join('\n\n')}
`,
)
