// What a prior over the optimum is worth, and what a wrong one costs: node --conditions=@diapason/source bench/priors/run.ts [SEEDS]
import { join } from 'node:path'
import { autoSampler, createStudy, type Entries, type Sampler, tpeSampler } from '../../packages/diapason/src/index.ts'
import { studentQuantile } from '../../packages/diapason/src/math/student-t.ts'
import { kept } from '../kept.ts'
import { problemOf } from '../quality/tasks/expected-best.ts'
import { layeredNetwork, networkLike } from '../quality/tasks/network-like.ts'
import { developmentFunctions } from '../quality/tasks/synthetic.ts'
import type { Problem, ProblemFamily } from '../quality/tasks/task.ts'
import { writeSection } from '../results.ts'
import { type Belief, believed, goodPosition } from './believed.ts'

const SEEDS = Number(process.argv[2] ?? 20)
const AT = [10, 30, 60] as const
const FAMILIES: readonly ProblemFamily[] = [
  ...developmentFunctions.filter(({ name }) => ['hartmann3', 'sphere4', 'ellipsoid8'].includes(name)),
  networkLike,
  layeredNetwork,
]
const SAMPLERS: { readonly [name: string]: () => Sampler } = { auto: autoSampler, TPE: () => tpeSampler() }
const BELIEFS: readonly Belief[] = ['good', 'misleading']
type Gains = { readonly [B in Belief]: readonly number[] }
/** Regrets below count as this. */
const FLOOR = 1e-6

/** The least regret after so many trials, on the logarithmic scale. */
async function search(problem: Problem, space: Entries, sampler: Sampler, seed: number): Promise<number[]> {
  const study = await createStudy({ goals: { regret: 'minimize' }, space, sampler, seed })
  let least = Number.POSITIVE_INFINITY
  const course: number[] = []
  for (let i = 0; i < AT.at(-1)!; i++) {
    const trial = await study.ask()
    const regret = Number(await problem.regret(trial.values))
    await study.tell(trial, regret)
    least = Math.min(least, regret)
    course.push(Math.log(Math.max(FLOOR, least)))
  }
  return AT.map((at) => course[at - 1]!)
}

/** Logarithms of regret with each belief ÷ regret without, by checkpoint. */
async function gains(family: ProblemFamily, create: () => Sampler, seed: number): Promise<Gains> {
  const problem = problemOf(family, seed)
  const best = await goodPosition(problem, seed)
  const plain = await search(problem, problem.space, create(), seed)
  const gainOf = async (belief: Belief) => {
    const course = await search(problem, believed(problem, best, belief, seed), create(), seed)
    return course.map((value, i) => value - plain[i]!)
  }
  return { good: await gainOf('good'), misleading: await gainOf('misleading') }
}

const FILE = join(import.meta.dirname, 'results.json')

/** Geometric mean of the ratios with its 95 % interval. */
function ratio(logs: readonly number[]): string {
  const mean = logs.reduce((a, b) => a + b) / logs.length
  const sd = Math.sqrt(logs.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (logs.length - 1))
  const half = (studentQuantile(0.975, logs.length - 1) * sd) / Math.sqrt(logs.length)
  const number = (x: number) => (x < 10 ? x.toPrecision(2) : x.toFixed(0))
  return `${number(Math.exp(mean))} [${number(Math.exp(mean - half))}, ${number(Math.exp(mean + half))}]`
}

const rows: string[] = []
for (const family of FAMILIES) {
  for (const [name, create] of Object.entries(SAMPLERS)) {
    const found: Gains[] = []
    for (let seed = 1; seed <= SEEDS; seed++) {
      found.push(await kept(FILE, `${family.name}, ${name}, seed ${seed}`, () => gains(family, create, seed)))
    }
    for (const belief of BELIEFS) {
      const cells = AT.map((_, i) => ratio(found.map((gain) => gain[belief][i]!)))
      rows.push(`| ${family.name} | ${name} | ${belief} | ${cells.join(' | ')} |`)
      console.log(rows.at(-1))
    }
  }
}
writeSection(
  'priors',
  `## Priors over the optimum

Least regret with a \`prior\` on every number and choice ÷ least regret without, geometric mean over ${SEEDS} seeds with its 95 % interval; below 1 the
prior helps. *good*: near the best value but for an error of a tenth of the range, within .15 of it, the best option four
times as probable as each other; *misleading*: near the far end of every range, just as sure. Counts of layers and labels of branches have no prior.
\`bench/priors/run.ts\`

| task | sampler | prior | ${AT.map((at) => `${at} trials`).join(' | ')} |
|---|---|---|${AT.map(() => '--:|').join('')}
${rows.join('\n')}`,
)
