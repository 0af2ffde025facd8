import { createRng } from '../../../packages/diapason/src/math/rng.ts'
import { mean, median, quantileOfSorted } from '../../../packages/diapason/src/math/stats.ts'
import type { Suite } from '../suites.ts'
import type { Trace } from '../traces.ts'
import { completeContestants, meanRanks } from './ranking.ts'
import { type Cell, cellsOf, logScore, meanRegret, ratioToRandom } from './scores.ts'
import { holm, wilcoxonSignedRank } from './significance.ts'

/** What a report is made of. */
export interface ReportInput {
  readonly suites: readonly Suite[]
  readonly traces: readonly Trace[]
  /** Names for tables. */
  readonly labelOf: (contestant: string) => string
}

/** Suites that are ranked together, and the cells they have. */
export interface Group {
  readonly title: string
  readonly suites: readonly Suite[]
  readonly cells: readonly Cell[]
  /** What checkpoints count. */
  readonly unit: 'evaluations' | 'full trainings'
  readonly checkpoints: readonly number[]
  /** Whom the others are compared with: what a study has by default. */
  readonly champion: string
}

/** Those that stand apart each by itself; what has no traces is left out. */
export function groupsOf({ suites, traces }: ReportInput): Group[] {
  const together = suites.filter(({ isApart }) => !isApart)
  const apart = suites.filter(({ isApart }) => isApart).map((suite) => [suite])
  return [together, ...apart].flatMap((chosen) => {
    const cells = chosen.flatMap(({ tasks }) => cellsOf(tasks, traces))
    if (cells.length === 0) return []
    const ran = chosen.filter(({ tasks }) => cells.some(({ task }) => tasks.includes(task)))
    const [{ title, curves, isApart, checkpoints }] = ran as [Suite]
    return {
      title: isApart ? title : 'Whole evaluations',
      suites: ran,
      cells,
      unit: curves ? 'full trainings' : 'evaluations',
      checkpoints: checkpoints.filter((n) => ran.every((suite) => suite.checkpoints.includes(n))),
      champion: curves ? 'ours-auto-asha' : 'ours-auto',
    }
  })
}

/** For each group mean ranks, the default against each of the others, and a table for each suite. */
export function reportTables(input: ReportInput): string[] {
  return groupsOf(input).flatMap((group) => [
    `### ${group.title}`,
    '',
    ...rankTable(input, group),
    '',
    ...comparisonTable(input, group),
    ...group.suites.flatMap((suite) => [
      ...(suite.isApart ? [] : [`#### ${suite.title}`, '']),
      ...suiteTable(input, suite, group.unit),
      ...(suite.published === undefined ? [] : ['', suite.published]),
      '',
    ]),
  ])
}

/** Mean ranks; contestants that did not run every task stand below, on the tasks they did run. */
function rankTable(input: ReportInput, { cells, checkpoints, unit }: Group): string[] {
  const tasks = new Set(cells.map(({ task }) => task)).size
  const standings = checkpoints.map((n) => meanRanks(cells, n, createRng(1).split(`ranks/${n}`)))
  const last = standings[standings.length - 1] ?? []
  const rows = last.map(({ contestant }) => {
    const ranks = standings.map((list) => {
      const { meanRank, interval } = list.find((standing) => standing.contestant === contestant)!
      return `${meanRank.toFixed(2)} [${interval.map((end) => end.toFixed(1)).join(', ')}]`
    })
    return `| ${[input.labelOf(contestant), seedsOf(cells, contestant), ...ranks, thinking(input.traces, contestant)].join(' | ')} |`
  })
  return [
    `Mean rank over ${tasks} tasks among ${last.length} contestants [95 % interval over seeds]; less is better. Rows of fewer than ten seeds are a first impression, no claim.`,
    '',
    `| contestant | seeds | ${columnsOf(checkpoints, unit)} | ms a suggestion |`,
    `|---|--:|${checkpoints.map(() => '--:|').join('')}--:|`,
    ...rows,
  ]
}

/** The champion against each of the others: tasks won, and whether that can be chance. */
function comparisonTable(input: ReportInput, { cells, checkpoints, unit, champion }: Group): string[] {
  const tasks = [...new Set(cells.map(({ task }) => task))]
  const rivals = completeContestants(cells, tasks.length).filter((id) => id !== champion)
  if (!completeContestants(cells, tasks.length).includes(champion) || rivals.length === 0) return []
  const columns = checkpoints.map((n) => {
    const differences = rivals.map((rival) =>
      tasks.map((task) => {
        const score = (id: string) => logScore(cells.find((one) => one.task === task && one.contestant === id)!, n)
        return score(rival) - score(champion)
      }),
    )
    const corrected = holm(differences.map(wilcoxonSignedRank))
    return differences.map((list, i) => {
      const won = list.filter((d) => d > 0).length
      const lost = list.filter((d) => d < 0).length
      return `${won}–${lost}, p = ${corrected[i]!.toPrecision(2)}`
    })
  })
  return [
    `${input.labelOf(champion)} against each: tasks won–lost, and Wilcoxon's signed-rank test over tasks on the logarithm of mean regret, Holm-corrected.`,
    '',
    `| against | ${columnsOf(checkpoints, unit)} |`,
    `|---|${checkpoints.map(() => '--:|').join('')}`,
    ...rivals.map((rival, i) => `| ${[input.labelOf(rival), ...columns.map((column) => column[i])].join(' | ')} |`),
    '',
  ]
}

