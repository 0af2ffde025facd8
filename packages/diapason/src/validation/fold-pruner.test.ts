import { describe, expect, it } from 'vitest'
import { searchSpaceOf } from '../space/search-space.ts'
import { curveTrial, describePruner } from '../testing/pruner-suite.ts'
import type { Direction } from '../trial/history.ts'
import type { RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import { summarizeFolds } from './corrected-error.ts'
import { fitFolds } from './fold-fit.ts'
import { predictMean } from './fold-prediction.ts'
import { type FoldPrunerOptions, foldPruner } from './fold-pruner.ts'

describePruner('fold', () => foldPruner({ folds: 27 }))
describePruner('fold, exact', () => foldPruner({ folds: 27, range: [-10, 10], risk: 0 }))

const means = (scores: readonly number[]) =>
  scores.map((_, i) => [i + 1, scores.slice(0, i + 1).reduce((a, b) => a + b, 0) / (i + 1)] as const)

function decide(
  rows: readonly (readonly number[])[],
  candidate: readonly number[],
  options: Partial<FoldPrunerOptions> = {},
  goal: { name: string; direction: Direction } = { name: 'accuracy', direction: 'maximize' },
) {
  const trials: TrialRecord[] = rows.map((row, i) =>
    curveTrial(i, row.length === 4 ? 'complete' : 'pruned', means(row)),
  )
  const trial = curveTrial(rows.length, 'running', means(candidate)) as RunningTrial
  const history = { space: searchSpaceOf([]), goals: [goal], trials: [...trials, trial], fidelity: undefined }
  return foldPruner({ folds: 4, ...options }).decide(history, trial)
}

describe('foldPruner', () => {
  const rows = [
    [0.8, 0.7, 0.82, 0.78],
    [0.79, 0.69, 0.8, 0.77],
    [0.7, 0.61, 0.73, 0.7],
  ]

  it('stops what cannot win even with perfect folds, by the range of the metric the goal is named after', () => {
    // (0.4 + 0.9 + 2 · 1) / 4 = 0.825
    expect(decide([[0.85, 0.85, 0.85, 0.85]], [0.4, 0.9], { risk: 0 })).toEqual({
      action: 'prune',
      reason: 'after 2 folds: with 1 in every fold left it would come to 0.825; trial 0 has 0.85',
    })
    expect(decide([[0.82, 0.82, 0.82, 0.82]], [0.4, 0.9], { risk: 0 }).action).toBe('continue')
  })

  it('stops what can reach a tie at most', () => {
    expect(decide([[0.75, 0.75, 0.75, 0.75]], [0.5, 0.5], { risk: 0 }).action).toBe('prune')
  })

  it('reads scores that are kept with the trial, in whatever folds they are', () => {
    // The mean of the fold that is known is 0.5; reports of something else do not matter.
    const best = curveTrial(0, 'complete', means([0.9, 0.9, 0.9, 0.9]))
    const trial = { ...curveTrial(1, 'running', [[1, 0.7]]), userAttrs: { foldScores: { 2: 0.5 } } } as RunningTrial
    const history = {
      space: searchSpaceOf([]),
      goals: [{ name: 'accuracy', direction: 'maximize' } as const],
      trials: [best, trial],
      fidelity: undefined,
    }
    expect(foldPruner({ folds: 4, risk: 0 }).decide(history, trial)).toEqual({
      action: 'prune',
      reason: 'after 1 fold: with 1 in every fold left it would come to 0.875; trial 0 has 0.9',
    })
  })

  it('spends its risk over the looks at a configuration', () => {
    const candidate = [0.786, 0.696]
    const chanceAt = (risk: number) => decide(rows, candidate, { risk }).action
    // Its chance is 1.7 %, and this is one of three looks.
    expect([chanceAt(0.02), chanceAt(0.06)]).toEqual(['continue', 'prune'])
  })

  it('knows the good end of losses, and takes the word of the user for other metrics', () => {
    const loss = { name: 'log_loss', direction: 'minimize' } as const
    expect(decide([[0.1, 0.1, 0.1, 0.1]], [0.5], { risk: 0 }, loss).action).toBe('prune')
    const points = { name: 'points', direction: 'maximize' } as const
    expect(decide([[90, 90, 90, 90]], [10], { risk: 0 }, points).action).toBe('continue')
    expect(decide([[90, 90, 90, 90]], [10], { risk: 0, range: [0, 100] }, points).action).toBe('prune')
  })

  it('does not trust a range that a score is outside of', () => {
    expect(decide([[90, 90, 90, 90]], [10], { risk: 0 }).action).toBe('continue')
  })

  it('predicts from how hard the folds are, and says the chance', () => {
    // The level of the second complete trial with 0.02 less: hopeless at a spread of about 0.007.
    expect(decide(rows, [0.75, 0.66])).toMatchObject({
      action: 'prune',
      reason: expect.stringMatching(
        /^after 2 folds: it will come to about 0\.\d+, with a chance of .* to beat the 0\.775 of trial 0$/,
      ),
    })
    expect(decide(rows, [0.8, 0.71]).action).toBe('continue')
    expect(decide(rows, [0.75, 0.66], { risk: 0 }).action).toBe('continue')
  })

  it('predicts nothing from one complete configuration', () => {
    expect(decide(rows.slice(0, 1), [0.7, 0.6]).action).toBe('continue')
  })

  it('refuses options that cannot be', () => {
    expect(() => foldPruner({ folds: 1 })).toThrow(/folds is 1/)
    expect(() => foldPruner({ folds: 5, risk: 1 })).toThrow(/risk is 1/)
    expect(() => foldPruner({ folds: 5, range: [1, 0] })).toThrow(/range is \[1, 0\]/)
  })
})

describe('fitFolds', () => {
  it('finds effects and variance of an unbalanced layout', () => {
    // NumPy 2.4.6 lstsq on the design of three rows and three folds, with the row (0 0 0 1 1 1 | 0) for the folds' sum.
    const fit = fitFolds(
      [
        [0.2, 0.4, 0.3],
        [0.3, 0.45, 0.41],
        [0.1, 0.35],
      ].map((row) => new Map(row.entries())),
      3,
    )
    const expected = [-0.10583333333333345, 0.09416666666666668, 0.011666666666666298]
    for (const [f, effect] of expected.entries()) expect(fit.folds[f]).toBeCloseTo(effect, 10)
    expect(fit.freedom).toBe(3)
    expect(fit.variance).toBeCloseTo(0.0009694444444444441, 12)
  })
})

describe('predictMean', () => {
  const whole = [
    [0.2, 0.31, 0.39],
    [0.25, 0.34, 0.46],
    [0.3, 0.4, 0.5],
  ].map((row) => new Map(row.entries()))

  it('takes a level for what it is once the folds are compared', () => {
    // Effects -0.1, 0, 0.1: a loss of 0.5 in the hardest fold is a level of 0.4.
    const prediction = predictMean(new Map([[2, 0.5]]), whole, 3)
    expect(prediction?.mean).toBeCloseTo(0.4, 12)
    expect(prediction?.freedom).toBe(4)
  })

  it('errs in a fold as much as others do in it', () => {
    const noisy = [0.02, -0.04, 0.03, -0.01].map((rest, i) => [0.2 + 0.03 * i, 0.31 + 0.03 * i, 0.4 + 0.03 * i + rest])
    const rows = noisy.map((row) => new Map(row.entries()))
    const byNoisy = predictMean(new Map([[2, 0.4]]), rows, 3)
    const byCalm = predictMean(new Map([[0, 0.2]]), rows, 3)
    expect(byNoisy?.variance).toBeGreaterThan(byCalm?.variance ?? 0)
  })

  it('says nothing with fewer than two whole rows', () => {
    expect(predictMean(new Map([[2, 0.5]]), whole.slice(0, 1), 3)).toBeUndefined()
  })
})

describe('summarizeFolds', () => {
  it('widens the error by what the folds share', () => {
    const { mean, standardError, interval } = summarizeFolds([0.9, 0.92, 0.88, 0.91, 0.89], 1 / 4)
    expect(mean).toBeCloseTo(0.9, 12)
    // s = 0.0158114, √(1/5 + 1/4) = 0.6708204; t(0.975, 4) = 2.776445
    expect(standardError).toBeCloseTo(0.010606601717798, 12)
    expect(interval?.[0]).toBeCloseTo(0.9 - 2.7764451051977987 * 0.010606601717798, 9)
    expect(summarizeFolds([0.9], 1).interval).toBeUndefined()
  })
})
