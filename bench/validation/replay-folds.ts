// Replays recorded fold tables through `crossValidated`: how many fold trainings it takes, and whether the winner of the full
// table is found. Run: node --conditions=@diapason/source bench/validation/replay-folds.ts [--replays 200] [--write]
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createRng, createStudy, crossValidated, int, predefinedSplit, randomSampler } from 'diapason'
import { writeSection } from '../results.ts'
import type { FoldTable } from './fold-table.ts'
import { shuffled } from './shuffled.ts'

const FOLDER = new URL('fold-tables/', import.meta.url)
const { values: args } = parseArgs({
  options: { replays: { type: 'string', default: '200' }, write: { type: 'boolean' } },
})

const RULES = [
  { name: 'exact', risk: 0, concurrency: 1 },
  { name: 'risk 0.05 (default)', risk: 0.05, concurrency: 1 },
  { name: 'risk 0.05, four at a time', risk: 0.05, concurrency: 4 },
  { name: 'risk 0.02', risk: 0.02, concurrency: 1 },
] as const

/** Data sets that the rules were made with; what they save on the others is what they promise. */
const DEVELOPMENT = ['breast-cancer', 'diabetes', 'digits-10', 'heart', 'iris', 'wine']

/** Recorded scores have eight digits: what differs by less is a tie. */
const TIE = 1e-7

interface Replay {
  /** Share of all cells that were trained. */
  readonly used: number
  /** Mean of the chosen configuration is that of the best. */
  readonly isKept: boolean
  /** How much worse the chosen one is on the full table. */
  readonly regret: number
}

/** One replay: configurations and folds in another order each time. */
async function replay(table: FoldTable, seed: number, { risk, concurrency }: (typeof RULES)[number]): Promise<Replay> {
  const rng = createRng(seed)
  const configs = shuffled(table.scores.length, rng)
  const folds = shuffled(table.scores[0]?.length ?? 0, rng)
  const { name, direction, range } = table.metric
  const study = await createStudy({
    goals: { [name]: direction },
    space: { config: int(0, configs.length - 1) },
    sampler: randomSampler(),
    seed,
  })
  for (const config of configs) await study.enqueue({ config })
  let trained = 0
  const [low, high] = range
  const objective = crossValidated(
    {
      splitter: predefinedSplit(folds.map((_, f) => f)),
      examples: { count: folds.length },
      range: [low ?? Number.NEGATIVE_INFINITY, high ?? Number.POSITIVE_INFINITY],
      risk,
    },
    async ({ config }: { config: number }, { index }) => {
      trained++
      return table.scores[config]?.[folds[index] ?? -1] ?? Number.NaN
    },
  )
  await study.optimize(objective, { trials: configs.length, concurrency })
  const means = table.scores.map((row) => row.reduce((sum, x) => sum + x, 0) / row.length)
  const sign = direction === 'maximize' ? 1 : -1
  const best = Math.max(...means.map((mean) => sign * mean))
  const chosen = sign * (means[study.best.params.config] ?? Number.NaN)
  return {
    used: trained / (configs.length * folds.length),
    isKept: best - chosen < TIE,
    regret: best - chosen < TIE ? 0 : best - chosen,
  }
}

/**
 * Share of all cells that no exact rule can do without: the winner is trained first, and of every other configuration its worst folds, until
 * perfect scores in the rest would not lift it above the winner.
 */
function leastForCertain({ scores, metric: { direction, range } }: FoldTable): number {
  const sign = direction === 'maximize' ? 1 : -1
  const end = range[direction === 'maximize' ? 1 : 0]
  const perfect = end === null ? Number.POSITIVE_INFINITY : sign * end
  const rows = scores.map((row) => row.map((score) => sign * score).sort((a, b) => a - b))
  const sums = rows.map((row) => row.reduce((sum, x) => sum + x, 0))
  const best = Math.max(...sums)
  const cells = rows.map((row, i) => {
    if (sums[i]! > best - TIE) return row.length
    let sum = 0
    const needed = row.findIndex((score, done) => {
      sum += score
      return sum + (row.length - 1 - done) * perfect < best
    })
    return needed + 1
  })
  return mean(cells) / (rows[0]?.length ?? 1)
}

const replays = Number(args.replays)
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length
const groups = { new: table(), development: table() }
for (const file of readdirSync(FOLDER).sort()) {
  const data = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as FoldTable
  const group = groups[DEVELOPMENT.includes(data.name) ? 'development' : 'new']
  group.least.push(leastForCertain(data))
  for (const rule of RULES) {
    const done: Replay[] = []
    for (let seed = 0; seed < replays; seed++) done.push(await replay(data, seed, rule))
    group.all.set(rule.name, [...(group.all.get(rule.name) ?? []), ...done])
    const shape = `${data.scores.length} × ${data.scores[0]?.length}`
    group.lines.push(rowOf(data.name, shape, rule.name, done, data.metric.name))
    console.log(group.lines.at(-1))
  }
}
for (const { all, lines } of Object.values(groups)) {
  for (const [rule, done] of all) lines.push(rowOf('**all**', '', rule, done, ''))
  console.log(lines.slice(-all.size).join('\n'))
}

function table() {
  return { lines: [] as string[], all: new Map<string, Replay[]>(), least: [] as number[] }
}

function rowOf(name: string, shape: string, rule: string, done: readonly Replay[], metric: string): string {
  const used = mean(done.map((one) => one.used))
  const kept = mean(done.map(({ isKept }) => Number(isKept)))
  const regret = mean(done.map((one) => one.regret))
  const told = metric === '' ? '' : `${regret.toPrecision(2)} ${metric}`
  return `| ${name} | ${shape} | ${rule} | ${(100 * used).toFixed(1)} % | ${(100 * kept).toFixed(1)} % | ${told} |`
}

const HEAD = `| data | configurations × folds | rule | folds trained | winner kept | lost |
|---|--:|---|--:|--:|--:|`
if (args.write) {
  writeSection(
    'folds',
    `## Folds spared by cross-validation

Random dense networks (\`denseSpace\`) on small data sets, every configuration trained on every fold once (bench/validation/record-folds.ts),
then ${replays} replays of each table through \`crossValidated\`, configurations and folds in another order each time. "Kept": the chosen
configuration has the best mean of the full table. "Lost": how much worse the chosen one is on average. Eight configurations are open at a
time, sixteen where four folds train at a time. Made by \`bench/validation/replay-folds.ts --write\`.

No exact rule can do with less than ${(100 * mean(groups.new.least)).toFixed(1)} % of the first tables and ${(100 * mean(groups.development.least)).toFixed(1)} % of the second (table by table
${[...groups.new.least, ...groups.development.least].map((share) => (100 * share).toFixed(0)).join(', ')}): that is what somebody would train who knew the winner and everybody's worst folds beforehand.

Data sets that were looked at only once the rules were done:

${HEAD}
${groups.new.lines.join('\n')}

Those that the rules were made with:

${HEAD}
${groups.development.lines.join('\n')}`,
  )
}