function suiteTable(input: ReportInput, suite: Suite, unit: Group['unit']): string[] {
  const measure = suite.measure === 'ratio' ? ratioToRandom : meanRegret
  const cells = cellsOf(suite.tasks, input.traces)
  const tasks = [...new Set(cells.map(({ task }) => task))]
  const contestants = [...new Set(cells.map(({ contestant }) => contestant))]
  const rows = contestants.map((contestant) => {
    const own = cells.filter((cell) => cell.contestant === contestant)
    const figures = suite.checkpoints.map((n) => own.map((cell) => measure(cell, n)))
    const digits = suite.measure === 'ratio' ? 2 : 3
    const text = figures.map((list) => {
      const [middle, least, most] = [mean(list), Math.min(...list), Math.max(...list)].map((x) => x.toFixed(digits))
      return `${middle} [${least}, ${most}]`
    })
    const label =
      own.length === tasks.length ? input.labelOf(contestant) : `${input.labelOf(contestant)} (${own.length} tasks)`
    return {
      key: mean(figures[figures.length - 1]!),
      line: `| ${[label, seedsOf(own, contestant), ...text].join(' | ')} |`,
    }
  })
  return [
    `${suite.measure === 'ratio' ? 'Mean regret ÷ what random search is expected to reach' : 'Mean normalised regret'}; mean over ${tasks.length} tasks [least, greatest task].`,
    '',
    `| contestant | seeds | ${columnsOf(suite.checkpoints, unit)} |`,
    `|---|--:|${suite.checkpoints.map(() => '--:|').join('')}`,
    ...rows.toSorted((a, b) => a.key - b.key).map(({ line }) => line),
    '',
    ...taskTable(
      input,
      suite,
      unit,
      cells,
      tasks.map(({ name }) => name),
    ),
  ]
}

/** Task by task, at the last checkpoint but one. */
function taskTable(
  input: ReportInput,
  suite: Suite,
  unit: Group['unit'],
  cells: readonly Cell[],
  tasks: readonly string[],
): string[] {
  const at = suite.checkpoints[suite.checkpoints.length - 2] ?? suite.checkpoints[0]!
  const contestants = [...new Set(cells.map(({ contestant }) => contestant))]
  const rows = contestants.map((contestant) => {
    const regrets = tasks.map((name) => {
      const cell = cells.find((one) => one.task.name === name && one.contestant === contestant)
      return cell === undefined ? '–' : withInterval(cell.regrets(at))
    })
    return `| ${[input.labelOf(contestant), ...regrets].join(' | ')} |`
  })
  return [
    `<details><summary>Median regret at ${at} ${unit}, task by task [95 % bootstrap interval]</summary>`,
    '',
    `| contestant | ${tasks.join(' | ')} |`,
    `|---|${tasks.map(() => '--:|').join('')}`,
    ...rows,
    '',
    '</details>',
  ]
}

/** `10 evaluations | 30 | 100`. */
function columnsOf(checkpoints: readonly number[], unit: string): string {
  return checkpoints.map((n, i) => (i === 0 ? `${n} ${unit}` : `${n}`)).join(' | ')
}

function seedsOf(cells: readonly Cell[], contestant: string): string {
  const counts = cells.filter((cell) => cell.contestant === contestant).map(({ seeds }) => seeds.length)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `${least}` : `${least}–${most}`
}

/** Processor time of a suggestion around the hundredth evaluation: median over searches. */
function thinking(traces: readonly Trace[], contestant: string): string {
  const around = traces
    .filter((trace) => trace.contestant === contestant && (trace.thinkingMs ?? trace.milliseconds[99]) !== undefined)
    .map(({ thinkingMs, milliseconds }) => thinkingMs ?? mean(milliseconds.slice(80, 110)))
  if (around.length === 0) return '–'
  const middle = median(around)
  return middle < 10 ? middle.toPrecision(2) : middle.toFixed(0)
}

function withInterval(values: Float64Array): string {
  const rng = createRng(1).split('bootstrap')
  const medians = Float64Array.from({ length: 1000 }, () =>
    median(values.map(() => values[rng.int(values.length)]!)),
  ).sort()
  const [low, high] = [0.025, 0.975].map((q) => quantileOfSorted(medians, q).toPrecision(2))
  return `${median(values).toPrecision(2)} [${low}, ${high}]`
}
