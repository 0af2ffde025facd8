import { describe, expect, it } from 'vitest'
import { mean } from '../math/stats.ts'
import { imbalanceWarning, trivialBaseline } from './baseline.ts'
import { confusion } from './class-metrics.ts'
import { epochScore } from './epoch-score.ts'
import golden from './fixtures/metrics.json' with { type: 'json' }
import type { ClassMetricName, NumberMetricName, ProbabilityMetricName } from './metrics.ts'
import { metric, metricNames } from './metrics.ts'

const namesIn = <N>(scores: { readonly [name: string]: number }) => Object.entries(scores) as [N, number][]

describe('metric', () => {
  it.each(namesIn<ClassMetricName>(golden.classes.scores))('has scikit-learn’s %s', (name, expected) => {
    const { truth, predicted } = golden.classes
    expect(metric(name).score(truth, predicted)).toBeCloseTo(expected, 12)
  })

  it.each(namesIn<ClassMetricName>(golden.binary.scores))('has scikit-learn’s %s of two classes', (name, expected) => {
    const { truth, predicted } = golden.binary
    expect(metric(name).score(truth, predicted)).toBeCloseTo(expected, 12)
  })

  it.each([
    ...namesIn<ProbabilityMetricName>(golden.probabilities.scores).map(
      (pair) => [...pair, golden.probabilities] as const,
    ),
    ...namesIn<ProbabilityMetricName>(golden.binaryProbabilities.scores).map(
      (pair) => [...pair, golden.binaryProbabilities] as const,
    ),
  ])('has scikit-learn’s %s, %f', (name, expected, { truth, predicted }) => {
    expect(metric(name).score(truth, predicted)).toBeCloseTo(expected, 12)
  })

  it.each(namesIn<NumberMetricName>(golden.numbers.scores))('has scikit-learn’s %s', (name, expected) => {
    const { truth, predicted } = golden.numbers
    expect(metric(name).score(truth, predicted)).toBeCloseTo(expected, 12)
  })

  it('is tested for every name', () => {
    const { classes, binary, probabilities, binaryProbabilities, numbers } = golden
    const tested = [classes, binary, probabilities, binaryProbabilities, numbers].flatMap(({ scores }) =>
      Object.keys(scores),
    )
    expect(new Set(tested)).toEqual(new Set(metricNames))
  })

  it('counts as scikit-learn’s confusion matrix', () => {
    const { truth, predicted, labels, confusion: counts } = golden.classes
    expect(confusion(truth, predicted)).toMatchObject({ labels, counts: Float64Array.from(counts) })
  })

  it('gives examples values whose mean is the score', () => {
    const { truth, predicted } = golden.classes
    for (const name of ['accuracy', 'balanced_accuracy'] as const) {
      const { perExample, score } = metric(name)
      expect(mean(perExample?.(truth, predicted) ?? [])).toBeCloseTo(score(truth, predicted), 12)
    }
    for (const name of ['log_loss', 'brier_score', 'top_k_accuracy'] as const) {
      const { perExample, score } = metric(name)
      const { truth, predicted } = golden.probabilities
      expect(mean(perExample?.(truth, predicted) ?? [])).toBeCloseTo(score(truth, predicted), 12)
    }
    expect(metric('f1_macro').perExample).toBeUndefined()
  })

  it('keeps every score within its range', () => {
    for (const { truth, predicted, scores } of [golden.numbers]) {
      for (const name of Object.keys(scores) as NumberMetricName[]) {
        const { range, score, direction } = metric(name)
        expect(score(truth, predicted)).toBeGreaterThanOrEqual(range[0])
        expect(score(truth, predicted)).toBeLessThanOrEqual(range[1])
        expect(score(truth, truth)).toBeCloseTo(direction === 'minimize' ? range[0] : range[1], 12)
      }
    }
  })

  it('negates losses under scikit-learn’s names', () => {
    const { truth, predicted } = golden.numbers
    const negated = metric('neg_mean_squared_error')
    expect(negated).toMatchObject({ direction: 'maximize', range: [Number.NEGATIVE_INFINITY, 0] })
    expect(negated.score(truth, predicted)).toBe(-metric('mean_squared_error').score(truth, predicted))
    expect(negated.perExample?.([1], [3])).toEqual(Float64Array.of(-4))
  })

  it('scores undefined cases as scikit-learn does', () => {
    expect(metric('f1').score([0, 0], [0, 0])).toBe(0)
    expect(metric('matthews_corrcoef').score([1, 1], [1, 0])).toBe(0)
    expect(metric('roc_auc').score([1, 1], [0.2, 0.3])).toBeNaN()
    expect(metric('r2').score([1], [1])).toBeNaN()
    expect(metric('r2').score([2, 2], [2, 2])).toBe(1)
    expect(metric('r2').score([2, 2], [2, 3])).toBe(0)
    expect(metric('log_loss').score([1], [0])).toBeCloseTo(36.04365338911715, 10)
  })

  it('asks for another class to be the positive one', () => {
    expect(metric('recall', { positive: 'yes' }).score(['yes', 'no', 'yes'], ['yes', 'no', 'no'])).toBe(0.5)
    expect(() => metric('f1').score(['yes', 'no'], ['yes', 'no'])).toThrow(/Name the class it is about/)
    expect(() => metric('f1').score([0, 1, 2], [0, 1, 2])).toThrow(/Use its _macro/)
  })

  it('says what does not fit', () => {
    expect(() => metric('f1_makro' as 'f1_macro')).toThrow(/There is no metric "f1_makro"\. Near it: f1, f1_macro/)
    expect(() => metric('neg_accuracy')).toThrow(/Use accuracy/)
    expect(() => metric('accuracy').score([1], [1, 2])).toThrow(/1 true values and 2 predictions/)
    expect(() => metric('log_loss').score([2], [[0.5, 0.5]])).toThrow(/Number the classes from 0 to 1/)
    expect(() =>
      metric('roc_auc').score(
        [0, 1],
        [
          [0.2, 0.3, 0.5],
          [0.2, 0.3, 0.5],
        ],
      ),
    ).toThrow(/roc_auc_ovr/)
    expect(() => metric('mean_gamma_deviance').score([0], [1])).toThrow(/got 0/)
  })
})

