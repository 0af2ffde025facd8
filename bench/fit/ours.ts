// One fit of ours, judged on rows it never saw. Run by run.ts:
// node --conditions=@diapason/source bench/fit/ours.ts practices|plain FOLDER TARGET classes|numbers SECONDS SEED
//
// "practices" is `fitTable` as it is. "plain" is what it would be without them: random search over the same space, judged by one
// hold-out; no default first, no folds, nothing pruned, nothing confirmed. Both end with the same five networks.
import { join } from 'node:path'
import { fitTable, predictTable, readDataFile, type Table } from '@diapason/neural'
import { createStudy, kFold, metric, randomSampler, stratifiedKFold } from 'diapason'
import { type FitParams, fitSpace, startingParams } from '../../packages/neural/src/fit/fit-space.ts'
import { fitTask } from '../../packages/neural/src/fit/fit-task.ts'
import { inspectColumns } from '../../packages/neural/src/fit/inspect-columns.ts'
import { epochPlan, mostNetworkMs } from '../../packages/neural/src/fit/time-plan.ts'
import { type FitData, trainAndJudge, trainMember } from '../../packages/neural/src/fit/train-member.ts'

const FOLDS = 5
/** Of the time, for the search; `fitTable` trains its networks in the last fifth too. */
const SEARCH_SHARE = 0.8

const startedAt = Date.now() - Math.round(process.uptime() * 1000)
const [arm = '', folder = '', target = '', kind = 'classes', seconds = '20', seedText = '0'] = process.argv.slice(2)
const seed = Number(seedText)
const end = startedAt + Number(seconds) * 1000
const name = kind === 'classes' ? 'accuracy' : 'root_mean_squared_error'
const train = await readDataFile(join(folder, 'train.csv'))
const timeLeft = () => Math.max(1, end - Date.now())

const options = arm === 'plain' ? { ...(await plainSearch(train)), timeMs: timeLeft() } : { timeMs: timeLeft() }
const { model, report } = await fitTable(train, {
  target,
  kind: kind as 'classes' | 'numbers',
  metric: name,
  seed,
  ...options,
})
const elapsedMs = Date.now() - startedAt
const test = await readDataFile(join(folder, 'test.csv'))
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    score: await score(test),
    seconds: elapsedMs / 1000,
    cpuSeconds: (user + system) / 1e6,
    reported: report.score.mean,
    networks: report.networks,
    chosen: report.chosen,
  }),
)

async function score(table: Table): Promise<number> {
  const prediction = await predictTable(model, table)
  const column = table.columns.find((each) => each.name === target)!
  if (prediction.kind === 'numbers' && column.kind === 'number') {
    return metric('root_mean_squared_error').score(column.values, prediction.values)
  }
  if (prediction.kind !== 'classes' || column.kind !== 'category') throw new Error('not what was to be predicted')
  const right = prediction.labels.filter((label, row) => {
    return prediction.classes[label] === column.categories[column.codes[row]!]
  })
  return right.length / table.count
}

async function plainSearch(table: Table): Promise<{ readonly params: FitParams }> {
  const task = fitTask(table, target, { kind: kind as 'classes' | 'numbers', metric: name })
  const data: FitData = { table: inspectColumns(task.rest).table, truth: task.truth, metric: task.metric }
  const { count } = data.table
  const facts = { truth: task.truth, rows: count, isSkewed: task.isSkewed, isUneven: task.isUneven }
  const holdOut = (kind === 'classes' ? stratifiedKFold(FOLDS, { seed }) : kFold(FOLDS, { seed })).split({
    count,
    ...(task.truth.kind === 'classes' && { labels: task.truth.labels }),
  })[0]!
  const usual = { ...startingParams(facts), epochs: 3 }
  const times: number[] = []
  const onEpoch = () => times.push(performance.now())
  await trainMember(data, holdOut.train, usual, { seed: 0, signal: AbortSignal.timeout(timeLeft()), onEpoch })
  const epochs = epochPlan(count, Number(seconds) * 1000, (times[2]! - times[0]!) / 2)
  const study = await createStudy({
    goals: { score: task.metric.direction },
    space: fitSpace({ ...facts, epochs }),
    sampler: randomSampler(),
    seed,
  })
  await study.ask() // The first are the defaults, which are not to be tried.
  const until = startedAt + SEARCH_SHARE * Number(seconds) * 1000
  const signal = AbortSignal.timeout(Math.max(1, until - Date.now()))
  let best: { readonly params: FitParams; readonly loss: number } | undefined
  while (!signal.aborted) {
    const params = (await study.ask()).params as unknown as FitParams // What the task asks for is in the space.
    try {
      // Five of them are to fit into the last fifth.
      const clock = AbortSignal.timeout(Math.ceil(mostNetworkMs(1000 * Number(seconds))))
      const judged = await trainAndJudge(data, holdOut, params, { seed, signal: AbortSignal.any([signal, clock]) })
      const loss = task.metric.direction === 'minimize' ? judged.score : -judged.score
      if (best === undefined || loss < best.loss) best = { params, loss }
    } catch {
      // Diverged, too slow, or the time was up.
    }
  }
  if (best === undefined) throw new Error('not one network was trained')
  return { params: best.params }
}
