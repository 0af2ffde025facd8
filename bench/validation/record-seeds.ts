// Records seed tables: random dense networks, every configuration trained with the same number of seeds on one split. The replays
// of confirmation read them (replay-confirm.ts). Run: node --conditions=@diapason/source bench/validation/record-seeds.ts [set …]
import { writeFileSync } from 'node:fs'
import { denseSpace } from '@diapason/neural'
import { createRng, createStudy, randomSampler } from 'diapason'
import type { FoldTable } from './fold-table.ts'
import { labelsOf, score, TASKS } from './tasks.ts'

const CONFIGS = 80
const SEEDS = 20
const DEFAULT_SETS = ['iris', 'wine', 'breast-cancer']

for (const name of process.argv.length > 2 ? process.argv.slice(2) : DEFAULT_SETS) {
  const task = TASKS[name]
  if (task === undefined) throw new Error(`no task ${name}; there are ${Object.keys(TASKS).join(', ')}`)
  const data = await task.data()
  const [split] = task.splitter.split({ count: data.count, ...labelsOf(data) })
  if (split === undefined) throw new Error(`${name} has no fold`)
  const { direction } = task.metric
  const study = await createStudy({ goals: { score: direction }, space: denseSpace, sampler: randomSampler(), seed: 2 })
  const scores: number[][] = []
  const started = Date.now()
  for (let c = 0; c < CONFIGS; c++) {
    const trial = await study.ask()
    const row: number[] = []
    for (let s = 0; s < SEEDS; s++) {
      const seed = createRng(trial.seed)
        .split(`seed/${s}`)
        .int(2 ** 32)
      row.push(await score(data, trial.params as never, split.train, split.test, task, seed))
    }
    await study.tell(trial, row.reduce((sum, x) => sum + x, 0) / row.length)
    scores.push(row.map((x) => Number(x.toPrecision(8))))
  }
  // A seed takes a fold's place.
  const table: FoldTable = { name, metric: task.metric, examples: data.count, epochs: task.epochs, scores }
  writeFileSync(new URL(`seed-tables/${name}.json`, import.meta.url), `${JSON.stringify(table)}\n`)
  console.log(`${name}: ${CONFIGS} configurations, ${SEEDS} seeds, ${((Date.now() - started) / 1000).toFixed(0)} s`)
}