describe('trivialBaseline', () => {
  it('predicts what is best without looking at an example', () => {
    expect(trivialBaseline(metric('accuracy'), ['a', 'b', 'a', 'a'])).toEqual({
      score: 0.75,
      words: 'always says "a", the most frequent class',
    })
    expect(trivialBaseline(metric('log_loss'), [0, 1, 1, 1]).score).toBeCloseTo(0.5623351446188083, 12)
    expect(trivialBaseline(metric('mean_squared_error'), [1, 2, 6])).toEqual({
      score: 14 / 3,
      words: 'always says 3, the mean',
    })
    expect(trivialBaseline(metric('mean_absolute_error'), [1, 2, 6])).toEqual({
      score: 5 / 3,
      words: 'always says 2, the median',
    })
    expect(trivialBaseline(metric('accuracy'), ['a', 'b'], ['b', 'b', 'a']).score).toBe(0.5)
  })
})

describe('imbalanceWarning', () => {
  const column = (counts: readonly number[]) => counts.flatMap((count, label) => new Array<number>(count).fill(label))

  it('warns of accuracy alone, where one class is most of the examples', () => {
    expect(imbalanceWarning('accuracy', column([93, 7]))).toMatch(/^Always saying 0 is right in 93 % of the examples/)
    expect(imbalanceWarning('accuracy', column([70, 30]))).toBeUndefined()
    expect(imbalanceWarning('accuracy', column([50, 10, 10, 10, 10, 10]))).toMatch(/50 %/)
    expect(imbalanceWarning('f1_macro', column([99, 1]))).toBeUndefined()
  })
})

describe('epochScore', () => {
  it('counts the epoch that the rule names', () => {
    const scores = [0.5, 0.9, 0.7, 0.8]
    expect(epochScore(scores, 'last')).toBe(0.8)
    expect(epochScore(scores, { meanOfLast: 2 })).toBe(0.75)
    expect(epochScore(scores, { meanOfLast: 9 })).toBeCloseTo(0.725, 12)
    expect(epochScore(scores, { bestBy: [3, 2, 1, 4], direction: 'minimize' })).toBe(0.7)
    expect(epochScore(scores, { bestBy: [Number.NaN, 2, 2, 1], direction: 'maximize' })).toBe(0.9)
  })

  it('never chooses by the scores themselves', () => {
    const scores = [0.5, 0.9]
    expect(() => epochScore(scores, { bestBy: scores, direction: 'maximize' })).toThrow(/Choose it by another slice/)
    expect(() => epochScore([], 'last')).toThrow(/no epoch/)
  })
})
