import { type Course, METHODS, type Method } from './run-search.ts'

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

/** The searches of tasks, by method, those alone whose seed every method has. */
function bySeed(courses: readonly Course[]): readonly ReadonlyMap<Method, Course>[] {
  const groups = new Map<string, Map<Method, Course>>()
  for (const course of courses) {
    const key = `${course.task} ${course.seed}`
    const group = groups.get(key) ?? new Map<Method, Course>()
    groups.set(key, group.set(course.method, course))
  }
  return [...groups.values()].filter((group) => group.size === METHODS.length)
}

function table(courses: readonly Course[], digits: number): string {
  const groups = bySeed(courses)
  const lines = METHODS.map((method) => {
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
    const toSame = method === 'none' ? '1' : withError(shares, 2)
    const reached = shares.filter((share) => share < 1).length
    return `| ${[method, ...regrets, toSame, method === 'none' ? '–' : `${reached} of ${groups.length}`].join(' | ')} |`
  })
  const head = SHARES.map((share) => `after ${share * 100} %`)
  return `| | ${head.join(' | ')} | epochs to the same | sooner than none |\n|---|${'--:|'.repeat(SHARES.length + 2)}\n${lines.join('\n')}`
}

/** The section of RESULTS.md. */
export function report(all: readonly Course[], live: readonly Course[], trainings: number): string {
  const tasks = new Set(all.map(({ task }) => task)).size
  const recorded = all.filter(
    ({ seed }) => all.filter((other) => other.seed === seed).length === tasks * METHODS.length,
  )
  return `## Promotion, stopping, neither

Random search until the epochs of ${trainings} full trainings are spent, one training at a time: every trial trained to the end (none),
\`ashaPruner\` (stopping), \`promotionPruner\` with checkpoints, and with an objective that keeps none, whose repeated epochs count. Columns: what the
best *complete* trial is worth after a share of the budget, and the share after which a search has one as good as what full trainings found with all of it (1
where it never has). Means with 95 % intervals. Made by \`bench/promotion/measure.ts --write\`.

TaskSet, ${tasks} tasks, ${bySeed(recorded).length} searches a method, 50 epochs a training; the regret of the final loss, 0 the best of 1,000 configurations and 1 their median:

${table(recorded, 3)}${bySeed(live).length < 2 ? '' : liveTable(live)}`
}

function liveTable(live: readonly Course[]): string {
  const inPercent = live.map((course) => ({
    ...course,
    improvements: course.improvements.map(([at, error]) => [at, 100 * error] as const),
  }))
  return `

Dense networks on handwritten digits, trained live, ${bySeed(live).length} searches a method, 27 epochs a training; validation error in percent:

${table(inPercent, 2)}`
}
