import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createRng } from '../math/rng.ts'
import { quasiRandomSampler } from '../samplers/quasi-random.ts'
import { int } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from '../study/create-study.ts'
import { summarizeFolds } from './corrected-error.ts'
import { type CrossValidationOptions, crossValidated } from './cross-validated.ts'
import { kFold } from './k-fold.ts'

type Table = readonly (readonly number[])[]
const FOLDS = 5
const cv = { splitter: kFold(FOLDS), examples: { count: 50 } }
const meanOf = (row: readonly number[]) => row.reduce((sum, x) => sum + x, 0) / row.length

/** Accuracies of configurations with levels and noise of their own, on folds that differ in difficulty. */
function randomTable(seed: number, configs = 30, folds = FOLDS): Table {
  const rng = createRng(seed)
  const fold = Array.from({ length: folds }, () => 0.03 * rng.normal())
  return Array.from({ length: configs }, () => {
    const level = 0.6 + 0.35 * rng.next()
    return fold.map((effect) => Math.min(1, Math.max(0, level + effect + 0.02 * rng.normal())))
  })
}

/** Runs every configuration of a table once, in order. */
async function race(table: Table, options: Partial<CrossValidationOptions> = {}, concurrency = 1) {
  const study = await createStudy({ goals: { accuracy: 'maximize' }, space: { config: int(0, table.length - 1) } })
  for (const config of table.keys()) await study.enqueue({ config })
  const order: [config: number, fold: number][] = []
  let atOnce = 0
  let most = 0
  await study.optimize(
    crossValidated({ ...cv, ...options }, async ({ config }, { index }) => {
      order.push([config, index])
      most = Math.max(most, ++atOnce)
      await sleep(0)
      atOnce--
      return table[config]?.[index] ?? Number.NaN
    }),
    { trials: table.length, concurrency },
  )
  return { study, order, most }
}

describe('crossValidated', () => {
  it('scores a configuration by its mean over folds, with the corrected error beside it', async () => {
    const { study } = await race(randomTable(1, 1))
    const row = randomTable(1, 1)[0] ?? []
    expect(study.best.values.accuracy).toBeCloseTo(meanOf(row), 12)
    expect(study.best.record.userAttrs).toEqual({
      foldScores: Object.fromEntries(row.map((score, index) => [index, score])),
      standardError: summarizeFolds(row, 10 / 40).standardError,
    })
    expect(study.best.record.reports.at(-1)).toEqual([FOLDS, study.best.values.accuracy])
  })

  it('never loses the best under the exact rule, and trains less', async () => {
    let trained = 0
    for (let seed = 0; seed < 20; seed++) {
      const table = randomTable(seed)
      const { study, order } = await race(table, { risk: 0 })
      expect(study.best.values.accuracy).toBeCloseTo(Math.max(...table.map(meanOf)), 12)
      trained += order.length / (table.length * FOLDS)
    }
    expect(trained / 20).toBeLessThan(0.7)
  })

  it('trains less still at a risk, and says so in words', async () => {
    const table = randomTable(3)
    const exact = await race(table, { risk: 0 })
    const predicted = await race(table)
    expect(predicted.order.length).toBeLessThan(exact.order.length)
    expect(predicted.study.best.values.accuracy).toBe(exact.study.best.values.accuracy)
  })

  it('runs first folds of many configurations before the last fold of any', async () => {
    const { order } = await race(randomTable(2))
    const last = order.findIndex(([, index]) => index === FOLDS - 1)
    expect(order.slice(0, 8).every(([, index]) => index === 0)).toBe(true)
    expect(last).toBeGreaterThanOrEqual(8)
  })

  it('trains the hardest fold first, once it is known', async () => {
    const hard = Array.from({ length: 20 }, (_, i) =>
      [0, 0.01, 0.02, -0.1, 0.03].map((effect) => 0.85 + effect - 0.001 * i),
    )
    const { order, study } = await race(hard, { risk: 0 })
    const firsts = study.trials.map(({ number }) => order.find(([config]) => config === number)?.[1])
    expect(firsts.slice(0, 8)).toEqual(Array(8).fill(0))
    expect(firsts.slice(8)).toEqual(Array(12).fill(3))
    const curve = study.best.record.reports
    expect(curve.map(([step]) => step)).toEqual([1, 2, 3, 4, 5])
    expect(curve[4]?.[1]).toBeCloseTo(meanOf(hard[0] ?? []), 12)
  })

  it('trains as many folds at a time as the run allows, those of one trial too', async () => {
    expect((await race(randomTable(2), {}, 3)).most).toBe(3)
    const { most, study } = await race(randomTable(2, 1), {}, 3)
    expect(most).toBe(3)
    expect(study.best.values.accuracy).toBeCloseTo(meanOf(randomTable(2, 1)[0] ?? []), 12)
  })

  it('goes on with the folds that are missing after an interruption', async () => {
    const [row = []] = randomTable(4, 1)
    const storage = memoryStorage()
    const options = { name: 'cv', goals: { accuracy: 'maximize' }, space: { x: int(0, 9) }, storage } as const
    const trained: number[] = []
    const run = async (halt?: AbortController) => {
      const study = await createStudy({ ...options, ifExists: 'resume', sampler: quasiRandomSampler() })
      const objective = crossValidated(cv, (_params: { x: number }, { index }) => {
        trained.push(index)
        if (index === 2) halt?.abort()
        return row[index] ?? Number.NaN
      })
      await study.optimize(objective, { trials: 1, ...(halt && { signal: halt.signal }) })
      return study
    }
    await run(new AbortController())
    expect(trained).toEqual([0, 1, 2])
    const study = await run()
    expect(trained).toEqual([0, 1, 2, 2, 3, 4])
    expect(study.best.values.accuracy).toBeCloseTo(meanOf(row), 12)
    expect(study.best.record.reports).toHaveLength(FOLDS)
  })

  it('averages several goals and stops nothing then', async () => {
    const study = await createStudy({
      goals: { accuracy: 'maximize', seconds: 'minimize' },
      space: { config: int(0, 9) },
      sampler: quasiRandomSampler(),
    })
    await study.optimize(
      crossValidated(cv, ({ config }, { index }) => ({ seconds: index, accuracy: config / 10 })),
      { trials: 6 },
    )
    expect(study.trials.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'complete'))
    expect(study.trials[0]).toMatchObject({ values: [study.trials[0]?.reports[0]?.[1], 2] })
  })

  it('fails a trial whose fold throws or returns no number, once the other folds have ended', async () => {
    const study = await createStudy({ goals: { accuracy: 'maximize' }, space: { config: int(0, 99) } })
    let ended = 0
    const run = study.optimize(
      crossValidated(cv, async (_, { index, signal }) => {
        if (index === 1) return Number.NaN
        await sleep(50, undefined, { signal }).catch(() => {})
        ended++
        return 0.5
      }),
      { trials: 1, concurrency: 3 },
    )
    await run
    expect(study.trials[0]).toMatchObject({ state: 'failed', reason: expect.stringMatching(/Fold 1 returned null/) })
    expect(ended).toBe(2)
  })

  it('gives folds disjoint parts and seeds of their own', async () => {
    const study = await createStudy({ goals: { accuracy: 'maximize' }, space: { config: int(0, 9) } })
    const seeds = new Set<number>()
    await study.optimize(
      crossValidated(cv, (_, { train, test, seed, count }) => {
        seeds.add(seed)
        expect([train.length, test.length, count]).toEqual([40, 10, 5])
        return 0.5
      }),
      { trials: 1 },
    )
    expect(seeds.size).toBe(5)
  })
})
