import { createRng, type Rng } from '../../../packages/diapason/src/math/rng.ts'
import { mean, quantileOfSorted } from '../../../packages/diapason/src/math/stats.ts'
import { writeSection } from '../../results.ts'
import { ABLATIONS, type Ablation } from '../contestants/ablations.ts'
import type { Suite } from '../suites.ts'
import type { ReportInput } from './markdown.ts'
import { type Cell, cellsOf, scoresOf } from './scores.ts'

const RESAMPLES = 2000
const CHECKPOINTS = { whole: [30, 100], curves: [5, 10] } as const

/** What leaving a part out does on a suite: how many times as large regret is. */
interface Effect {
  readonly factor: number
  /** 95 %, over seeds. */
  readonly interval: readonly [low: number, high: number]
}

/** Writes the section of bench/RESULTS.md on what each part of the model is worth. */
export function publishAblations({ suites, traces }: ReportInput): void {
  const cells = suites.map((suite) => cellsOf(suite.tasks, traces))
  const measured = suites.filter((_, i) => cells[i]!.length > 0)
  const whole = measured.filter(({ curves }) => !curves)
  const curves = measured.filter((suite) => suite.curves)
  writeSection(
    'ablation',
    [
      '## What each part of the model is worth',
      '',
      'The Gaussian process that `auto` asks up to 300 trials, with one part left out, against the whole of it: mean regret without the part as a',
      'multiple of that with it, geometric mean over the tasks of a suite; above 1 the part helps. 95 % bootstrap intervals over seeds, which are the',
      'same for both. **Bold**: the interval leaves 1 out. These are development tasks, and of so many intervals some leave 1 out by chance.',
      'Regrets of functions are averaged as logarithms: there the look elsewhere loses, as most searches end a digit later by it, and the few that it takes',
      'out of a side basin weigh no more than each of them. By plain means over 30 seeds it wins (docs/decisions/032-a-look-elsewhere.md has both).',
      `Made by \`npm run race -- claim --contestants ablation --report --write\`; ${new Date().toISOString().slice(0, 10)}.`,
      '',
      ...table(whole, cells, suites, CHECKPOINTS.whole, 'evaluations'),
      ...table(curves, cells, suites, CHECKPOINTS.curves, 'full trainings'),
    ].join('\n'),
  )
}

function table(
  shown: readonly Suite[],
  cells: readonly (readonly Cell[])[],
  suites: readonly Suite[],
  checkpoints: readonly number[],
  unit: string,
): string[] {
  const columns = shown.flatMap((suite) => checkpoints.map((n) => ({ suite, n })))
  const rows = ABLATIONS.filter(({ id, against }) => id !== against).flatMap((ablation) => {
    const effects = columns.map(({ suite, n }) => effectOf(ablation, cells[suites.indexOf(suite)]!, n))
    return effects.some((effect) => effect !== undefined)
      ? [`| ${[ablation.label, ...effects.map(effectText)].join(' | ')} |`]
      : []
  })
  if (rows.length === 0) return []
  return [
    `| | ${columns.map(({ suite, n }) => `${suite.name}, ${n} ${unit}`).join(' | ')} |`,
    `|---|${columns.map(() => '--:|').join('')}`,
    `| seeds a task | ${columns.map(({ suite }) => seedsOf(cells[suites.indexOf(suite)]!)).join(' | ')} |`,
    ...rows,
    '',
  ]
}

function seedsOf(cells: readonly Cell[]): string {
  const counts = cells.map(({ seeds }) => seeds.length)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `${least}` : `${least}–${most}`
}

/** Undefined where the two have no task and seed in common. */
export function effectOf(
  { id, against }: Pick<Ablation, 'id' | 'against'>,
  cells: readonly Cell[],
  evaluations: number,
): Effect | undefined {
  const pairs = cells
    .filter(({ contestant }) => contestant === id)
    .flatMap((cell) => {
      const other = cells.find(({ task, contestant }) => task === cell.task && contestant === against)
      return other === undefined ? [] : [pairOf(cell, other, evaluations)]
    })
  if (pairs.length === 0) return undefined
  const rng = createRng(1).split(`${id}/${evaluations}`)
  const resampled = Float64Array.from({ length: RESAMPLES }, () => meanDifference(pairs, rng)).sort()
  const interval = [0.025, 0.975].map((q) => 10 ** quantileOfSorted(resampled, q)) as [number, number]
  return { factor: 10 ** meanDifference(pairs), interval }
}

/** Scores of the seeds that both ran. */
interface Pair {
  readonly without: Float64Array
  readonly whole: Float64Array
  readonly isLog: boolean
  readonly floor: number
}

function pairOf(without: Cell, whole: Cell, evaluations: number): Pair {
  const { task } = without
  const shared = without.seeds.filter((seed) => whole.seeds.includes(seed))
  const scores = (cell: Cell) => {
    const all = scoresOf(task, cell.regrets(evaluations))
    return Float64Array.from(shared, (seed) => all[cell.seeds.indexOf(seed)]!)
  }
  return { without: scores(without), whole: scores(whole), isLog: task.scale === 'log', floor: task.floor }
}

/** Mean over tasks of the difference of log10 mean regrets; with a generator, of seeds drawn with replacement. */
function meanDifference(pairs: readonly Pair[], rng?: Rng): number {
  return mean(
    pairs.map(({ without, whole, isLog, floor }) => {
      const seeds = whole.map((_, i) => (rng === undefined ? i : rng.int(whole.length)))
      const logMean = (scores: Float64Array) => {
        const score = mean(seeds.map((i) => scores[i]!))
        return isLog ? score : Math.log10(Math.max(score, floor))
      }
      return logMean(without) - logMean(whole)
    }),
  )
}

function effectText(effect: Effect | undefined): string {
  if (effect === undefined) return '–'
  const { factor, interval } = effect
  const digits = (value: number) => (value < 100 ? value.toPrecision(2) : value.toFixed(0))
  const text = `${digits(factor)} [${interval.map(digits).join(', ')}]`
  return interval[0] > 1 || interval[1] < 1 ? `**${text}**` : text
}
