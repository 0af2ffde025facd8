import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { randomSampler } from '../samplers/random.ts'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { confirm } from '../study/confirm.ts'
import { createStudy } from '../study/create-study.ts'
import { methodChanges } from '../study/method-changes.ts'
import { continuationOf, pausedAt } from '../trial/continuation.ts'
import { type DataPart, onGrowingData } from './growing-data.ts'

const COUNT = 90
const SIZES = [10, 30, 90]
const labels = Array.from({ length: COUNT }, (_, i) => i % 3)
const examples = { count: COUNT, labels }
const space = { x: float(0, 1) }

interface Trained {
  readonly x: number
  readonly size: number
}

/** Trains in no time; `noiseAt` says how much the order at a size is another one. */
function growing(
  log: Trained[],
  noiseAt: (size: number) => number = () => 0,
  onPart: (part: DataPart) => void = () => {},
) {
  return onGrowingData({ examples, seed: 1 }, ({ x }: { x: number }, part) => {
    onPart(part)
    log.push({ x, size: part.rows.length })
    const wrong = (x * 977) % 1
    const noise = noiseAt(part.rows.length)
    return (1 - noise) * x + noise * wrong + (part.seed % 1000) * 1e-9 + 1 / part.rows.length
  })
}

const open = (extra: { readonly storage?: ReturnType<typeof memoryStorage>; readonly name?: string } = {}) =>
  createStudy({ goals: { loss: 'minimize' }, space, sampler: randomSampler(), seed: 2, ifExists: 'resume', ...extra })

const sizesOf = (log: readonly Trained[], x: unknown) => log.filter((one) => one.x === x).map(({ size }) => size)

describe('a study on growing data', () => {
  it('trains the first ten both ways, then stops on subsets, each of them once, and says so', async () => {
    const study = await open()
    const log: Trained[] = []
    const rows = new Map<number, Set<string>>()
    const onPart = ({ rows: part }: DataPart) => {
      const seen = rows.get(part.length) ?? new Set<string>()
      rows.set(part.length, seen.add([...part].join()))
    }
    const result = await study.optimize(growing(log, undefined, onPart), { trials: 60 })
    expect(result).toMatchObject({ reason: 'trials', trials: 60 })
    const begun = study.trials.filter((trial) => continuationOf(trial) === undefined)
    for (const { params } of begun.slice(0, 10)) expect(sizesOf(log, params.x)).toEqual(SIZES)
    for (const { params } of begun.slice(10)) expect([[10], [10, 30], SIZES]).toContainEqual(sizesOf(log, params.x))
    const onAll = log.filter(({ size }) => size === COUNT).length
    expect(onAll).toBeLessThan(25)
    expect(study.best.values.loss - 1 / COUNT).toBeCloseTo(Math.min(...begun.map(({ params }) => Number(params.x))), 5)
    expect(methodChanges(study.trials).map(({ number, method }) => `${number}: ${method.sentence}`)).toEqual([
      '10: The order of 10 configurations at 10 examples agrees with that at 90 (rank correlation 1, 95 % interval 1 to 1): trials may be stopped there. The order of 10 configurations at 30 examples agrees with that at 90 (rank correlation 1, 95 % interval 1 to 1): trials may be stopped there.',
    ])
    // The same examples for everybody.
    expect([...rows].map(([size, seen]) => [size, seen.size])).toEqual(SIZES.map((size) => [size, 1]))
    const promoted = study.trials.filter((trial) => continuationOf(trial) !== undefined)
    expect(promoted.length).toBeGreaterThan(0)
    for (const { systemAttrs } of promoted) expect(systemAttrs['diapason:resumed']).toBe(true)
    expect(study.trials.some((trial) => pausedAt(trial) === 10)).toBe(true)
  })

  it('leaves a subset out that does not agree, and goes on without', async () => {
    const study = await open()
    const log: Trained[] = []
    await study.optimize(
      growing(log, (size) => (size === 10 ? 1 : 0)),
      { trials: 40 },
    )
    const begun = study.trials.filter((trial) => continuationOf(trial) === undefined)
    expect(sizesOf(log, begun[14]!.params.x)[0]).toBe(10)
    for (const { params } of begun.slice(15)) expect([[30], [30, 90]]).toContainEqual(sizesOf(log, params.x))
    expect(methodChanges(study.trials).map(({ number }) => number)).toEqual([15])
    expect(methodChanges(study.trials)[0]?.method.sentence).toContain('does not surely agree')
  })

  it('goes on with all examples where no subset agrees', async () => {
    const study = await open()
    const log: Trained[] = []
    await study.optimize(
      growing(log, (size) => (size < COUNT ? 1 : 0)),
      { trials: 30 },
    )
    expect(study.trials.every(({ state }) => state === 'complete')).toBe(true)
    for (const { params } of study.trials.slice(15)) expect(sizesOf(log, params.x)).toEqual([90])
  })

  it('repeats no training that was interrupted behind, and confirms on all examples alone', async () => {
    const storage = memoryStorage()
    const log: Trained[] = []
    const stop = new AbortController()
    const first = await open({ storage, name: 'cut' })
    const cut = growing(log, undefined, ({ rows, number }) => {
      if (number === 14 && rows.length === 10) stop.abort()
    })
    await first.optimize(cut, { total: 30, signal: stop.signal })
    const second = await open({ storage, name: 'cut' })
    await second.optimize(growing(log), { total: 30 })
    const counts = new Map<string, number>()
    for (const { x, size } of log) counts.set(`${x} ${size}`, (counts.get(`${x} ${size}`) ?? 0) + 1)
    const repeated = [...counts].filter(([, count]) => count > 1).map(([key]) => key)
    // The one that was under way when it was cut, at most.
    expect(repeated.length).toBeLessThanOrEqual(1)
    const searched = log.length
    await confirm(second, growing(log), { runs: 6 })
    expect(log.slice(searched).map(({ size }) => size)).toEqual(Array(log.length - searched).fill(COUNT))
    expect(log.length).toBeGreaterThan(searched)
  })

  it('stops nobody where there are several goals', async () => {
    const study = await createStudy({ goals: { loss: 'minimize', size: 'minimize' }, space, seed: 1 })
    const objective = onGrowingData({ examples }, ({ x }: { x: number }, { rows }) => ({ loss: x, size: rows.length }))
    await study.optimize(objective, { trials: 12 })
    expect(study.trials.every((trial) => trial.state === 'complete' && trial.values[1] === COUNT)).toBe(true)
  })
})

it('trains on all examples outside of a run, and refuses options out of range and results that are none', async () => {
  const log: Trained[] = []
  const study = await open()
  const trial = await study.ask()
  await growing(log)(trial.params, trial)
  expect(log.map(({ size }) => size)).toEqual([COUNT])
  expect(() => onGrowingData({ examples, smallest: 1 }, () => 0)).toThrow(OptionError)
  expect(() => onGrowingData({ examples, eta: 1 }, () => 0)).toThrow(OptionError)
  expect(() => onGrowingData({ examples, least: 3 }, () => 0)).toThrow(OptionError)
  await expect(onGrowingData({ examples }, () => 'good' as never)({}, trial as never)).rejects.toThrow(
    'returned "good"',
  )
})
