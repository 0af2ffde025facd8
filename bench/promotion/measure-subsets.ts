// Replays recorded trainings on parts of the data: every configuration on all examples, against onGrowingData. Run:
// node --conditions=@diapason/source bench/promotion/measure-subsets.ts [--replays 200] [--write]
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createRng, createStudy, int, methodChanges, randomSampler } from 'diapason'
import { type AgreementTerms, onGrowingData } from 'diapason/fidelity'
import { spearman, spearmanInterval } from '../../packages/diapason/src/math/rank-correlation.ts'
import { writeSection } from '../results.ts'
import { shuffled } from '../validation/shuffled.ts'
import type { SubsetTable } from './record-subsets.ts'

const { values: args } = parseArgs({
  options: { replays: { type: 'string', default: '200' }, write: { type: 'boolean' } },
})
const CONFIGURATIONS = 60
const tables: readonly SubsetTable[] = JSON.parse(readFileSync(new URL('subset-scores.json', import.meta.url), 'utf8'))
const RULES: readonly { readonly name: string; readonly terms: AgreementTerms }[] = [
  { name: 'once they agree', terms: {} },
  { name: 'after 5, whatever they say', terms: { least: 5, correlation: -1 } },
]

interface Replay {
  /** In full trainings. */
  readonly spent: number
  /** Accuracy below that of the best of the same configurations, in points. */
  readonly lost: number
  /** Which subsets were believed. */
  readonly believed: readonly boolean[]
}

async function replay({ sizes, scores }: SubsetTable, terms: AgreementTerms, seed: number): Promise<Replay> {
  const order = shuffled(scores.length, createRng(seed)).slice(0, CONFIGURATIONS)
  const count = sizes.at(-1)!
  const space = { config: int(0, scores.length - 1) }
  const study = await createStudy({ goals: { accuracy: 'maximize' }, space, sampler: randomSampler(), seed })
  for (const config of order) await study.enqueue({ config })
  let spent = 0
  const objective = onGrowingData({ examples: { count }, ...terms }, ({ config }: { config: number }, { rows }) => {
    spent += rows.length / count
    const score = scores[config]?.[sizes.indexOf(rows.length)]
    if (score == null) throw new Error('diverged')
    return score
  })
  await study.optimize(objective, { trials: CONFIGURATIONS, maxFailuresInARow: 1000 })
  const best = Math.max(...order.map((config) => scores[config]?.at(-1) ?? 0))
  const told = methodChanges(study.trials).at(-1)?.method.name ?? ''
  const believed = sizes.slice(0, -1).map((size) => `-${told}`.includes(`-${size}-agrees`))
  return { spent, lost: 100 * (best - study.best.values.accuracy), believed }
}

/** Over all configurations; one that diverged is the worst. */
function agreementOf({ scores }: SubsetTable, index: number): string {
  const [early, late] = [index, -1].map((i) => scores.map((row) => row.at(i) ?? -1))
  const r = spearman(early!, late!)
  const [low, high] = spearmanInterval(r, scores.length) ?? [r, r]
  return `${r.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}

function withError(values: readonly number[], digits: number): string {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1)
  return `${mean.toFixed(digits)} ± ${(1.96 * Math.sqrt(variance / values.length)).toFixed(digits)}`
}

const percent = (flags: readonly boolean[]) => `${Math.round((100 * flags.filter(Boolean).length) / flags.length)} %`
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

const lines: string[] = []
for (const table of tables) {
  for (const { name, terms } of RULES) {
    const replays: Replay[] = []
    for (let seed = 0; seed < Number(args.replays); seed++) replays.push(await replay(table, terms, seed))
    lines.push(
      row([
        table.name,
        name,
        ...[0, 1].map((i) => percent(replays.map(({ believed }) => believed[i]!))),
        withError(
          replays.map(({ spent }) => (100 * spent) / CONFIGURATIONS),
          0,
        ),
        withError(
          replays.map(({ lost }) => lost),
          2,
        ),
        percent(replays.map(({ lost }) => lost < 1e-9)),
      ]),
    )
  }
}
const ranks = tables.map((table) =>
  row([table.name, String(table.scores.length), table.sizes.join(', '), agreementOf(table, 0), agreementOf(table, 1)]),
)
const markdown = `## Parts of the data instead of all

Configurations drawn at random, each trained for 15 epochs on a ninth, a third and all of the training examples, scored on the same validation examples
(\`bench/promotion/record-subsets.ts\`). Spearman's rank correlation with the score on all examples, over all configurations, and its 95 % interval:

| | configurations | examples | a ninth | a third |
|---|--:|--:|--:|--:|
${ranks.join('\n')}

${args.replays} replays of searches with ${CONFIGURATIONS} of these configurations, in another order each time, by \`onGrowingData\`: subsets stop configurations once their order was seen to agree,
or after five configurations whatever they say. "Believed": share of replays. "Spent": of training every configuration on all examples, the judging included. "Lost": accuracy of the
winner below the best of the same configurations, in points, with 95 % intervals; "kept": replays that end with the best, or one as good. Made by \`bench/promotion/measure-subsets.ts --write\`.

| | subsets stop | ninth believed | third believed | spent, % | lost, points | kept |
|---|---|--:|--:|--:|--:|--:|
${lines.join('\n')}`
console.log(markdown)
if (args.write) writeSection('subsets', markdown)
