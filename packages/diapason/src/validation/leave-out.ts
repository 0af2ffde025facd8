import { OptionError } from '../errors.ts'
import { parseCount } from '../study/budget.ts'
import { encodeLabels } from './label-codes.ts'
import { columnOf, type Split, type Splitter, splitsByFold } from './splitter.ts'

/** More splits than this are a mistake: nobody trains so often. */
const MOST_SPLITS = 1_000_000

/** Each example is scored alone, after training on all others. Equal to scikit-learn's `LeaveOneOut`. */
export function leaveOneOut(): Splitter {
  return { ...leavePOut(1), name: 'leave-one-out' }
}

/**
 * Every set of `p` examples is scored once. Equal to scikit-learn's `LeavePOut`.
 * @throws {OptionError} from `split`, where that makes more than a million splits
 */
export function leavePOut(p: number): Splitter {
  parseCount('The number of examples left out', p, 1)
  return {
    name: 'leave-p-out',
    split({ count }) {
      const members = Array.from({ length: count }, (_, i) => [i])
      return leaveSetsOut('examples', members, count, p)
    },
  }
}

/**
 * Every set of so many groups is scored once, one group a time by default.
 * Equal to scikit-learn's `LeaveOneGroupOut` and `LeavePGroupsOut`.
 */
export function leaveGroupsOut(groups = 1): Splitter {
  const name = 'leave-groups-out'
  parseCount('The number of groups left out', groups, 1)
  return {
    name,
    split(examples) {
      const { codes, labels } = encodeLabels(columnOf(name, 'groups', examples))
      const members: number[][] = labels.map(() => [])
      for (const [i, code] of codes.entries()) members[code]!.push(i)
      return leaveSetsOut('groups', members, examples.count, groups)
    },
  }
}

/**
 * Folds that somebody chose: the fold of each example, −1 for those that are always trained on.
 * Equal to scikit-learn's `PredefinedSplit`.
 */
export function predefinedSplit(foldOf: ArrayLike<number>): Splitter {
  const wrong = Array.from(foldOf).find((fold) => !Number.isInteger(fold) || fold < -1)
  if (wrong !== undefined) {
    throw new OptionError(`A predefined fold is ${wrong}`, 'Number folds from 0 on, or −1 for always trained on')
  }
  const folds = [...new Set(Array.from(foldOf))].filter((fold) => fold >= 0).sort((a, b) => a - b)
  const placeOf = new Map(folds.map((fold, place) => [fold, place]))
  return {
    name: 'predefined-split',
    split({ count }) {
      if (count !== foldOf.length) {
        throw new OptionError(`${foldOf.length} predefined folds for ${count} examples`, 'Give each example a fold')
      }
      return splitsByFold(
        Array.from(foldOf, (fold) => placeOf.get(fold) ?? -1),
        folds.length,
      )
    },
  }
}

function leaveSetsOut(what: string, members: readonly (readonly number[])[], count: number, size: number): Split[] {
  if (size >= members.length) {
    throw new OptionError(`${size} of ${members.length} ${what} left out`, 'Leave at least one to train on')
  }
  const splits = binomial(members.length, size)
  if (splits > MOST_SPLITS) {
    throw new OptionError(
      `Leaving ${size} of ${members.length} ${what} out makes ${splits.toLocaleString('en')} splits`,
      'Leave fewer out, or use kFold or shuffleSplit',
    )
  }
  return combinations(members.length, size).map((set) => {
    const isTested = new Uint8Array(count)
    for (const member of set) for (const i of members[member]!) isTested[i] = 1
    const places = Int32Array.from({ length: count }, (_, i) => i)
    return { train: places.filter((i) => isTested[i] === 0), test: places.filter((i) => isTested[i] === 1) }
  })
}

function binomial(n: number, k: number): number {
  let product = 1
  for (let i = 1; i <= Math.min(k, n - k); i++) product = (product * (n - i + 1)) / i
  return Math.round(product)
}

/** All sets of `size` out of 0 … n − 1, in lexicographic order. */
function combinations(n: number, size: number): number[][] {
  const all: number[][] = []
  const set = Array.from({ length: size }, (_, i) => i)
  for (;;) {
    all.push([...set])
    let at = size - 1
    while (at >= 0 && set[at] === n - size + at) at--
    if (at < 0) return all
    set[at]!++
    for (let i = at + 1; i < size; i++) set[i] = set[i - 1]! + 1
  }
}
