import { describe, expect, test } from 'vitest'
import { DataError } from '../errors.ts'
import { decodeTargets, embeddedColumns, encodeFeatures, encodeTable, fitEncoding } from './encoding.ts'
import { prepareTable } from './prepare-table.ts'
import { diabetes } from './small-sets.ts'
import { parseTable, tableFromColumns } from './table.ts'

const training = parseTable('size,city,price\n1,Graz,10\n,Linz,20\n3,,30\n')
const later = parseTable('city,size,price\nWien,4,40\nLinz,,10\n')

describe('a table becomes features', () => {
  test('numbers by mean and deviation of the training rows with a flag for gaps, categories one by one', () => {
    const encoding = fitEncoding(training, { target: 'price' })
    const data = encodeTable(training, encoding)
    expect(data.featureShape).toEqual([4])
    // size: mean 2, deviation 1; price: mean 20, deviation sqrt(200 / 3).
    expect([...data.features]).toEqual([-1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0])
    const scale = Math.sqrt(200 / 3)
    expect(data).toMatchObject({ kind: 'regression', targets: Float32Array.of(-10 / scale, 0, 10 / scale) })
    expect([...decodeTargets(encoding, Float32Array.of(-10 / scale, 0))].map(Math.round)).toEqual([10, 20])
  })

  test('unknown categories and gaps in later rows are no category; columns are found by name', () => {
    const encoding = fitEncoding(training, { target: 'price' })
    expect([...encodeFeatures(later, encoding).features]).toEqual([2, 0, 0, 0, 0, 1, 0, 1])
  })

  test('codes for an embedding count from 1; 0 is unknown', () => {
    const encoding = fitEncoding(training, { target: 'price', categories: 'code', ignore: ['size'] })
    expect([...encodeTable(training, encoding).features]).toEqual([1, 2, 0])
    expect([...encodeTable(later, encoding).features]).toEqual([0, 2])
    expect(embeddedColumns(encoding)).toEqual([{ column: 0, categories: 3 }])
  })

  test('an encoding survives JSON, and numbers written as categories are found again', () => {
    const table = parseTable('level,y\n1,a\n2,b\n2,a', { types: { level: 'category' } })
    const encoding = fitEncoding(table, { target: 'y' })
    const read = JSON.parse(JSON.stringify(encoding)) as typeof encoding
    expect(read).toEqual(encoding)
    expect([...encodeFeatures(tableFromColumns({ level: [2, 1] }), read).features]).toEqual([0, 1, 1, 0])
  })

  test('a real table with a category is prepared by its training part alone', async () => {
    const data = prepareTable(await diabetes(), { target: 'progression', seed: 1 })
    expect([data.kind, data.training.count, data.validation.count, data.test.count]).toEqual([
      'regression',
      266,
      88,
      88,
    ])
    expect(data.encoding.columns.map(({ name, kind }) => `${name} ${kind}`).slice(0, 3)).toEqual([
      'age number',
      'sex oneHot',
      'bmi number',
    ])
    const column = (features: Float32Array): number[] => [...features.filter((_, i) => i % 11 === 3)]
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    expect(mean(column(data.training.features))).toBeCloseTo(0, 5)
    expect(Math.abs(mean(column(data.test.features)))).toBeGreaterThan(1e-3)
  })
})

test('a table from which nothing can be learned is refused with its column', () => {
  const rows = Array.from({ length: 40 }, (_, i) => i)
  const columns = { x: rows, y: rows.map((i) => (i % 2 ? 'a' : 'b')) }
  const fit =
    (extra: Record<string, (number | string | null)[]>, options = {}) =>
    () =>
      fitEncoding(tableFromColumns({ ...columns, ...extra }), { target: 'y', ...options })
  const wrong: [() => unknown, RegExp][] = [
    [fit({ c: rows.map(() => 5) }), /Column "c" is 5 in every training row.*ignore: \["c"\]/],
    [fit({ c: rows.map(() => 'red') }), /Column "c" is red in every training row/],
    [fit({ c: rows.map(() => null) }), /Column "c" is missing in every training row/],
    [fit({ id: rows.map((i) => `id ${i}`) }), /"id" has 40 categories in 40 training rows/],
    [
      fit({ c: rows.map((i) => (i < 2 ? null : i)) }, { missing: 'refuse' }),
      /"c" has 2 missing values, the first in row 0/,
    ],
    [fit({ y: rows.map((i) => (i === 3 ? null : 'a')) }), /"y" has 1 missing value, the first in row 3.*dropMissing/],
    [fit({ y: rows.map(() => 'a') }), /target "y" is "a" in every training row/],
    [fit({ y: rows.map(() => 2) }), /target "y" is 2 in every row/],
    [fit({}, { target: 'z' }), /no column "z"/],
    [fit({}, { ignore: ['x'] }), /no column to learn from/],
    [fit({}, { ignore: ['q'] }), /no column "q"/],
  ]
  for (const [run, message] of wrong) {
    expect(run).toThrow(DataError)
    expect(run).toThrow(message)
  }
  expect(fit({ c: rows.map(() => 5) }, { constant: 'ignore' })().columns).toHaveLength(1)
})

test('later rows must have the columns, their kinds and the classes of the training rows', () => {
  const encoding = fitEncoding(parseTable('x,y\n1,a\n2,b'), { target: 'y' })
  expect(() => encodeTable(parseTable('x,y\n1,c'), encoding)).toThrow(
    /Example 0 has the label "c", which is none of "a", "b"/,
  )
  expect(() => encodeTable(parseTable('x,y\nred,a'), encoding)).toThrow(/"x" held numbers in the training rows/)
  expect(() => encodeTable(parseTable('y\na'), encoding)).toThrow(/no column "x"/)
  expect(() => decodeTargets(encoding, new Float32Array(1))).toThrow(/is a class/)
})
