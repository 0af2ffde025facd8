import { mean } from '../../../packages/diapason/src/math/stats.ts'
import type { Task } from '../tasks/task.ts'
import type { Trace } from '../traces.ts'

/** Regret of the best of the first `evaluations`; failures, and what a crash left out, count as the task's worst. */
export function regretAt(trace: Pick<Trace, 'values'>, evaluations: number, worst: number): number {
  let best = worst
  const count = Math.min(evaluations, trace.values.length)
  for (let i = 0; i < count; i++) if (trace.values[i]! < best) best = trace.values[i]!
  return best
}

/** Regret of the incumbent once so many epochs were spent; the worst where no trial had ended by then. */
export function regretAfter(trace: Pick<Trace, 'values' | 'epochs'>, epochs: number, worst: number): number {
  const after = (trace.epochs ?? []).findLastIndex((spent) => spent <= epochs)
  const regret = trace.values[after] ?? Number.NaN
  return Number.isNaN(regret) ? worst : regret
}

/** What a contestant reached on a task, over its seeds. */
export interface Cell {
  readonly task: Task
  readonly contestant: string
  readonly seeds: readonly number[]
  /** Regrets by seed, at a number of evaluations, or of full trainings. */
  regrets(evaluations: number): Float64Array
}

/** Groups traces by task and contestant; tasks without traces are left out. */
export function cellsOf(tasks: readonly Task[], traces: readonly Trace[]): Cell[] {
  const groups = new Map<string, Trace[]>()
  for (const trace of traces) {
    const key = `${trace.task}\0${trace.contestant}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [trace])
    else group.push(trace)
  }
  return tasks.flatMap((task) =>
    [...groups.values()]
      .filter(([first]) => first!.task === task.name)
      .map((group): Cell => {
        const ordered = group.toSorted((a, b) => a.seed - b.seed)
        return {
          task,
          contestant: ordered[0]!.contestant,
          seeds: ordered.map(({ seed }) => seed),
          regrets: (evaluations) =>
            Float64Array.from(ordered, (trace) =>
              task.epochs === undefined
                ? regretAt(trace, evaluations, task.worst)
                : regretAfter(trace, evaluations * task.epochs, task.worst),
            ),
        }
      }),
  )
}

/** Regrets as they are averaged: on a log scale, as decimal logarithms that end at the task's floor. */
export function scoresOf({ scale, floor }: Pick<Task, 'scale' | 'floor'>, regrets: Float64Array): Float64Array {
  return scale === 'log' ? regrets.map((regret) => Math.log10(Math.max(regret, floor))) : regrets
}

/** Mean regret as a decimal logarithm, so that a difference is a ratio on every task. */
export function logScore({ task, regrets }: Cell, evaluations: number): number {
  const score = mean(scoresOf(task, regrets(evaluations)))
  return task.scale === 'log' ? score : Math.log10(Math.max(score, task.floor))
}

/** Mean regret as a share of what random search is expected to reach with as many evaluations; for tasks of which that is known. */
export function ratioToRandom(cell: Cell, evaluations: number): number {
  return mean(cell.regrets(evaluations)) / cell.task.randomRegret!(evaluations, cell.seeds)
}

/** Mean regret as it is. */
export function meanRegret(cell: Cell, evaluations: number): number {
  return mean(cell.regrets(evaluations))
}
