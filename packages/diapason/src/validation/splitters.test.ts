import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { createMersenneTwister } from '../math/mersenne-twister.ts'
import golden from './fixtures/splits.json' with { type: 'json' }
import { groupKFold, stratifiedGroupKFold } from './group-k-fold.ts'
import { kFold, stratifiedKFold } from './k-fold.ts'
import { leaveGroupsOut, leaveOneOut, leavePOut, predefinedSplit } from './leave-out.ts'
import { groupShuffleSplit, shuffleSplit, stratifiedShuffleSplit } from './shuffle-split.ts'
import type { Examples, Splitter } from './splitter.ts'
import { timeSeriesSplit } from './time-series-split.ts'

const factories: { readonly [name: string]: unknown } = {
  kFold,
  stratifiedKFold,
  groupKFold,
  stratifiedGroupKFold,
  timeSeriesSplit,
  shuffleSplit,
  stratifiedShuffleSplit,
  groupShuffleSplit,
  leaveOneOut,
  leavePOut,
  leaveGroupsOut,
  predefinedSplit,
}

function make([name, ...args]: readonly unknown[]): Splitter {
  return (factories[String(name)] as (...args: unknown[]) => Splitter)(...args)
}

function examplesOf({ count, labels, groups }: (typeof golden.cases)[number]): Examples {
  return { count, ...(labels === null ? {} : { labels }), ...(groups === null ? {} : { groups }) }
}

const plain = (splitter: Splitter, examples: Examples) =>
  splitter.split(examples).map(({ train, test }) => ({ train: Array.from(train), test: Array.from(test) }))

describe('splitters', () => {
  it.each(golden.cases.map((one) => [one.sklearn.replaceAll(/\s+/g, ' '), one.count, one] as const))(
    'split as scikit-learn’s %s, %i examples',
    (_, __, one) => {
      expect(plain(make(one.ours), examplesOf(one))).toEqual(one.splits)
    },
  )

  it('never score what they trained on, and k-folds score each example once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 8, max: 60 }), fc.nat(), (folds, count, seed) => {
        const splits = kFold(folds, { seed }).split({ count })
        const scored = splits.flatMap(({ test }) => Array.from(test)).sort((a, b) => a - b)
        expect(scored).toEqual(Array.from({ length: count }, (_, i) => i))
        for (const { train, test } of splits) expect(new Set([...train, ...test]).size).toBe(count)
      }),
    )
  })

  it('keep groups whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 60, maxLength: 80 }),
        fc.nat(),
        (groups, seed) => {
          fc.pre(new Set(groups).size >= 4)
          const labels = groups.map((_, i) => i % 3)
          for (const splitter of [
            groupKFold(3),
            groupKFold(3, { seed }),
            stratifiedGroupKFold(3, { seed }),
            leaveGroupsOut(),
          ]) {
            for (const { train, test } of splitter.split({ count: groups.length, labels, groups })) {
              const trained = new Set(Array.from(train, (i) => groups[i]))
              expect(Array.from(test).some((i) => trained.has(groups[i]))).toBe(false)
            }
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('say what does not fit', () => {
    expect(() => kFold(1)).toThrow(/folds is 1\. Give a whole number of at least 2/)
    expect(() => kFold(5).split({ count: 3 })).toThrow(/5 folds of 3 examples/)
    expect(() => kFold(5, { repeats: 2 })).toThrow(/Give a seed/)
    expect(() => kFold(5, { seed: -1 })).toThrow(OptionError)
    expect(() => stratifiedKFold(2).split({ count: 4 })).toThrow(/got no labels/)
    expect(() => groupKFold(2).split({ count: 4, groups: [1, 2] })).toThrow(/4 examples and 2 groups/)
    expect(() => stratifiedKFold(3).split({ count: 4, labels: [0, 0, 1, 1] })).toThrow(/no class has more than 2/)
    expect(() => leavePOut(30).split({ count: 100 })).toThrow(/splits\. Leave fewer out/)
    expect(() => shuffleSplit(1, { test: 1.5 })).toThrow(/test is 1\.5/)
    expect(() => shuffleSplit(1, { test: 0.7, train: 0.7 })).toThrow(OptionError)
    expect(() => timeSeriesSplit(5).split({ count: 4 })).toThrow(/nothing to train on/)
    expect(() => predefinedSplit([0.5])).toThrow(/predefined fold is 0\.5/)
  })

  it('tell of classes too rare for every fold', () => {
    const labels = ['a', 'a', 'a', 'a', 'b', 'b']
    expect(stratifiedKFold(3).notes?.({ count: 6, labels })).toEqual([
      'Class "b" has 2 examples for 3 folds: some folds are without it.',
    ])
  })
})

describe('createMersenneTwister', () => {
  it('draws NumPy’s words and permutations', () => {
    const random = createMersenneTwister(golden.words.seed)
    expect(Array.from({ length: 5 }, () => random.word())).toEqual(golden.words.first)
    expect(Array.from(createMersenneTwister(42).permutation(1000))).toEqual(golden.words.permutation1000)
  })
})
