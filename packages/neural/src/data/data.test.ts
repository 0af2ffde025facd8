import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataError } from '../errors.ts'
import { classification, regression } from './dataset.ts'
import { digits } from './digits.ts'
import { breastCancer, diabetes, iris, wine } from './small-sets.ts'
import { prepare, split } from './split.ts'
import { fitStandardization, standardize } from './standardize.ts'

const numbered = (labels: number[]) =>
  classification({
    features: Float32Array.from(labels, (_, i) => i),
    featureShape: [1],
    labels: Int32Array.from(labels),
  })

describe('digits', () => {
  test('is the UCI set as scikit-learn ships it', async () => {
    const data = await digits()
    expect([data.count, data.classes, data.featureShape]).toEqual([1797, 10, [1, 8, 8]])
    // Examples per class: optdigits.names of UCI, test part. The sum: Python over the same file, as a checksum.
    const counts = Array.from({ length: 10 }, (_, c) => data.labels.filter((label) => label === c).length)
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    expect(data.features.reduce((a, b) => a + b, 0)).toBe(561718)
    expect([...data.features.subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0])
    expect([...data.labels.subarray(0, 3), ...data.labels.subarray(-2)]).toEqual([0, 1, 2, 9, 8])
  })
})

describe('the small sets', () => {
  // Rows, features and examples per class: the `descr` files of scikit-learn 1.2, which packages the same sets.
  test('have the sizes and classes of scikit-learn', async () => {
    const sets = await Promise.all([iris(), wine(), breastCancer()])
    expect(sets.map(({ count, featureShape }) => [count, ...featureShape])).toEqual([
      [150, 4],
      [178, 13],
      [569, 30],
    ])
    expect(
      sets.map(({ labels, classes }) =>
        Array.from({ length: classes }, (_, c) => labels.filter((label) => label === c).length),
      ),
    ).toEqual([
      [50, 50, 50],
      [59, 71, 48],
      [212, 357],
    ])
    const [, , cancer] = sets
    expect([...cancer.features.subarray(0, 2), ...cancer.features.subarray(-1)]).toEqual(
      [17.99, 10.38, 0.07039].map(Math.fround),
    )
  })

  test('diabetes is a table with a category', async () => {
    const { count, columns } = await diabetes()
    expect([count, columns.length, columns[1]?.kind]).toEqual([442, 11, 'category'])
    // scikit-learn 1.2: load_diabetes().target.mean() and its extremes.
    const target = columns[10]?.kind === 'number' ? columns[10].values : new Float64Array(0)
    expect(target.reduce((a, b) => a + b, 0) / count).toBeCloseTo(152.13348416289594, 10)
    expect([Math.min(...target), Math.max(...target)]).toEqual([25, 346])
  })
})

describe('split', () => {
  test('parts share nothing, miss nothing and keep classes in proportion', () => {
    const labelled = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 40, maxLength: 300 })
    const share = fc.double({ min: 0.05, max: 0.4, noNaN: true })
    const property = fc.property(labelled, share, share, fc.integer(), (labels, validation, test_, seed) => {
      // A class with hardly any example may miss the training part, which is refused: see below.
      fc.pre(new Set(labels).size > 1 && labels.every((label) => labels.filter((other) => other === label).length >= 5))
      const parts = split(numbered(labels), { validation, test: test_, seed })
      const rows = [parts.training, parts.validation, parts.test].flatMap(({ features }) => [...features])
      expect(rows.toSorted((a, b) => a - b)).toEqual(labels.map((_, i) => i))
      for (const part of [parts.validation, parts.test, parts.training]) {
        for (let c = 0; c < 5; c++) {
          const wanted = (labels.filter((label) => label === c).length * part.count) / labels.length
          expect(Math.abs(part.labels.filter((label) => label === c).length - wanted)).toBeLessThan(3)
        }
      }
    })
    fc.assert(property, { numRuns: 50 })
  })

  test('the seed decides', () => {
    const data = numbered(Array.from({ length: 100 }, (_, i) => i % 3))
    expect(split(data, { seed: 3 })).toEqual(split(data, { seed: 3 }))
    expect(split(data, { seed: 3 }).test.features).not.toEqual(split(data, { seed: 4 }).test.features)
  })

  test('shares of nothing or too much are refused', () => {
    const data = numbered([0, 1])
    expect(() => split(data, { validation: 0.6, test: 0.4 })).toThrow(DataError)
    expect(() => split(data, { validation: 0.1, test: 0.1 })).toThrow(/2 examples are too few/)
  })

  test('one class alone, and a class that the training part lacks, are refused', () => {
    expect(() => split(numbered([1, 1, 1, 1, 1]))).toThrow(/All 3 training examples are of class 1/)
    const rare = numbered([...Array.from({ length: 99 }, (_, i) => i % 2), 2])
    const seeds = Array.from({ length: 20 }, (_, seed) => {
      try {
        return split(rare, { seed, stratified: false }).training.labels.includes(2) ? 'learned' : 'missed'
      } catch (error) {
        expect(error).toBeInstanceOf(DataError)
        return String(error).match(/Class 2 .* of the (validation|test) part\) has no example/)?.[1]
      }
    })
    expect(new Set(seeds)).toEqual(new Set(['learned', 'validation', 'test']))
  })
})

describe('standardisation', () => {
  test('is fitted on the training part alone', async () => {
    const { training, validation } = prepare(await digits(), { seed: 1 })
    const pixel = (features: Float32Array): number[] => [...features.filter((_, i) => i % 64 === 20)]
    const average = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(average(pixel(training.features))).toBeCloseTo(0, 5)
    expect(average(pixel(training.features).map((x) => x * x))).toBeCloseTo(1, 5)
    expect(Math.abs(average(pixel(validation.features)))).toBeGreaterThan(1e-4)
  })

  test('a constant column becomes 0, far-off values keep their precision', () => {
    const data = regression({
      features: Float32Array.of(7, 1e6, 7, 1e6 + 1, 7, 1e6 + 2),
      featureShape: [2],
      targets: new Float32Array(3),
    })
    const fitted = fitStandardization(data)
    expect([...fitted.means]).toEqual([7, 1e6 + 1])
    const [a, b, c, , , d] = standardize(data, fitted).features
    expect([a, c]).toEqual([0, 0])
    expect(b).toBeCloseTo(-Math.sqrt(1.5), 6)
    expect(d).toBeCloseTo(Math.sqrt(1.5), 6)
  })
})

describe('data sets refuse', () => {
  test('lengths that do not fit, values that are not finite, labels out of range', () => {
    const features = Float32Array.of(1, 2, 3, 4)
    const labels = Int32Array.of(0, 1)
    expect(() => classification({ features, featureShape: [3], labels })).toThrow(/6 were expected/)
    expect(() => classification({ features, featureShape: [2], labels, classes: 1 })).toThrow(/Example 1 has label 1/)
    expect(() => classification({ features: Float32Array.of(1, 2, Number.NaN, 4), featureShape: [2], labels })).toThrow(
      /feature is NaN \(example 1, column 0\)/,
    )
    expect(() => regression({ features, featureShape: [2], targets: Float32Array.of(1, 2, 3), outputs: 2 })).toThrow(
      DataError,
    )
  })
})
