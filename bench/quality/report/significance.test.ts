import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { midRanks } from '../../../packages/diapason/src/math/rank-correlation.ts'
import { holm, wilcoxonSignedRank } from './significance.ts'

const fixtures: {
  wilcoxon: { name: string; differences: number[]; p: number }[]
  ranks: { values: number[]; ranks: number[] }
} = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/significance.json'), 'utf8'))

test.each(fixtures.wilcoxon)("Wilcoxon's p is SciPy's: $name", ({ differences, p }) => {
  expect(wilcoxonSignedRank(differences)).toBeCloseTo(p, 12)
})

test('no difference is no evidence', () => {
  expect(wilcoxonSignedRank([0, 0, 0])).toBe(1)
})

test("ranks are SciPy's, equals sharing the mean", () => {
  expect([...midRanks(fixtures.ranks.values)]).toEqual(fixtures.ranks.ranks)
})

test("Holm's step-down: each p times what is left, never falling, at most 1", () => {
  // Holm 1979: 0.01·4, then max(0.04, 0.03·2), …, in the order given.
  const corrected = holm([0.04, 0.01, 0.03, 0.005])
  for (const [i, p] of [0.06, 0.03, 0.06, 0.02].entries()) expect(corrected[i]).toBeCloseTo(p, 12)
  expect(holm([0.9, 0.8])).toEqual([1, 1])
})
