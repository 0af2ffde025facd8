// Replays recorded seed tables: the best of a search reported as it was observed, against a search that keeps a share of the same
// budget to train its best again. Run: node --conditions=@diapason/source bench/validation/replay-confirm.ts [--replays 200] [--write]
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { confirm, createRng, createStudy, int, noPruner, randomSampler } from 'diapason'
import { writeSection } from '../results.ts'
import type { FoldTable } from './fold-table.ts'
import { shuffled } from './shuffled.ts'

const FOLDER = new URL('seed-tables/', import.meta.url)
const { values: args } = parseArgs({
  options: { replays: { type: 'string', default: '200' }, write: { type: 'boolean' } },
})
const BUDGET = 60
/** As `diapason run` shares it out: runs of 15 % of the budget, three for each finalist. */
const RULES = [
  { name: 'best observed', repeats: 0 },
  { name: 'confirmed', repeats: Math.round(0.15 * BUDGET) },
] as const

interface Replay {
  /** Reported minus true, with the sign that flatters. */
  readonly optimism: number
  /** Loss of the chosen configuration, by seeds that neither search nor confirmation saw. */
  readonly loss: number
  /** The truth lies in the reported interval; undefined where none is reported. */
  readonly isCovered: boolean | undefined
}

/** One replay: another order of configurations, and of seeds within each. */
async function replay({ scores, metric }: FoldTable, seed: number, repeats: number): Promise<Replay> {
  const rng = createRng(seed)
  const configs = shuffled(scores.length, rng.split('configurations'))
  const seeds = scores.map((row, c) => shuffled(row.length, rng.split(`seeds/${c}`)))
  const used = scores.map(() => 0)
  const study = await createStudy({
    goals: { score: metric.direction },
    space: { config: int(0, scores.length - 1) },
    sampler: randomSampler(),
    pruner: noPruner(),
    seed,
  })
  const objective = ({ config }: { config: number }) => {
    const nth = used[config] ?? 0
    used[config] = nth + 1
    return scores[config]?.[seeds[config]?.[nth] ?? -1] ?? Number.NaN
  }
  const searched = BUDGET - repeats
  for (const config of configs.slice(0, searched)) await study.enqueue({ config })
  await study.optimize(objective, { trials: searched })
  const confirmed =
    repeats === 0
      ? undefined
      : await confirm(study, objective, { runs: repeats, finalists: Math.floor(repeats / 3), certainty: 1 })
  const chosen = confirmed?.winner.params.config ?? study.best.params.config
  const reported = confirmed?.winner.mean ?? study.best.values.score
  const fresh = seeds[chosen]?.slice(used[chosen]).map((s) => scores[chosen]?.[s] ?? Number.NaN) ?? []
  const truth = mean(fresh)
  const sign = metric.direction === 'maximize' ? 1 : -1
  const [low = Number.NaN, high = Number.NaN] = confirmed?.winner.interval ?? []
  return {
    optimism: sign * (reported - truth),
    loss: -sign * truth,
    isCovered: confirmed && low <= truth && truth <= high,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length
}

/** A mean with the half width of its 95 % interval. */
function withError(values: readonly number[]): string {
  const centre = mean(values)
  const variance = values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1)
  return `${points(centre)} ± ${points(1.96 * Math.sqrt(variance / values.length))}`
}

/** A difference of accuracies in points. */
function points(difference: number): string {
  return (100 * difference).toFixed(2).replace(/^-/, '−')
}

const replays = Number(args.replays)
const lines: string[] = []
for (const file of readdirSync(FOLDER).sort()) {
  const table = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as FoldTable
  const byRule: Replay[][] = []
  for (const { repeats } of RULES) {
    const done: Replay[] = []
    for (let seed = 0; seed < replays; seed++) done.push(await replay(table, seed, repeats))
    byRule.push(done)
  }
  const [plain = [], confirmed = []] = byRule
  const before = mean(plain.map(({ optimism }) => optimism))
  const after = mean(confirmed.map(({ optimism }) => optimism))
  const change = plain.map(({ loss }, i) => loss - (confirmed[i]?.loss ?? Number.NaN))
  // Where the repeats scored what the search did, to the last digit, there is nothing to judge.
  const judged = confirmed.filter(({ isCovered }) => isCovered !== undefined)
  const covered = mean(judged.map(({ isCovered }) => Number(isCovered)))
  lines.push(
    `| ${[
      table.name,
      withError(plain.map(({ optimism }) => optimism)),
      withError(confirmed.map(({ optimism }) => optimism)),
      `${(100 * (1 - Math.abs(after) / Math.abs(before))).toFixed(0)} %`,
      withError(change),
      `${(100 * covered).toFixed(0)} %`,
    ].join(' | ')} |`,
  )
  console.log(lines.at(-1))
}

if (args.write) {
  const { repeats } = RULES[1]
  writeSection(
    'confirmation',
    `## What a winner's score is worth

80 random dense networks (\`denseSpace\`) on small data sets, each trained with 20 seeds on one split (bench/validation/record-seeds.ts), then
${replays} replays a data set with ${BUDGET} trainings each, configurations and seeds in another order each time. "Best observed": ${BUDGET}
configurations, the best one and its score. "Confirmed": ${BUDGET - repeats} configurations, then ${repeats} trainings of the ${Math.floor(repeats / 3)} best with fresh seeds by
\`confirm\`, its winner and its mean. Optimism is the reported accuracy minus that of seeds which the replay did not use, in points, with 95 %
intervals; "gain": how much better the confirmed winner is. Made by \`bench/validation/replay-confirm.ts --write\`.

| data | optimism, best observed | optimism, confirmed | less by | gain in true accuracy | truth in the 95 % interval |
|---|--:|--:|--:|--:|--:|
${lines.join('\n')}`,
  )
}
