import { OptionError } from '../errors.ts'
import { createMersenneTwister, type MersenneTwister } from '../math/mersenne-twister.ts'
import { parseCount } from '../study/budget.ts'
import { encodeLabels, type LabelCodes, placesWhere } from './label-codes.ts'
import { checkSeed, columnOf, type Split, type Splitter } from './splitter.ts'

/** Options of the shuffle splitters. Below 1: a share; from 1 on: a number of examples (or groups). */
export interface ShuffleSplitOptions {
  /** Part to score (default 0.1, of groups 0.2, or what `train` leaves). */
  readonly test?: number
  /** Part to train on (default: what `test` leaves). */
  readonly train?: number
  /** Whole number in [0, 2^32), as scikit-learn's `random_state`; default 0. */
  readonly seed?: number
}

/**
 * Independent random divisions into a part to train on and a part to score; one of them is a hold-out.
 * Equal to scikit-learn's `ShuffleSplit`.
 * @param splits at least 1, default 10
 * @example shuffleSplit(1, { test: 0.25, seed: 42 }) // what `train_test_split` does
 */
export function shuffleSplit(splits = 10, options: ShuffleSplitOptions = {}): Splitter {
  return shuffling('shuffle-split', splits, options, 0.1, ({ count }) => {
    const sizes = sizesOf(options, count, 0.1)
    return (random) => divide(random.permutation(count), sizes)
  })
}

/**
 * Random divisions with the classes in the same shares on both sides.
 * Equal to scikit-learn's `StratifiedShuffleSplit`.
 * @param splits at least 1, default 10
 */
export function stratifiedShuffleSplit(splits = 10, options: ShuffleSplitOptions = {}): Splitter {
  const name = 'stratified-shuffle-split'
  return shuffling(name, splits, options, 0.1, (examples) => {
    const classes = encodeLabels(columnOf(name, 'labels', examples))
    const sizes = sizesOf(options, examples.count, 0.1)
    checkStrata(classes, sizes)
    const members = classes.labels.map((_, code) => placesWhere(classes.codes, (held) => held === code))
    return (random) => divideStratified(members, classes.counts, sizes, random)
  })
}

/**
 * Random divisions that never tear a group apart; shares are of groups.
 * Equal to scikit-learn's `GroupShuffleSplit`.
 * @param splits at least 1, default 5
 */
export function groupShuffleSplit(splits = 5, options: ShuffleSplitOptions = {}): Splitter {
  const name = 'group-shuffle-split'
  return shuffling(name, splits, options, 0.2, (examples) => {
    const { codes, labels } = encodeLabels(columnOf(name, 'groups', examples))
    const sizes = sizesOf(options, labels.length, 0.2)
    return (random) => {
      const groups = divide(random.permutation(labels.length), sizes)
      const within = (chosen: Int32Array) => {
        const set = new Set(chosen)
        return placesWhere(codes, (group) => set.has(group))
      }
      return { train: within(groups.train), test: within(groups.test) }
    }
  })
}

interface Sizes {
  readonly train: number
  readonly test: number
}

function shuffling(
  name: string,
  splits: number,
  options: ShuffleSplitOptions,
  defaultTest: number,
  prepare: (examples: Parameters<Splitter['split']>[0]) => (random: MersenneTwister) => Split,
): Splitter {
  parseCount('The number of splits', splits, 1)
  const seed = checkSeed(options.seed ?? 0)
  // Whatever the examples, these must make sense.
  sizesOf(options, 1e9, defaultTest)
  return {
    name,
    split(examples) {
      const divideOnce = prepare(examples)
      const random = createMersenneTwister(seed)
      return Array.from({ length: splits }, () => divideOnce(random))
    },
  }
}

function sizesOf({ test, train }: ShuffleSplitOptions, count: number, defaultTest: number): Sizes {
  const wantedTest = test ?? (train === undefined ? defaultTest : undefined)
  const tested = wantedTest === undefined ? undefined : sizeOf('test', wantedTest, count, Math.ceil)
  const trained = train === undefined ? count - (tested ?? 0) : sizeOf('train', train, count, Math.floor)
  const sizes = { train: trained, test: tested ?? count - trained }
  if (sizes.train < 1 || sizes.test < 1 || sizes.train + sizes.test > count) {
    throw new OptionError(
      `Of ${count} examples or groups, ${sizes.train} to train on and ${sizes.test} to score`,
      'Choose train and test so that both get some and neither shares with the other',
    )
  }
  return sizes
}

function sizeOf(name: string, size: number, count: number, round: (x: number) => number): number {
  if (size > 0 && size < 1) return round(size * count)
  if (Number.isInteger(size) && size >= 1) return size
  throw new OptionError(`${name} is ${size}`, 'Give a share between 0 and 1, or a whole number of examples')
}

function divide(order: Int32Array, { train, test }: Sizes): Split {
  return { train: order.slice(test, test + train), test: order.slice(0, test) }
}

function divideStratified(members: readonly Int32Array[], counts: Int32Array, sizes: Sizes, random: MersenneTwister) {
  const trained = shareOut(counts, sizes.train, random)
  const rest = counts.map((count, code) => count - trained[code]!)
  const tested = shareOut(rest, sizes.test, random)
  const train: number[] = []
  const test: number[] = []
  for (const [code, places] of members.entries()) {
    const order = random.permutation(places.length)
    const cut = trained[code]!
    for (const i of order.subarray(0, cut)) train.push(places[i]!)
    for (const i of order.subarray(cut, cut + tested[code]!)) test.push(places[i]!)
  }
  return { train: random.permutation(Int32Array.from(train)), test: random.permutation(Int32Array.from(test)) }
}

/** Shares `draws` out over classes in proportion; what rounding down leaves goes to the largest remainders, ties by lot. */
function shareOut(counts: Int32Array, draws: number, random: MersenneTwister): Int32Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const exact = Array.from(counts, (count) => (count / total) * draws)
  const shares = Int32Array.from(exact, Math.floor)
  let left = draws - shares.reduce((sum, share) => sum + share, 0)
  const remainders = exact.map((share) => share - Math.floor(share))
  for (const value of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (left <= 0) break
    const tied = placesWhere(remainders, (remainder) => remainder === value)
    const order = random.permutation(tied.length).subarray(0, Math.min(tied.length, left))
    for (const i of order) shares[tied[i]!]!++
    left -= order.length
  }
  return shares
}

function checkStrata({ labels, counts }: LabelCodes, { train, test }: Sizes): void {
  const lone = labels[counts.findIndex((count) => count < 2)]
  if (lone !== undefined) {
    throw new OptionError(`Class ${JSON.stringify(lone)} has one example`, 'Stratify over classes of two or more')
  }
  if (train < labels.length || test < labels.length) {
    throw new OptionError(
      `${labels.length} classes do not fit into ${train} examples to train on and ${test} to score`,
      'Make the smaller part larger',
    )
  }
}
