// TaskSet: recurrent text classifiers under eight hyperparameters of Adam; a pool of 1,000 trained configurations a task.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { float } from '../../../packages/diapason/src/space/nodes.ts'
import type { ProblemFamily } from './task.ts'

interface Suite {
  readonly points: number
  readonly parameters: readonly { name: string; low: number; high: number }[]
  readonly tasks: {
    readonly [name: string]: { readonly valid: string; readonly bestFinal: number; readonly medianFinal: number }
  }
}

/**
 * Final validation loss, as (loss − best) / (median − best), at most 1; a diverged network gives NaN.
 * A suggestion becomes the nearest row of the pool (in the logarithmic unit cube) that was not used yet.
 */
export function tasksetFamilies(directory: string): ProblemFamily[] {
  const folder = join(directory, 'taskset')
  const suite: Suite = JSON.parse(readFileSync(join(folder, 'suite.json'), 'utf8'))
  const rows: number[][] = JSON.parse(readFileSync(join(folder, 'configurations.json'), 'utf8')).rows
  const unit = (value: number, j: number) => {
    const { low, high } = suite.parameters[j]!
    return Math.log(value / low) / Math.log(high / low)
  }
  const pool = rows.map((row) => row.map(unit))
  return Object.entries(suite.tasks).map(([task, { valid, bestFinal, medianFinal }]) => {
    let losses: Float32Array | undefined
    return {
      name: `taskset/${task.replace('imdb_', '')}`,
      make() {
        const used = new Set<number>()
        return {
          space: Object.fromEntries(
            suite.parameters.map(({ name, low, high }) => [name, float(low, high, { log: true })]),
          ),
          regret(params) {
            losses ??= readFloats(join(folder, valid))
            const at = suite.parameters.map(({ name }, j) => unit(Number(params[name]), j))
            let nearest = -1
            let least = Number.POSITIVE_INFINITY
            for (const [i, row] of pool.entries()) {
              let distance = 0
              for (const [j, u] of row.entries()) distance += (u - at[j]!) ** 2
              if (distance >= least || used.has(i)) continue
              nearest = i
              least = distance
            }
            used.add(nearest)
            const loss = losses[(nearest + 1) * suite.points - 1]!
            return Math.min(1, (loss - bestFinal) / (medianFinal - bestFinal))
          },
        }
      },
    }
  })
}

function readFloats(file: string): Float32Array {
  const bytes = gunzipSync(readFileSync(file))
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}
