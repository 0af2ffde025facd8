// Which of several noisy means is the best, and which to measure next.
// Notation: y_ij the j-th run of arm i, less is better; y_ij = m_i + e_ij, m_i ~ N(m, t²) between arms, e_ij ~ N(0, s²) within;
// n_i runs of arm i, N in all, k arms.
import type { Rng } from './rng.ts'
import { mean } from './stats.ts'
import { studentQuantile } from './student-t.ts'

/** What is known of one arm. */
export interface ArmJudgement {
  /** Drawn towards the mean of all arms, the more, the fewer its runs and the noisier they are. */
  readonly mean: number
  readonly standardError: number
  readonly interval: readonly [low: number, high: number]
  /** That its true mean is the least of all. */
  readonly chanceBest: number
}

/** What is known of all. */
export interface BestArmJudgement {
  readonly arms: readonly ArmJudgement[]
  /** The arm with the least mean; the earlier one on ties. */
  readonly best: number
  /** The arm to run next: of the best and its closest rival the one with fewer runs. */
  readonly next: number
  /** Standard deviation of one run within an arm. */
  readonly noise: number
}

const DRAWS = 4000

/**
 * Judges arms by their runs: empirical Bayes for the one-way layout with random effects. Variances by the analysis of variance.
 * @param runs  by arm, at least two arms with one run each, and one with two
 * @param rng   for the chances, which are shares of 4,000 draws
 * @param level of the intervals, in (0, 1), default 0.95
 * Source: B. Efron, C. Morris, J. Am. Stat. Assoc. 70, 1975 (shrinkage); S. R. Searle, G. Casella, C. E. McCulloch, "Variance Components",
 * 1992, §3.6 (unbalanced estimates); S. Kalyanakrishnan et al., ICML 2012 (LUCB: measure the best and its closest rival).
 */
export function judgeArms(runs: readonly (readonly number[])[], rng: Rng, level = 0.95): BestArmJudgement {
  const { within, between, freedom } = varianceComponents(runs)
  const centre = weightedCentre(runs, within, between)
  const posteriors = runs.map((values) => {
    const share = between === 0 ? 0 : between / (between + within / values.length)
    return {
      mean: centre.mean + share * (mean(values) - centre.mean),
      // What shrinking leaves, and what the common mean itself errs.
      variance: (share * within) / values.length + (1 - share) ** 2 * centre.variance,
    }
  })
  const best = posteriors.reduce((least, { mean }, i) => (mean < posteriors[least]!.mean ? i : least), 0)
  const chances = chancesBest(posteriors, freedom, rng)
  const half = studentQuantile(0.5 + level / 2, freedom)
  return {
    arms: posteriors.map(({ mean, variance }, i) => {
      const standardError = Math.sqrt(variance)
      const reach = standardError === 0 ? 0 : half * standardError
      return { mean, standardError, interval: [mean - reach, mean + reach], chanceBest: chances[i]! }
    }),
    best,
    next: nextArm(runs, posteriors, best),
    noise: Math.sqrt(within),
  }
}

interface Posterior {
  readonly mean: number
  readonly variance: number
}

function varianceComponents(runs: readonly (readonly number[])[]) {
  const total = runs.reduce((sum, { length }) => sum + length, 0)
  const grand = runs.reduce((sum, values) => sum + values.reduce((a, b) => a + b, 0), 0) / total
  let squaresWithin = 0
  let squaresBetween = 0
  let sumOfSquares = 0
  for (const values of runs) {
    const own = mean(values)
    squaresWithin += values.reduce((sum, y) => sum + (y - own) ** 2, 0)
    squaresBetween += values.length * (own - grand) ** 2
    sumOfSquares += values.length ** 2
  }
  const freedom = total - runs.length
  const within = squaresWithin / freedom
  const effective = (total - sumOfSquares / total) / (runs.length - 1)
  const between = Math.max(0, (squaresBetween / (runs.length - 1) - within) / effective)
  return { within, between, freedom }
}

/** The common mean, each arm by its precision. */
function weightedCentre(runs: readonly (readonly number[])[], within: number, between: number): Posterior {
  let sum = 0
  let weights = 0
  for (const values of runs) {
    const weight = within + between === 0 ? 1 : 1 / (between + within / values.length)
    sum += weight * mean(values)
    weights += weight
  }
  return { mean: sum / weights, variance: within + between === 0 ? 0 : 1 / weights }
}

/** Shares of draws in which each arm is the least; the spread is drawn as well, as few runs know it badly. */
function chancesBest(posteriors: readonly Posterior[], freedom: number, rng: Rng): Float64Array {
  const wins = new Float64Array(posteriors.length)
  for (let draw = 0; draw < DRAWS; draw++) {
    let chiSquare = 0
    for (let i = 0; i < freedom; i++) chiSquare += rng.normal() ** 2
    const scale = Math.sqrt(freedom / chiSquare)
    let least = Number.POSITIVE_INFINITY
    let winner = 0
    for (const [i, { mean, variance }] of posteriors.entries()) {
      const value = mean + scale * Math.sqrt(variance) * rng.normal()
      if (value < least) {
        least = value
        winner = i
      }
    }
    wins[winner]!++
  }
  return wins.map((count) => count / DRAWS)
}

function nextArm(runs: readonly (readonly number[])[], posteriors: readonly Posterior[], best: number): number {
  let rival = best
  let closest = Number.POSITIVE_INFINITY
  for (const [i, { mean, variance }] of posteriors.entries()) {
    if (i === best) continue
    const spread = Math.sqrt(variance + posteriors[best]!.variance)
    const distance = spread === 0 ? mean - posteriors[best]!.mean : (mean - posteriors[best]!.mean) / spread
    if (distance < closest) {
      closest = distance
      rival = i
    }
  }
  return runs[rival]!.length < runs[best]!.length ? rival : best
}
