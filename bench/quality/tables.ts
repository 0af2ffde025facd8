// Networks that others trained, every configuration of a grid: gzipped float32 tables with a suite.json beside them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { choice, type Entries, int } from '../../packages/diapason/src/space/nodes.ts'
import type { ProblemFamily } from './problem.ts'

interface Suite {
  readonly direction?: 'minimize' | 'maximize'
  readonly metric: string
  readonly parameters: readonly { name: string; values: readonly unknown[]; kind: 'choice' | 'ordinal' }[]
  readonly tasks: {
    readonly [name: string]: { readonly file: string; readonly shape: readonly number[]; readonly bestMean: number }
  }
}

/** A task with the regret that random search is expected to reach, by number of evaluations. */
export type TableFamily = ProblemFamily & { readonly randomRegret: { readonly [evaluations: string]: number } }

/**
 * The tables of `fcnet`, `hpobench_mlp` and `nasbench201`, noise-free (means over repetitions); ordered parameters as
 * an integer index, the others as a choice.
 * @param directory where the suites lie
 */
export function tableFamilies(directory: string): TableFamily[] {
  const exact = JSON.parse(readFileSync(join(directory, 'random_exact.json'), 'utf8')).tasks
  return ['fcnet', 'hpobench_mlp', 'nasbench201'].flatMap((suiteName) => {
    const suite: Suite = JSON.parse(readFileSync(join(directory, suiteName, 'suite.json'), 'utf8'))
    const maximize = suite.direction === 'maximize' || suite.metric.includes('accuracy')
    return Object.entries(suite.tasks).map(([task, { file, shape, bestMean }]): TableFamily => {
      const name = `${suiteName}/${task}`
      let means: Float64Array | undefined
      const space: Entries = Object.fromEntries(
        suite.parameters.map(({ name: path, values, kind }) => [
          path,
          kind === 'ordinal' ? int(0, values.length - 1) : choice(values.map((_, i) => i)),
        ]),
      )
      return {
        name,
        randomRegret: exact[name],
        make: () => ({
          space,
          regret(params) {
            means ??= meansOf(join(directory, suiteName, file), shape[shape.length - 1]!)
            let index = 0
            for (const [j, { name: path }] of suite.parameters.entries())
              index = index * shape[j]! + Number(params[path])
            return maximize ? bestMean - means[index]! : means[index]! - bestMean
          },
        }),
      }
    })
  })
}

function meansOf(file: string, repetitions: number): Float64Array {
  const bytes = gunzipSync(readFileSync(file))
  const table = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
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
