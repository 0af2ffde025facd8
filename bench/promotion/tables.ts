import type { Course, Method, Outcome } from './run-search.ts'

/** Full trainings that a search by epochs may spend. */
export const TRAININGS = 20
/** Configurations of a search by configurations. */
export const CONFIGURATIONS = 81
export const LIVE_METHODS: readonly Method[] = ['none', 'stopping', 'promotion', 'promotion, trained anew']
export const RECORDED_METHODS: readonly Method[] = [...LIVE_METHODS, 'promotion, 2 brackets', 'promotion, all brackets']
export const COUNTED_METHODS: readonly Method[] = [
  'none',
  'stopping',
  'promotion',
  'promotion, 2 brackets',
  'promotion, all brackets',
  'PASHA',
]

/** Shares of the budget at which searches are compared. */
const SHARES = [0.25, 0.5, 1] as const

/** What the best complete trial was worth after so many epochs; before the first one: nothing, which counts as 1. */
function regretAfter({ improvements }: Course, epochs: number): number {
  return improvements.findLast(([at]) => at <= epochs)?.[1] ?? 1
}

/** The share of the budget after which a search had a trial as good as another one's best; 1 where it never had. */
function shareTo({ improvements, budget }: Course, target: number): number {
  return (improvements.find(([, regret]) => regret <= target)?.[0] ?? budget) / budget
}

/** A mean with the half width of its 95 % interval. */
function withError(values: readonly number[], digits: number): string {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, values.length - 1)
  const half = 1.96 * Math.sqrt(variance / values.length)
  return `${mean.toFixed(digits)} ± ${half.toFixed(digits)}`.replaceAll('-', '−')
}

interface Search {
  readonly task: string
  readonly method: Method
  readonly seed: number
}

/** The searches of each task and seed, by method, where every method has one. */
function bySeed<T extends Search>(
  searches: readonly T[],
  methods: readonly Method[],
): readonly ReadonlyMap<Method, T>[] {
  const groups = new Map<string, Map<Method, T>>()
  for (const search of searches) {
    const key = `${search.task} ${search.seed}`
    const group = groups.get(key) ?? new Map<Method, T>()
    groups.set(key, group.set(search.method, search))
  }
  return [...groups.values()].filter((group) => methods.every((method) => group.has(method)))
}

/** Seeds that every task and method has alone, so that all tasks weigh the same. */
function ofWholeSeeds<T extends Search>(searches: readonly T[], methods: readonly Method[]): readonly T[] {
  const tasks = new Set(searches.map(({ task }) => task)).size
  return searches.filter(({ seed }) => {
    const held = searches.filter((other) => other.seed === seed && methods.includes(other.method))
    return held.length === tasks * methods.length
  })
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const headOf = (cells: readonly string[]) => `${row(['', ...cells])}\n|---|${'--:|'.repeat(cells.length)}`

function spentTable(courses: readonly Course[], methods: readonly Method[], digits: number): string {
  const groups = bySeed(courses, methods)
  const lines = methods.map((method) => {
    const searches = groups.map((group) => group.get(method)!)
    const regrets = SHARES.map((share) =>
      withError(
        searches.map((course) => regretAfter(course, share * course.budget)),
        digits,
      ),
    )
    const shares = groups.map((group, i) =>
      shareTo(searches[i]!, regretAfter(group.get('none')!, Number.POSITIVE_INFINITY)),
    )
    const reached = shares.filter((share) => share < 1).length
    const toSame = method === 'none' ? ['1', '–'] : [withError(shares, 2), `${reached} of ${groups.length}`]
    return row([method, ...regrets, ...toSame])
  })
  const head = SHARES.map((share) => `after ${share * 100} %`)
  return [headOf([...head, 'epochs to the same', 'sooner than none']), ...lines].join('\n')
}

function countedTable(outcomes: readonly Outcome[], epochs: number): string {
  const groups = bySeed(outcomes, COUNTED_METHODS)
  const lines = COUNTED_METHODS.map((method) => {
    const [own, promotion] = [method, 'promotion' as const].map((name) => groups.map((group) => group.get(name)!))
    const trainings = own!.map(({ spent }) => spent / epochs)
    const ratio = own!.map(({ spent }, i) => spent / promotion![i]!.spent)
    const change = own!.map(({ regret }, i) => regret - promotion![i]!.regret)
    const against = method === 'promotion' ? ['1', '–'] : [withError(ratio, 2), withError(change, 3)]
    return row([
      method,
      withError(trainings, 1),
      withError(
        own!.map(({ regret }) => regret),
        3,
      ),
      ...against,
    ])
  })
  const head = ['full trainings spent', 'regret of the winner', 'spent against promotion', 'regret against promotion']
  return [headOf(head), ...lines].join('\n')
}

/** The section of RESULTS.md. */
export function report(
  all: readonly Course[],
  live: readonly Course[],
  taskset: readonly Outcome[],
  lcbench: readonly Outcome[],
): string {
  const recorded = ofWholeSeeds(all, RECORDED_METHODS)
  const tasks = new Set(all.map(({ task }) => task)).size
  const lives = bySeed(live, LIVE_METHODS)
  return `## Promotion, stopping, neither

Random search until the epochs of ${TRAININGS} full trainings are spent, one training at a time: every trial trained to the end (none),
\`ashaPruner\` (stopping), \`promotionPruner\` with checkpoints, and with an objective that keeps none, whose repeated epochs count; with two and with all
brackets. Columns: what the best *complete* trial is worth after a share of the budget, and the share after which a search has one as good as what full
trainings found with all of it (1 where it never has). Means with 95 % intervals. Made by \`bench/promotion/measure.ts --write\`.

TaskSet, ${tasks} tasks, ${bySeed(recorded, RECORDED_METHODS).length} searches a method, 50 epochs a training; the regret of the final loss, 0 the best of 1,000 configurations and 1 their median:

${spentTable(recorded, RECORDED_METHODS, 3)}${lives.length < 2 ? '' : liveTable(live, lives.length)}${countedPart(taskset, lcbench)}`
}

function liveTable(live: readonly Course[], searches: number): string {
  const inPercent = live.map((course) => ({
    ...course,
    improvements: course.improvements.map(([at, error]) => [at, 100 * error] as const),
  }))
  return `

Dense networks on handwritten digits, trained live, ${searches} searches a method, 27 epochs a training; validation error in percent:

${spentTable(inPercent, LIVE_METHODS, 2)}`
}

function countedPart(taskset: readonly Outcome[], lcbench: readonly Outcome[]): string {
  const [onTaskset, onLcbench] = [taskset, lcbench].map((outcomes) => ofWholeSeeds(outcomes, COUNTED_METHODS))
  const searches = (outcomes: readonly Outcome[] = []) => bySeed(outcomes, COUNTED_METHODS).length
  const tasks = new Set(onLcbench!.map(({ task }) => task)).size
  return `

By configurations, which is what \`pashaPruner\` is made for: until ${CONFIGURATIONS} have begun and the best of what is paused has come to its end. The last two
columns compare with promotion, search by search. TaskSet, ${searches(onTaskset)} searches a method:

${countedTable(onTaskset!, 50)}

LCBench, a surrogate of it without noise, ${tasks} data sets, ${searches(onLcbench)} searches a method, 51 epochs a training; the regret is points of accuracy below the best known:

${countedTable(onLcbench!, 51)}`
}
