import { marginalVariance, pairVariance, treeMarginals } from '../models/tree-marginals.ts'
import { MOST_TAUGHT, type ResponseForest } from './response-forest.ts'

/** A parameter's own part of the variance. */
export interface MainEffect {
  readonly path: string
  /** Share of the variance over the whole space, in [0, 1]. */
  readonly share: number
  /** Standard deviation of the share from tree to tree. */
  readonly spread: number
}

/** What two parameters do together beyond what each does alone. */
export interface Interaction {
  readonly paths: readonly [string, string]
  readonly share: number
  readonly spread: number
}

/** The variance of a goal over the search space, taken apart. */
export interface FunctionalAnova {
  readonly goal: string
  /** How many trials it was learnt from. */
  readonly trials: number
  /** The largest share first. */
  readonly params: readonly MainEffect[]
  /** The largest share first. */
  readonly interactions: readonly Interaction[]
  /** What neither one parameter nor a pair that was looked at explains, noise included. */
  readonly rest: number
}

/** Pairs are looked at among so many parameters with the largest shares. */
const PAIRED = 8

/**
 * Functional ANOVA: how much of a goal's variance over the whole space each parameter explains alone, and which pairs act together. Unlike
 * PED-ANOVA it looks at all values, bad ones too, at parameters as evenly spread over their scale (logarithmic ones over their logarithm).
 * @returns empty lists where all trials have the same value
 * Cost: see {@link responseForest}; pairs cost as much again.
 * Source: F. Hutter, H. Hoos, K. Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014.
 */
export function functionalAnova(response: ResponseForest): FunctionalAnova {
  const { forest, params, goal, trials } = response
  const edges = forest.points.axes.map((axis) => axis.edges)
  const alone = forest.trees.map((tree) => {
    const { variance, single } = treeMarginals(forest, tree)
    return { variance, parts: single.map((marginal, j) => marginalVariance(edges[j] ?? marginal, marginal)) }
  })
  const main = params.map((_, j) => shareOf(alone.map(({ variance, parts }) => [parts[j] ?? 0, variance])))
  const leading = params
    .map((_, j) => j)
    .sort((a, b) => (main[b]?.share ?? 0) - (main[a]?.share ?? 0))
    .slice(0, PAIRED)
  const pairs = leading.flatMap((a, i) => leading.slice(i + 1).map((b) => [a, b] as const))
  const together = forest.trees.map((tree, t) => {
    const marginals = treeMarginals(forest, tree, pairs)
    const { variance = 0, parts = [] } = alone[t] ?? {}
    return pairs.map(([a, b], p): Ratio => {
      const both = pairVariance(edges[a]!, edges[b]!, marginals.pairs[p]!)
      return [Math.max(0, both - (parts[a] ?? 0) - (parts[b] ?? 0)), variance]
    })
  })
  const interactions = pairs
    .map(([a, b], p): Interaction => {
      const paths = [params[a]?.name ?? '', params[b]?.name ?? ''] as const
      return { paths, ...shareOf(together.map((ratios) => ratios[p] ?? [0, 0])) }
    })
    .filter(({ share }) => share > 0)
  const effects = params.map(({ name }, j) => ({ path: name, ...(main[j] ?? { share: 0, spread: 0 }) }))
  const explained = [...effects, ...interactions].reduce((sum, { share }) => sum + share, 0)
  return {
    goal: goal.name,
    trials: Math.min(trials.length, MOST_TAUGHT),
    params: effects.sort((a, b) => b.share - a.share),
    interactions: interactions.sort((a, b) => b.share - a.share),
    rest: explained > 0 ? Math.max(0, 1 - explained) : 0,
  }
}

type Ratio = readonly [part: number, whole: number]

/** Mean and standard deviation of part / whole over the trees that vary at all. */
function shareOf(ratios: readonly Ratio[]): { readonly share: number; readonly spread: number } {
  const shares = ratios.filter(([, whole]) => whole > 0).map(([part, whole]) => part / whole)
  if (shares.length === 0) return { share: 0, spread: 0 }
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0)
  return { share: mean, spread: Math.sqrt(squares / shares.length) }
}
