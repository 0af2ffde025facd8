import { OptionError } from '../errors.ts'
import { createMersenneTwister, type MersenneTwister } from '../math/mersenne-twister.ts'
import { encodeLabels, placesWhere } from '../validation/label-codes.ts'
import { checkSeed, columnOf, type Examples } from '../validation/splitter.ts'

/** Which examples subsets are made of, and how many of them. */
export interface NestedSubsetsOptions {
  /** `labels`: every subset holds the classes in their shares. `groups`: none tears a group apart; labels are not looked at then. */
  readonly examples: Examples
  /** Examples of each subset, ascending, each from 1 to all; with groups about so many. */
  readonly sizes: readonly number[]
  /** Whole number in [0, 2^32); default 0. */
  readonly seed?: number
}

/**
 * Subsets of examples, each one within the next: beginnings of one shuffled order, so that a size means the same examples wherever
 * and whenever it is asked for.
 *
 * With labels, each subset holds the classes in their shares to within one example, and each class at least once where it is as large
 * as there are classes. With groups, each is made of whole groups and comes as near to its size as they allow, with one at least.
 *
 * Give the examples to train on alone: what a trial is scored by stays whole.
 * @returns places of examples, ascending, one list a size
 * @throws {OptionError} for sizes that do not ascend or are not to be had, or labels that do not pair with the examples
 * Cost: O(n log n).
 * @example const [ninth, third, all] = nestedSubsets({ examples: { count: labels.length, labels }, sizes: [200, 600, 1800], seed: 1 })
 */
export function nestedSubsets({ examples, sizes, seed = 0 }: NestedSubsetsOptions): readonly Int32Array[] {
  checkSizes(sizes, examples.count)
  const random = createMersenneTwister(checkSeed(seed))
  if (examples.groups !== undefined) return byGroups(examples, sizes, random)
  const order = examples.labels === undefined ? random.permutation(examples.count) : interleaved(examples, random)
  return sizes.map((size) => order.slice(0, size).sort())
}

/** An order of which every beginning holds the classes in their shares. */
function interleaved(examples: Examples, random: MersenneTwister): Int32Array {
  const { codes, counts } = encodeLabels(columnOf('nestedSubsets', 'labels', examples))
  const place = new Float64Array(examples.count)
  for (const [code, count] of counts.entries()) {
    const members = placesWhere(codes, (held) => held === code)
    random.shuffle(members)
    // Evenly along the order, but the first of each class ahead of all: a rare class is to be in small subsets, too.
    for (const [i, member] of members.entries()) place[member] = i === 0 ? -1 : (i + 0.5) / count
  }
  const shuffled = random.permutation(examples.count)
  // Stable: classes that stand level keep their shuffled order.
  return Int32Array.from(Array.from(shuffled).sort((a, b) => place[a]! - place[b]!))
}

function byGroups(examples: Examples, sizes: readonly number[], random: MersenneTwister): readonly Int32Array[] {
  const { codes, counts } = encodeLabels(columnOf('nestedSubsets', 'groups', examples))
  const order = random.permutation(counts.length)
  const ends = [0]
  for (const group of order) ends.push(ends.at(-1)! + counts[group]!)
  return sizes.map((size) => {
    let taken = 1
    while (taken < counts.length && Math.abs(ends[taken + 1]! - size) <= Math.abs(ends[taken]! - size)) taken++
    const within = new Set(order.slice(0, taken))
    return placesWhere(codes, (group) => within.has(group))
  })
}

function checkSizes(sizes: readonly number[], count: number): void {
  const wrong = sizes.find((size) => !(Number.isInteger(size) && size >= 1 && size <= count))
  if (wrong !== undefined)
    throw new OptionError(`A subset of ${wrong} of ${count} examples`, `Give whole numbers from 1 to ${count}`)
  if (sizes.some((size, i) => i > 0 && size <= sizes[i - 1]!))
    throw new OptionError(`The sizes ${sizes.join(', ')} do not ascend`, 'Give the smallest subset first')
}
