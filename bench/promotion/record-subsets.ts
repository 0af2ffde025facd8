// Trains configurations drawn at random on a ninth, a third and all of the training examples, and keeps their validation scores for
// measure-subsets.ts: node --conditions=@diapason/source bench/promotion/record-subsets.ts [--configurations 120] [--minutes 10]
// What is there already stays.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  breastCancer,
  type Classification,
  convObjective,
  convSpace,
  type DataParts,
  denseObjective,
  denseSpace,
  digits,
  type ObjectiveOptions,
  prepare,
} from '@diapason/neural'
import { createStudy, type Entries, randomSampler } from 'diapason'
import { nestedSubsets } from 'diapason/fidelity'

/** Scores of configurations by subset; null where the training diverged. */
export interface SubsetTable {
  readonly name: string
  /** Training examples of each subset, the last one all. */
  readonly sizes: readonly number[]
  readonly scores: (readonly (number | null)[])[]
}

interface Recording {
  readonly name: string
  readonly parts: DataParts<Classification>
  readonly space: Entries
  readonly objective: (parts: DataParts<Classification>, options: ObjectiveOptions) => unknown
}

const EPOCHS = 15
const { values: args } = parseArgs({
  options: { configurations: { type: 'string', default: '120' }, minutes: { type: 'string', default: '10' } },
})
const FILE = new URL('subset-scores.json', import.meta.url)
const end = Date.now() + 60_000 * Number(args.minutes)
const tables: SubsetTable[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : []

const shares = { validation: 0.3, test: 0, seed: 1 }
const digitParts = prepare(await digits(), shares)
const recordings: readonly Recording[] = [
  { name: 'digits, dense', parts: digitParts, space: denseSpace, objective: denseObjective },
  { name: 'digits, convolutional', parts: digitParts, space: convSpace, objective: convObjective },
  {
    name: 'breast cancer, dense',
    parts: prepare(await breastCancer(), shares),
    space: denseSpace,
    objective: denseObjective,
  },
]

async function record({ name, parts, space, objective }: Recording): Promise<void> {
  const { count, labels } = parts.training
  const sizes = [Math.ceil(count / 9), Math.ceil(count / 3), count]
  const subsets = nestedSubsets({ examples: { count, labels }, sizes, seed: 1 })
  const known = tables.find((table) => table.name === name)
  const table = known ?? { name, sizes, scores: [] }
  if (known === undefined) tables.push(table)
  const study = await createStudy({ goals: { accuracy: 'maximize' }, space, sampler: randomSampler(), seed: 7 })
  for (let i = 0; i < Number(args.configurations) && Date.now() < end; i++) {
    const trial = await study.ask()
    if (table.scores[i] === undefined) {
      const row: (number | null)[] = []
      for (const rows of subsets) {
        // The space is the objective's own.
        const train = objective(parts, { rows, epochs: EPOCHS }) as (params: unknown, trial: object) => Promise<number>
        const { params, number, seed, signal } = trial
        row.push(await train(params, { number, seed, signal }).catch(() => null))
      }
      table.scores.push(row)
    }
    await study.tell(trial, 0)
  }
  writeFileSync(FILE, `${JSON.stringify(tables)}\n`)
  console.log(`${name}: ${table.scores.length} configurations at ${sizes.join(', ')} examples`)
}

for (const recording of recordings) await record(recording)
process.exit(0)
