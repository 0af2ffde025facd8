// Records fold tables: random dense networks on small real data sets, every configuration scored on every fold. The replays of
// prunable folds read them (replay-folds.ts). Run: node --conditions=@diapason/source bench/validation/record-folds.ts [set …]
import { writeFileSync } from 'node:fs'
import { denseSpace } from '@diapason/neural'
import { createStudy, randomSampler } from 'diapason'
import type { FoldTable } from './fold-table.ts'
import { labelsOf, score, TASKS } from './tasks.ts'

for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(TASKS)) {
  const task = TASKS[name]
  if (task === undefined) throw new Error(`no task ${name}; there are ${Object.keys(TASKS).join(', ')}`)
  const data = await task.data()
  const splits = task.splitter.split({ count: data.count, ...labelsOf(data) })
  const study = await createStudy({
    goals: { score: task.metric.direction },
    space: denseSpace,
    sampler: randomSampler(),
    seed: 1,
  })
  const scores: number[][] = []
  const started = Date.now()
  for (let c = 0; c < task.configs; c++) {
    const trial = await study.ask()
    const row: number[] = []
    for (const [f, { train, test }] of splits.entries()) {
      row.push(await score(data, trial.params as never, train, test, task, trial.seed + f))
    }
    await study.tell(trial, row.reduce((sum, x) => sum + x, 0) / row.length)
    scores.push(row)
  }
  const table: FoldTable = { name, metric: task.metric, examples: data.count, epochs: task.epochs, scores }
  writeFileSync(
    new URL(`fold-tables/${name}.json`, import.meta.url),
    `${JSON.stringify(table, (_, x) => (x === Number.POSITIVE_INFINITY ? null : typeof x === 'number' ? Number(x.toPrecision(8)) : x))}\n`,
  )
  console.log(
    `${name}: ${task.configs} configurations, ${splits.length} folds, ${((Date.now() - started) / 1000).toFixed(0)} s`,
  )
}
