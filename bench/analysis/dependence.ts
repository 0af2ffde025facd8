// How often the band of a partial dependence holds the true one: searches over functions whose dependence on one parameter is known.
//   node --conditions=@diapason/source bench/analysis/dependence.ts [SEEDS=20]
import { loadavg } from 'node:os'
import { createStudy, float, randomSampler, type Sampler } from 'diapason'
import { responseForest } from 'diapason/analysis'
// The band is drawn by the charts alone; this is the data behind it.
import { sliceData } from '../../packages/diapason/src/analysis/slice-data.ts'
import { writeSection } from '../results.ts'

const seeds = Number(process.argv[2] ?? 20)
const DIMENSIONS = 4
const REACHES = [1, 2, 3]
const NOISES = [0, 0.1]

/** A function on the unit cube, and its mean over the other axes at a place of the first. */
interface Problem {
  readonly value: (x: readonly number[]) => number
  readonly along: (x: number) => number
}

const bowl = (u: number) => (u - 0.3) ** 2
const step = (u: number) => (u > 0.6 ? 1 : 0)
const meanBowl = meanOver(bowl)
const PROBLEMS: readonly Problem[] = [
  {
    value: (x) => x.reduce((sum, u, i) => sum + bowl(u) / (i + 1), 0),
    along: (x) => bowl(x) + meanBowl * (1 / 2 + 1 / 3 + 1 / 4),
  },
  { value: ([a = 0, b = 0]) => a + 0.3 * b, along: (x) => x + 0.15 },
  { value: ([a = 0, b = 0]) => a * b, along: (x) => x / 2 },
  { value: ([a = 0, b = 0]) => step(a) + 0.5 * bowl(b), along: (x) => step(x) + 0.5 * meanBowl },
  {
    value: ([a = 0, b = 0, c = 0]) => Math.sin(6 * a) + 0.5 * b - 0.3 * c,
    along: (x) => Math.sin(6 * x) + 0.1,
  },
]

const rows = [
  ...(await rowsOf('random search', [20, 40, 80, 160, 320], randomSampler)),
  ...(await rowsOf('`auto`', [20, 40, 80], () => undefined)),
]
writeSection(
  'dependence',
  `## Partial dependence: how often the band holds the true line

Share of the axis on which the true partial dependence lies within so many standard deviations between the trees (64) of the forest's. Five
functions of four parameters (a bowl, a line, a product, a step, a wave), each without noise and with noise of standard deviation 0.1; ${seeds} seeds each. Charts
draw two standard deviations. A search that learns sees little of what is bad, and its band is too narrow there.

| search | trials | ±1 | ±2 | ±3 |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Node ${process.versions.node}; nothing here depends on the load (${loadavg()[0]?.toFixed(0)} at the end). \`bench/analysis/dependence.ts\``,
)

async function rowsOf(name: string, counts: readonly number[], sampler: () => Sampler | undefined): Promise<string[]> {
  const out: string[] = []
  for (const trials of counts) {
    const held = REACHES.map(() => 0)
    let whole = 0
    for (const problem of PROBLEMS)
      for (const noise of NOISES)
        for (let seed = 0; seed < seeds; seed++) {
          whole++
          const shares = await sharesHeld(problem, { noise, seed, trials, sampler: sampler() })
          for (const [k, share] of shares.entries()) held[k] = (held[k] ?? 0) + share
        }
    const cells = held.map((share) => `${((100 * share) / whole).toFixed(0)} %`)
    console.log(name, trials, ...cells)
    out.push(`| ${name} | ${trials} | ${cells.join(' | ')} |`)
  }
  return out
}

interface Search {
  readonly noise: number
  readonly seed: number
  readonly trials: number
  readonly sampler: Sampler | undefined
}

/** By reach, the share of the axis on which the band holds the truth. */
async function sharesHeld(problem: Problem, { noise, seed, trials, sampler }: Search): Promise<number[]> {
  const space = Object.fromEntries(Array.from({ length: DIMENSIONS }, (_, j) => [`x${j}`, float(0, 1)]))
  const study = await createStudy({ goals: { loss: 'minimize' }, space, seed, ...(sampler && { sampler }) })
  const normal = normals(seed + 1)
  await study.optimize((params) => problem.value(Object.values(params) as number[]) + noise * normal(), { trials })
  const slice = sliceData(responseForest(study.trials, study.space, study.goals), 'x0')
  return REACHES.map((reach) =>
    (slice?.dependence ?? []).reduce((sum, { from, to, mean, spread }) => {
      const isHeld = Math.abs(mean - problem.along((from + to) / 2)) <= reach * spread
      return sum + (isHeld ? to - from : 0)
    }, 0),
  )
}

function meanOver(f: (u: number) => number): number {
  const places = Array.from({ length: 1000 }, (_, i) => f((i + 0.5) / 1000))
  return places.reduce((sum, value) => sum + value, 0) / places.length
}

/** Standard normal numbers, nearly: sums of twelve even ones. */
function normals(seed: number): () => number {
  let state = seed
  return () => {
    let sum = 0
    for (let i = 0; i < 12; i++) {
      state = (state * 48_271) % 2_147_483_647
      sum += state / 2_147_483_647
    }
    return sum - 6
  }
}
