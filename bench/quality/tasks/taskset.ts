// TaskSet: recurrent text classifiers under eight hyperparameters of Adam; a pool of 1,000 trained configurations a task.
import { join } from 'node:path'
import { float } from '../../../packages/diapason/src/space/nodes.ts'
import type { ParamValues } from '../../../packages/diapason/src/space/search-space.ts'
import { readFloats, readJson } from './data-folder.ts'
import { expectedBest } from './expected-best.ts'
import type { Task } from './task.ts'

interface Suite {
  readonly configurationsFile: string
  readonly points: number
  readonly parameters: readonly { name: string; low: number; high: number }[]
  readonly tasks: {
    readonly [name: string]: { readonly valid: string; readonly bestFinal: number; readonly medianFinal: number }
  }
}

/** Full trainings. */
const BUDGET = 50
const HELD_OUT = ['imdb_patch128_LSTM128_embed128_bs64', 'imdb_patch32_IRNN64_relu_last_bs128']

/**
 * Validation loss along training, as (loss − best) / (median − best) of the final losses; the regret ends at 1. A suggestion
 * becomes the nearest row of the pool (in the logarithmic unit cube) that was not used yet; the same one again is the same row.
 */
export function tasksetTasks(directory: string): Task[] {
  const folder = join(directory, 'taskset')
  const suite: Suite = readJson(join(folder, 'suite.json'))
  const { rows }: { rows: number[][] } = readJson(join(folder, suite.configurationsFile))
  const unit = (value: number, j: number) => {
    const { low, high } = suite.parameters[j]!
    return Math.log(value / low) / Math.log(high / low)
  }
  const pool = rows.map((row) => row.map(unit))
  const space = Object.fromEntries(
    suite.parameters.map(({ name, low, high }) => [name, float(low, high, { log: true })]),
  )
  const epochs = suite.points - 1
  return Object.entries(suite.tasks).map(([task, { valid, bestFinal, medianFinal }]): Task => {
    let held: Float32Array | undefined
    const lossAt = (row: number, epoch: number) => {
      held ??= readFloats(join(folder, valid))
      return (held[row * suite.points + epoch]! - bestFinal) / (medianFinal - bestFinal)
    }
    const regretOf = (row: number) => Math.min(1, lossAt(row, epochs))
    return {
      name: `taskset/${task.replace('imdb_', '')}`,
      evaluations: BUDGET,
      epochs,
      scale: 'linear',
      floor: 1e-3,
      worst: 1,
      heldOut: HELD_OUT.includes(task),
      make() {
        const rowOf = nearestUnused(pool, (params) =>
          suite.parameters.map(({ name }, j) => unit(Number(params[name]), j)),
        )
        return {
          space,
          regret: (params) => regretOf(rowOf(params)),
          train: (params) => (epoch) => lossAt(rowOf(params), epoch),
        }
      },
      randomRegret(evaluations) {
        const finals = Float64Array.from(pool, (_, row) => regretOf(row))
        return expectedBest(finals.map((regret) => (Number.isNaN(regret) ? 1 : regret)).sort(), evaluations)
      },
    }
  })
}

/** The rule by which suggestions use up a pool of points. */
function nearestUnused(
  pool: readonly number[][],
  place: (params: ParamValues) => number[],
): (params: ParamValues) => number {
  const used = new Set<number>()
  const rows = new Map<string, number>()
  return (params) => {
    const at = place(params)
    const key = at.join()
    const before = rows.get(key)
    if (before !== undefined) return before
    let nearest = -1
    let least = Number.POSITIVE_INFINITY
    for (const [i, row] of pool.entries()) {
      if (used.has(i)) continue
      let distance = 0
      for (const [j, u] of row.entries()) distance += (u - at[j]!) ** 2
      if (distance >= least) continue
      nearest = i
      least = distance
    }
    used.add(nearest)
    rows.set(key, nearest)
    return nearest
  }
}
