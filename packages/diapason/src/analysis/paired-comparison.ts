import { OptionError } from '../errors.ts'
import { studentQuantile } from '../math/student-t.ts'

/** How much better a candidate scores than a baseline on the same examples. */
export interface PairedComparison {
  readonly examples: number
  readonly seeds: number
  /** Mean score over examples and seeds. */
  readonly baseline: number
  readonly candidate: number
  /** candidate − baseline: above 0, the candidate is better. */
  readonly difference: number
  /** NaN where one example and one seed leave nothing to estimate it from. */
  readonly standardError: number
  readonly degreesOfFreedom: number
  /** Confidence interval of the difference; undefined where one example and one seed leave nothing to estimate it from. */
  readonly interval: readonly [low: number, high: number] | undefined
  /** Such as 0.95. */
  readonly level: number
}

/** Scores by seed, then by example; more is better. */
export type ScoresBySeed = readonly ArrayLike<number>[]

/**
 * Compares two configurations by their scores on the same examples, each trained with several seeds.
 *
 * Differences are taken example by example, which removes what makes an example hard for both. Both the examples and the
 * seeds are samples: another test set and another training would have given another difference. So the differences are
 * taken as a two-way layout with crossed random effects, d = mean + example + seed + rest, and the variance of their mean is
 * (MS_example + MS_seed − MS_rest) / (examples · seeds), in which an effect that shows less than the rest counts as none. With one
 * seed this is the paired t interval over examples, with one example the one over seeds. Scores of a fixed seed need not be
 * comparable between the two configurations.
 *
 * @param baseline  scores by seed and example, at least one of each
 * @param candidate of the same shape
 * @param level     of the interval, in (0, 1), default 0.95
 * @throws {OptionError} where the shapes differ or a score is not finite
 * Cost: O(examples · seeds).
 * Source: variance of a mean under crossed random effects after R. L. Brennan, "Generalizability Theory", 2001, §3 (the model of
 * multi-reader multi-case studies, too); degrees of freedom after F. E. Satterthwaite, Biometrics Bulletin 2, 1946.
 * @example comparePaired([[1, 0, 1]], [[1, 1, 1]]).difference // 1/3
 */
export function comparePaired(baseline: ScoresBySeed, candidate: ScoresBySeed, level = 0.95): PairedComparison {
  checkShapes(baseline, candidate)
  const seeds = baseline.length
  const examples = baseline[0]?.length ?? 0
  const difference = grandMean(candidate, examples) - grandMean(baseline, examples)
  const { variance, degreesOfFreedom } = varianceOfMean(baseline, candidate, difference)
  const standardError = Math.sqrt(variance)
  const half = studentQuantile(0.5 + level / 2, degreesOfFreedom) * standardError
  return {
    examples,
    seeds,
    baseline: grandMean(baseline, examples),
    candidate: grandMean(candidate, examples),
    difference,
    standardError,
    degreesOfFreedom,
    interval: Number.isNaN(half) ? undefined : [difference - half, difference + half],
    level,
  }
}

function varianceOfMean(baseline: ScoresBySeed, candidate: ScoresBySeed, difference: number) {
  const seeds = baseline.length
  const examples = baseline[0]?.length ?? 0
  const diffs = candidate.map((scores, s) =>
    Float64Array.from(scores, (score, i) => score - (baseline[s]?.[i] ?? Number.NaN)),
  )
  const bySeed = diffs.map((row) => row.reduce((sum, d) => sum + d, 0) / examples)
  const byExample = Float64Array.from(
    { length: examples },
    (_, i) => diffs.reduce((sum, row) => sum + (row[i] ?? 0), 0) / seeds,
  )
  const squares = (means: ArrayLike<number>) =>
    Array.from(means).reduce((sum, mean) => sum + (mean - difference) ** 2, 0)
  let rest = 0
  for (const [s, row] of diffs.entries()) {
    for (const [i, d] of row.entries()) rest += (d - (bySeed[s] ?? 0) - (byExample[i] ?? 0) + difference) ** 2
  }
  const mean = meanSquare
  return combine(
    mean(seeds * squares(byExample), examples - 1),
    mean(examples * squares(bySeed), seeds - 1),
    mean(rest, (examples - 1) * (seeds - 1)),
    examples * seeds,
  )
}

/** A mean square and how many independent numbers it comes from. */
interface MeanSquare {
  readonly value: number
  readonly freedom: number
}

function meanSquare(sum: number, freedom: number): MeanSquare {
  return { value: freedom > 0 ? sum / freedom : 0, freedom }
}

function combine(example: MeanSquare, seed: MeanSquare, rest: MeanSquare, count: number) {
  // An effect that cannot be estimated (one seed, one example) is 0 here, and so is the rest then: the other one remains.
  const effects = [example, seed].filter(({ value, freedom }) => freedom > 0 && value > rest.value)
  const parts = effects.length === 2 ? [...effects, { ...rest, value: -rest.value }] : effects
  const terms = (parts.length > 0 ? parts : [largestFreedom([example, seed, rest])]).filter(
    ({ freedom }) => freedom > 0,
  )
  if (terms.length === 0) return { variance: Number.NaN, degreesOfFreedom: Number.NaN }
  const total = terms.reduce((sum, { value }) => sum + value, 0)
  const spread = terms.reduce((sum, { value, freedom }) => sum + value ** 2 / freedom, 0)
  const most = terms.reduce((sum, { freedom }) => Math.max(sum, freedom), 0)
  return { variance: total / count, degreesOfFreedom: spread > 0 ? total ** 2 / spread : most }
}

function largestFreedom(squares: readonly MeanSquare[]): MeanSquare {
  return squares.reduce((a, b) => (b.freedom > a.freedom ? b : a))
}

function grandMean(scores: ScoresBySeed, examples: number): number {
  let sum = 0
  for (const row of scores) for (let i = 0; i < examples; i++) sum += row[i] ?? Number.NaN
  return sum / (examples * scores.length)
}

function checkShapes(baseline: ScoresBySeed, candidate: ScoresBySeed): void {
  const examples = baseline[0]?.length ?? 0
  const isEven = [...baseline, ...candidate].every((row) => row.length === examples)
  if (examples === 0 || baseline.length !== candidate.length || !isEven) {
    const shape = (scores: ScoresBySeed) => `[${scores.map((row) => row.length).join(', ')}]`
    throw new OptionError(
      `The scores have ${shape(baseline)} and ${shape(candidate)} examples by seed`,
      'Score the same examples, at least one, for every seed and both configurations',
    )
  }
  for (const row of [...baseline, ...candidate]) {
    const wrong = Array.from(row).findIndex((score) => !Number.isFinite(score))
    if (wrong >= 0) {
      throw new OptionError(`The score of example ${wrong} is ${row[wrong]}`, 'Return a finite number for each example')
    }
  }
}
