import { orderedDensity, unorderedDensity } from '../models/grid-density.ts'
import { columnOf } from '../space/column.ts'
import { type Distribution, gridOf, type ParamValue, sameDistribution } from '../space/distribution.ts'
import type { RankedTrial } from './best-share.ts'

/** Points on which a range is looked at. */
const STEPS = 50
/** Keeps ratios finite where a density is 0. */
const FLOOR = 1e-12
/** A range that fewer trials had is left out. */
const LEAST_TRIALS = 2

/** What {@link pedAnova} says of one parameter. */
export interface ParamScore {
  readonly score: number
  readonly trials: number
}

/** How {@link pedAnova} compares. */
export interface PedAnovaOptions {
  /** Compare with where the trials were (`trials`, default), or with an even spread over the ranges (`space`). */
  readonly against?: 'trials' | 'space'
}

/**
 * How much each parameter matters for being among the best: the Pearson divergence between where the best trials had it and where
 * all trials had it. What a sampler did along the way thereby counts for nothing. A parameter that is not always there, or whose range differs from
 * trial to trial, is judged within each of its ranges.
 *
 * @param trials all trials that count
 * @param best   those of them that are good enough
 * @returns by path, in the order in which parameters turn up, a score ≥ 0, only comparable within one call, and how many trials had it
 * Cost: O(trials · parameters).
 * Source: S. Watanabe, A. Bansal, F. Hutter, "PED-ANOVA", IJCAI 2023, arXiv 2304.10255; conditional parameters after K. Imamura and
 * others, arXiv 2601.20800, Algorithm 1.
 */
export function pedAnova(
  trials: readonly RankedTrial[],
  best: ReadonlySet<RankedTrial>,
  { against = 'trials' }: PedAnovaOptions = {},
): ReadonlyMap<string, ParamScore> {
  const scores = new Map<string, ParamScore>()
  for (const [path, regimes] of regimesByPath(trials, best)) {
    let score = 0
    for (const { distribution, all, good } of regimes) {
      if (all.length < LEAST_TRIALS || good.length === 0 || columnOf(distribution).size === 1) continue
      const share = good.length / best.size
      score += ((share * share) / (all.length / trials.length)) * divergence(distribution, all, good, against)
    }
    const held = regimes.reduce((count, { all }) => count + all.length, 0)
    scores.set(path, { score: score * (best.size / trials.length) ** 2, trials: held })
  }
  return scores
}

/** The trials that had a parameter with one and the same range. */
interface Regime {
  readonly distribution: Distribution
  /** Its values in all these trials. */
  readonly all: ParamValue[]
  /** Its values in the best ones. */
  readonly good: ParamValue[]
}

function regimesByPath(trials: readonly RankedTrial[], best: ReadonlySet<RankedTrial>): Map<string, Regime[]> {
  const byPath = new Map<string, Regime[]>()
  for (const trial of trials) {
    const isGood = best.has(trial)
    for (const path in trial.distributions) {
      const value = trial.params[path]
      const distribution = trial.distributions[path]
      if (value === undefined || distribution === undefined) continue
      const regimes = byPath.get(path) ?? []
      if (regimes.length === 0) byPath.set(path, regimes)
      const known = regimes.find((regime) => sameDistribution(regime.distribution, distribution))
      const regime = known ?? { distribution, all: [], good: [] }
      if (known === undefined) regimes.push(regime)
      regime.all.push(value)
      if (isGood) regime.good.push(value)
    }
  }
  return byPath
}

function divergence(
  distribution: Distribution,
  all: readonly ParamValue[],
  good: readonly ParamValue[],
  against: 'trials' | 'space',
): number {
  const density = densityOn(distribution)
  const top = density(good)
  const base = against === 'space' ? new Float64Array(top.length).fill(1 / top.length) : density(all)
  let sum = 0
  for (let c = 0; c < top.length; c++) sum += base[c]! * (top[c]! / base[c]! - 1) ** 2
  return sum
}

/** Turns values into probabilities of the cells of a grid over their range. */
function densityOn(distribution: Distribution): (values: readonly ParamValue[]) => Float64Array {
  if (distribution.kind === 'categorical') {
    const { size, indexOf } = columnOf(distribution)
    return (values) => densityOf(values, size, indexOf, unorderedDensity)
  }
  const { low, high, log } = distribution
  const scale = log ? Math.log : (value: number) => value
  const size = gridSize(distribution)
  const step = (scale(high) - scale(low)) / (size - 1)
  // Halfway between two points, the lower one counts.
  const cellOf = (value: ParamValue) => Math.ceil((scale(Number(value)) - scale(low)) / step - 0.5)
  return (values) => densityOf(values, size, cellOf, orderedDensity)
}

function gridSize(distribution: Exclude<Distribution, { kind: 'categorical' }>): number {
  const { kind, low, high, log } = distribution
  if (kind === 'int' && log) return Math.min(STEPS, Math.ceil(Math.log(high - low + 1) / Math.log(2)) + 1)
  return Math.min(STEPS, gridOf(distribution)?.size ?? STEPS)
}

function densityOf(
  values: readonly ParamValue[],
  size: number,
  cellOf: (value: ParamValue) => number,
  smooth: (counts: Float64Array, out: Float64Array) => void,
): Float64Array {
  const counts = new Float64Array(size)
  for (const value of values) {
    const cell = cellOf(value)
    counts[Math.min(size - 1, Math.max(0, cell))]!++
  }
  const out = new Float64Array(size)
  smooth(counts, out)
  for (let c = 0; c < size; c++) out[c]! += FLOOR
  return out
}
