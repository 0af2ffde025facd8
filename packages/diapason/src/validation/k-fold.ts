import { OptionError } from '../errors.ts'
import { createMersenneTwister, type MersenneTwister } from '../math/mersenne-twister.ts'
import { parseCount } from '../study/budget.ts'
import { encodeLabels } from './label-codes.ts'
import {
  checkSeed,
  columnOf,
  type Examples,
  type ShuffleOptions,
  type Split,
  type Splitter,
  splitsByFold,
} from './splitter.ts'

/** Options of {@link kFold} and {@link stratifiedKFold}. */
export interface KFoldOptions extends ShuffleOptions {
  /** The whole division so many times, shuffled anew each time (default 1); needs a seed. */
  readonly repeats?: number
}

/**
 * Each example is scored once: `folds` parts of (almost) equal size.
 * Equal to scikit-learn's `KFold`, with repeats `RepeatedKFold`.
 * @param folds at least 2, default 5
 * @example kFold(5, { seed: 1 }).split({ count: 100 })[0].test.length // 20
 */
export function kFold(folds = 5, options: KFoldOptions = {}): Splitter {
  return repeatedly('k-fold', folds, options, ({ count }, random) => {
    if (count < folds) {
      throw new OptionError(`${folds} folds of ${count} examples`, `Make at most ${count} folds`)
    }
    const order = Int32Array.from({ length: count }, (_, i) => i)
    random?.shuffle(order)
    const foldOf = new Int32Array(count)
    let at = 0
    for (let fold = 0; fold < folds; fold++) {
      const size = Math.floor(count / folds) + (fold < count % folds ? 1 : 0)
      for (const end = at + size; at < end; at++) foldOf[order[at]!] = fold
    }
    return splitsByFold(foldOf, folds)
  })
}

/**
 * k folds with the classes in the same shares in each, as nearly as can be.
 * Equal to scikit-learn's `StratifiedKFold`, with repeats `RepeatedStratifiedKFold`.
 * @param folds at least 2, default 5
 * @throws {OptionError} from `split`, where no class has as many examples as there are folds
 */
export function stratifiedKFold(folds = 5, options: KFoldOptions = {}): Splitter {
  const name = 'stratified-k-fold'
  return {
    ...repeatedly(name, folds, options, (examples, random) => {
      const { codes, counts } = encodeLabels(columnOf(name, 'labels', examples), 'appearance')
      checkClasses(folds, counts)
      return splitsByFold(stratifiedFolds(codes, counts, folds, random), folds)
    }),
    notes: (examples) => rareClassNotes(folds, columnOf(name, 'labels', examples)),
  }
}

/** The fold of each example: dealing the sorted labels out one by one says how many of each class a fold takes. */
function stratifiedFolds(codes: Int32Array, counts: Int32Array, folds: number, random: MersenneTwister | undefined) {
  const foldOf = new Int32Array(codes.length)
  let dealt = 0
  for (const [code, count] of counts.entries()) {
    const taken = new Int32Array(folds)
    for (let i = 0; i < count; i++) taken[(dealt + i) % folds]!++
    dealt += count
    const order = Int32Array.from(Array.from(taken).flatMap((size, fold) => new Array<number>(size).fill(fold)))
    random?.shuffle(order)
    let next = 0
    for (let i = 0; i < codes.length; i++) if (codes[i] === code) foldOf[i] = order[next++]!
  }
  return foldOf
}

/** @throws {OptionError} where every class is rarer than there are folds */
export function checkClasses(folds: number, counts: Int32Array): void {
  const most = Math.max(...counts)
  if (most < folds) {
    throw new OptionError(`${folds} stratified folds where no class has more than ${most} examples`, 'Make fewer folds')
  }
}

/** Says which classes are missing from some fold. */
export function rareClassNotes(folds: number, column: ArrayLike<string | number | boolean>): string[] {
  const { labels, counts } = encodeLabels(column)
  return labels.flatMap((label, code) =>
    (counts[code] ?? 0) < folds
      ? [`Class ${JSON.stringify(label)} has ${counts[code]} examples for ${folds} folds: some folds are without it.`]
      : [],
  )
}

function repeatedly(
  name: string,
  folds: number,
  { seed, repeats = 1 }: KFoldOptions,
  splitOnce: (examples: Examples, random: MersenneTwister | undefined) => readonly Split[],
): Splitter {
  parseCount('The number of folds', folds, 2)
  parseCount('repeats', repeats, 1)
  if (seed !== undefined) checkSeed(seed)
  else if (repeats > 1) throw new OptionError(`${repeats} repeats without a seed are all the same`, 'Give a seed')
  return {
    name,
    split(examples) {
      const random = seed === undefined ? undefined : createMersenneTwister(seed)
      return Array.from({ length: repeats }, () => splitOnce(examples, random)).flat()
    },
  }
}
