import { OptionError } from '../errors.ts'
import { createMersenneTwister } from '../math/mersenne-twister.ts'
import { pairwiseSum } from '../math/pairwise-sum.ts'
import { parseCount } from '../study/budget.ts'
import { checkClasses, rareClassNotes } from './k-fold.ts'
import { encodeLabels } from './label-codes.ts'
import { checkSeed, columnOf, type ShuffleOptions, type Splitter, splitsByFold } from './splitter.ts'

/**
 * k folds that never tear a group apart: large groups first, each into the fold that is lightest so far; with a seed, groups at random.
 * Equal to scikit-learn's `GroupKFold`.
 * @param folds at least 2, default 5
 */
export function groupKFold(folds = 5, { seed }: ShuffleOptions = {}): Splitter {
  const name = 'group-k-fold'
  checkOptions(folds, seed)
  return {
    name,
    split(examples) {
      const { codes, counts } = encodeLabels(columnOf(name, 'groups', examples))
      checkGroups(folds, counts.length)
      const foldOfGroup = seed === undefined ? balancedFolds(counts, folds) : shuffledFolds(counts.length, folds, seed)
      return splitsByFold(
        codes.map((group) => foldOfGroup[group]!),
        folds,
      )
    },
  }
}

function balancedFolds(counts: Int32Array, folds: number): Int32Array {
  const weights = new Int32Array(folds)
  const foldOfGroup = new Int32Array(counts.length)
  // Ties: the later group first, which is what reversing a stable ascending sort does.
  const order = Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || b - a)
  for (const group of order) {
    const lightest = weights.indexOf(Math.min(...weights))
    weights[lightest]! += counts[group]!
    foldOfGroup[group] = lightest
  }
  return foldOfGroup
}

function shuffledFolds(groups: number, folds: number, seed: number): Int32Array {
  const order = createMersenneTwister(seed).permutation(groups)
  const foldOfGroup = new Int32Array(groups)
  let at = 0
  for (let fold = 0; fold < folds; fold++) {
    const size = Math.floor(groups / folds) + (fold < groups % folds ? 1 : 0)
    for (const end = at + size; at < end; at++) foldOfGroup[order[at]!] = fold
  }
  return foldOfGroup
}

/**
 * k folds that never tear a group apart and keep the classes in nearly the same shares: groups with the most uneven classes first,
 * each into the fold where the shares of the classes then differ least between folds.
 * Equal to scikit-learn's `StratifiedGroupKFold`.
 * @param folds at least 2, default 5
 * Cost: O(groups · folds² · classes).
 */
export function stratifiedGroupKFold(folds = 5, { seed }: ShuffleOptions = {}): Splitter {
  const name = 'stratified-group-k-fold'
  checkOptions(folds, seed)
  return {
    name,
    notes: (examples) => rareClassNotes(folds, columnOf(name, 'labels', examples)),
    split(examples) {
      const classes = encodeLabels(columnOf(name, 'labels', examples))
      const groups = encodeLabels(columnOf(name, 'groups', examples))
      checkClasses(folds, classes.counts)
      checkGroups(folds, groups.counts.length)
      const perGroup = Array.from(groups.counts, () => new Float64Array(classes.counts.length))
      for (const [i, group] of groups.codes.entries()) perGroup[group]![classes.codes[i]!]!++
      const order = Int32Array.from(groups.counts.keys())
      if (seed !== undefined) createMersenneTwister(seed).shuffle(order)
      const unevenness = perGroup.map(deviation)
      // A stable sort: groups that are equally uneven keep their (shuffled) order.
      const sorted = Array.from(order).sort((a, b) => unevenness[b]! - unevenness[a]!)
      const foldOfGroup = new Int32Array(order.length)
      const perFold = Array.from({ length: folds }, () => new Float64Array(classes.counts.length))
      for (const group of sorted) {
        const fold = bestFold(perFold, perGroup[group]!, classes.counts)
        foldOfGroup[group] = fold
        add(perFold[fold]!, perGroup[group]!)
      }
      return splitsByFold(
        groups.codes.map((group) => foldOfGroup[group]!),
        folds,
      )
    },
  }
}

function bestFold(perFold: readonly Float64Array[], group: Float64Array, counts: Int32Array): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  let fewest = Number.POSITIVE_INFINITY
  for (const [fold, held] of perFold.entries()) {
    const uneven = unevennessWith(perFold, fold, group, counts)
    const size = pairwiseSum(held)
    // Nearly equal counts as equal (NumPy's `isclose`); then the smaller fold takes the group.
    const isClose = Math.abs(uneven - least) <= 1e-8 + 1e-5 * Math.abs(least)
    if (uneven < least || (isClose && size < fewest)) {
      best = fold
      least = uneven
      fewest = size
    }
  }
  return best
}

/** Mean over classes of the deviation, between folds, of the share of the class, once a fold has taken a group. */
function unevennessWith(perFold: readonly Float64Array[], fold: number, group: Float64Array, counts: Int32Array) {
  const deviations = Float64Array.from(counts, (count, code) => {
    const shares = perFold.map((held, f) => (held[code]! + (f === fold ? group[code]! : 0)) / count)
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length)
  })
  return pairwiseSum(deviations) / deviations.length
}

function deviation(values: Float64Array): number {
  const mean = pairwiseSum(values) / values.length
  return Math.sqrt(pairwiseSum(values.map((value) => (value - mean) ** 2)) / values.length)
}

function add(into: Float64Array, values: Float64Array): void {
  for (const [i, value] of values.entries()) into[i]! += value
}

function checkOptions(folds: number, seed: number | undefined): void {
  parseCount('The number of folds', folds, 2)
  if (seed !== undefined) checkSeed(seed)
}

function checkGroups(folds: number, groups: number): void {
  if (groups < folds) throw new OptionError(`${folds} folds of ${groups} groups`, `Make at most ${groups} folds`)
}
