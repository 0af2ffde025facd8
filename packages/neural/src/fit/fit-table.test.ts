import { describe, expect, it, vi } from 'vitest'
import { selectTableRows, type Table, tableFromColumns } from '../data/table.ts'
import type { FitEvent } from './fit-event.ts'
import { fitTable } from './fit-table.ts'
import { fitFoldEncoding } from './fold-encoding.ts'
import { tableModelFromBytes, tableModelToBytes } from './save-table-model.ts'
import { predictTable, unseenCategories } from './table-model.ts'

const COUNT = 120
const rows = <T>(make: (i: number) => T): T[] => Array.from({ length: COUNT }, (_, i) => make(i))
/** Spread over 0 … 1 without a pattern that a fold could fall into. */
const at = (i: number, step: number): number => (i * step) % 1
const features = {
  nr: rows((i) => i),
  size: rows((i) => (i % 10 === 3 ? null : at(i, 0.618034))),
  city: rows((i) => ['Graz', 'Linz', 'Wien'][Math.floor(at(i, 0.414214) * 3)] ?? null),
}
const effect = (i: number) => 3 * at(i, 0.618034) + 'GLW'.indexOf(features.city[i]?.[0] ?? 'G')
const numbers = tableFromColumns({ ...features, price: rows((i) => 100 + 10 * effect(i)) })
const classes = tableFromColumns({ ...features, dear: rows((i) => (effect(i) > 2.5 ? 'yes' : 'no')) })

const fitted = await fitTable(numbers, { target: 'price', trials: 2, seed: 1 })

describe('fitTable', () => {
  it('learns numbers, and says how well beside the mean and the default', () => {
    const { report, model } = fitted
    expect(report).toMatchObject({
      target: 'price',
      rows: COUNT,
      metric: 'root_mean_squared_error',
      direction: 'minimize',
      networks: 5,
      seed: 1,
      baseline: { words: 'always saying the mean' },
    })
    // The standard deviation of the target, about 12, against a tenth of the prices gone for want of a size.
    expect(report.baseline.mean).toBeGreaterThan(10)
    expect(report.score.mean).toBeLessThan(report.baseline.mean / 2)
    expect(report.others.r2).toBeGreaterThan(0.75)
    expect(report.columns.map(({ name, role }) => [name, role])).toEqual([
      ['nr', 'leftOut'],
      ['size', 'number'],
      ['city', 'category'],
    ])
    expect(model.facts.columns.map(({ name }) => name)).toEqual(['size', 'city'])
  })

  it('trains the same networks again from configuration and seed', async () => {
    const { configuration: params, seed } = fitted.report
    const again = await fitTable(numbers, { target: 'price', params, seed })
    expect(again.report.chosen).toBe('given')
    expect(tableModelToBytes(again.model)).toEqual(tableModelToBytes(fitted.model))
  })

  it('predicts the same after it was saved, gaps and strangers included', async () => {
    const loaded = tableModelFromBytes(tableModelToBytes(fitted.model))
    const table = tableFromColumns({ city: ['Graz', 'Rom', null], size: [0.5, 0.5, null] })
    const before = await predictTable(fitted.model, table)
    const after = await predictTable(loaded, table)
    expect(after).toEqual(before)
    if (after.kind !== 'numbers') throw new Error('numbers were learned')
    // 100 + 10 · 1.5, more or less.
    expect(Math.abs(after.values[0]! - 115)).toBeLessThan(6)
    expect(after.values.every(Number.isFinite)).toBe(true)
    expect(unseenCategories(loaded, table)).toEqual(new Map([['city', 1]]))
  })

  it('learns classes, with probabilities', async () => {
    const events: FitEvent[] = []
    const options = { target: 'dear', trials: 2, seed: 2, onEvent: (event: FitEvent) => void events.push(event) }
    const { model, report } = await fitTable(classes, options)
    expect(report.score.mean).toBeGreaterThan(report.baseline.mean + 0.2)
    const prediction = await predictTable(model, classes)
    if (prediction.kind !== 'classes') throw new Error('classes were learned')
    for (let row = 0; row < COUNT; row++) {
      expect(prediction.probabilities[2 * row]! + prediction.probabilities[2 * row + 1]!).toBeCloseTo(1, 6)
    }
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['data', 'stage', 'trial']))
  })

  it('keeps to its time', { timeout: 30_000 }, async () => {
    const startedAt = Date.now()
    const { report } = await fitTable(numbers, { target: 'price', timeMs: 3000, seed: 1 })
    // Half a second of grace for machines that do other things too.
    expect(Date.now() - startedAt).toBeLessThan(3500)
    expect(report.networks).toBeGreaterThan(0)
  })

  it('keeps a network of the search where there is no time for another, and says that its score is too good', async () => {
    const now = Date.now
    const onEvent = (event: FitEvent) => {
      if (event.type === 'stage' && event.stage === 'final') vi.spyOn(Date, 'now').mockImplementation(() => now() + 1e9)
    }
    const options = { target: 'price', trials: 1, timeMs: 600_000, seed: 1, onEvent }
    const { model, report } = await fitTable(numbers, options).finally(() => vi.restoreAllMocks())
    expect(report).toMatchObject({ networks: 1, chosen: 'default', score: { folds: 1, interval: undefined } })
    expect(report.remarks.at(-1)).toMatch(/of the search, chosen by its score, which is too good/)
    expect(model.members).toHaveLength(1)
  })

  it('says so when the time is too short for anything', async () => {
    await expect(fitTable(numbers, { target: 'price', timeMs: 1, seed: 1 })).rejects.toThrow('The time was too short')
  })

  it.each([
    [{ size: [1] }, 'A column is missing: "city". The model of "price" needs it'],
    [{}, '2 columns are missing: "size", "city"'],
    [
      { size: ['large'], city: ['Graz'] },
      'Column "size" held numbers when the model was made, now it holds text such as "large"',
    ],
  ])('refuses to predict for %j', async (columns, message) => {
    const table: Table = tableFromColumns({ other: [1], ...columns })
    await expect(predictTable(fitted.model, table)).rejects.toThrow(message)
  })
})

describe('fitFoldEncoding', () => {
  it('learns from the training rows alone', () => {
    const rowsToLearn = Int32Array.from({ length: 80 }, (_, i) => i)
    const other = selectTableRows(
      numbers,
      Int32Array.from({ length: COUNT }, (_, i) => (i < 80 ? i : 80)),
    )
    expect(fitFoldEncoding(other, rowsToLearn)).toEqual(fitFoldEncoding(numbers, rowsToLearn))
  })
})
