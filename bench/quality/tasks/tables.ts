// Networks that others trained, every configuration of a grid: gzipped float32 tables with a suite.json beside them.
import { join } from 'node:path'
import { choice, type Entries, int } from '../../../packages/diapason/src/space/nodes.ts'
import { readFloats, readJson } from './data-folder.ts'
import { expectedBest } from './expected-best.ts'
import type { Task } from './task.ts'

interface Suite {
  readonly direction?: 'minimize' | 'maximize'
  readonly parameters: readonly { name: string; values: readonly unknown[]; kind: 'choice' | 'ordinal' }[]
  readonly tasks: {
    readonly [name: string]: { readonly file: string; readonly shape: readonly number[] }
  }
}

const EVALUATIONS = 200

/**
 * The tables of `fcnet`, `hpobench_mlp` and `nasbench201`, noise-free (means over repetitions); ordered parameters as
 * an integer index, the others as a choice.
 * @param directory where the suites lie
 */
export function tableTasks(directory: string): Task[] {
  return ['fcnet', 'hpobench_mlp', 'nasbench201'].flatMap((suiteName) => {
    const suite: Suite = readJson(join(directory, suiteName, 'suite.json'))
    const space: Entries = Object.fromEntries(
      suite.parameters.map(({ name: path, values, kind }) => [
        path,
        kind === 'ordinal' ? int(0, values.length - 1) : choice(values.map((_, i) => i)),
      ]),
    )
    return Object.entries(suite.tasks).map(([task, { file, shape }]): Task => {
      const table = lazy(() => {
        const means = meansOf(readFloats(join(directory, suiteName, file)), shape[shape.length - 1]!)
        return regretTable(means, suite.direction ?? 'minimize')
      })
      return tableTask(
        `${suiteName}/${task}`,
        suiteName === 'fcnet' ? 'log' : 'linear',
        false,
        space,
        table,
        (params) => suite.parameters.reduce((row, { name: path }, j) => row * shape[j]! + Number(params[path]), 0),
      )
    })
  })
}

interface GraphSuite {
  readonly parameters: readonly { name: string; values: readonly unknown[] }[]
  readonly tasks: { readonly [name: string]: { readonly file: string } }
}

const GRAPH_HELD_OUT = ['cs', 'photo']
const INDEX = ['link', 'op1', 'op2', 'op3', 'op4']

/**
 * Graph networks (`nasbench_graph`) by validation accuracy alone. Over half of the 59,049 descriptions name no network that
 * was trained: an evaluation of one fails.
 */
export function graphTasks(directory: string): Task[] {
  const folder = join(directory, 'nasbench_graph')
  const suite: GraphSuite = readJson(join(folder, 'suite.json'))
  const rows = lazy(() => readFloats(join(folder, 'index.f32.gz')))
  const space = Object.fromEntries(suite.parameters.map(({ name, values }) => [name, choice(values.map((_, i) => i))]))
  return Object.entries(suite.tasks).map(([task, { file }]) => {
    const table = lazy(() => {
      const objectives = readFloats(join(folder, file))
      const accuracy = Float64Array.from(rows(), (row) => (row < 0 ? Number.NaN : objectives[row * 3]!))
      return regretTable(accuracy, 'maximize')
    })
    return tableTask(`nasbench_graph/${task}`, 'linear', GRAPH_HELD_OUT.includes(task), space, table, (params) =>
      INDEX.reduce((row, path) => row * 9 + Number(params[path]), 0),
    )
  })
}

interface RegretTable {
  /** By row; NaN where it failed. */
  readonly regrets: Float64Array
  /** Failures as the worst. */
  readonly sorted: Float64Array
}

/** Distance of every value from the best of the table. */
export function regretTable(values: Float64Array, direction: 'minimize' | 'maximize'): RegretTable {
  const sign = direction === 'maximize' ? -1 : 1
  let best = Number.POSITIVE_INFINITY
  for (const value of values) if (sign * value < best) best = sign * value
  const regrets = values.map((value) => sign * value - best)
  let worst = 0
  for (const regret of regrets) if (regret > worst) worst = regret
  return { regrets, sorted: regrets.map((regret) => (Number.isNaN(regret) ? worst : regret)).sort() }
}

function tableTask(
  name: string,
  scale: Task['scale'],
  heldOut: boolean,
  space: Entries,
  table: () => RegretTable,
  rowOf: (params: Parameters<ReturnType<Task['make']>['regret']>[0]) => number,
): Task {
  return {
    name,
    evaluations: EVALUATIONS,
    scale,
    // Half of what the runner-up lacks.
    get floor() {
      return table().sorted.find((regret) => regret > 0)! / 2
    },
    get worst() {
      return table().sorted[table().sorted.length - 1]!
    },
    heldOut,
    make: () => ({ space, regret: (params) => table().regrets[rowOf(params)]! }),
    randomRegret: (evaluations) => expectedBest(table().sorted, evaluations),
  }
}

/** @param repetitions how many numbers a row has; NaN: not run */
export function meansOf(table: Float32Array, repetitions: number): Float64Array {
  const means = new Float64Array(table.length / repetitions)
  for (let row = 0; row < means.length; row++) {
    let sum = 0
    let count = 0
    for (let r = 0; r < repetitions; r++) {
      const value = table[row * repetitions + r]!
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
    means[row] = count === 0 ? Number.NaN : sum / count
  }
  return means
}

function lazy<T>(make: () => T): () => T {
  let held: T | undefined
  return () => {
    held ??= make()
    return held
  }
}
