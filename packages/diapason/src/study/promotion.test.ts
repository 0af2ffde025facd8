import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { promotionPruner } from '../pruners/promotion.ts'
import { gridSampler } from '../samplers/grid.ts'
import { randomSampler } from '../samplers/random.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { float, int } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { continuationOf, pausedAt } from '../trial/continuation.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { expendable } from './checkpoints.ts'
import { createStudy, type StudySettings } from './create-study.ts'
import type { LiveTrial } from './live-trial.ts'

const EPOCHS = 9
const folder = mkdtempSync(join(tmpdir(), 'diapason-promotion-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (extra: Partial<StudySettings<{ loss: 'minimize' }>> = {}) =>
  createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 1) },
    seed: 5,
    sampler: randomSampler(),
    pruner: promotionPruner(),
    fidelity: { name: 'epochs', min: 1, max: EPOCHS },
    ...extra,
  })

const nextWeight = (weight: number, epoch: number, seed: number) => Math.sin(1.7 * weight + epoch + (seed % 97))

/** A training whose last weight tells whether each epoch was trained once, in order, from the right state. */
function training(
  log: string[],
  options: { keepsState?: boolean; onEpoch?: (epoch: number, trial: number) => void } = {},
) {
  return async ({ x }: { x: number }, trial: LiveTrial<{ x: number }>) => {
    const saved = await trial.checkpoint()
    let { weight } = (saved?.state as { weight: number } | undefined) ?? { weight: x }
    for (let epoch = (saved?.step ?? 0) + 1; epoch <= EPOCHS; epoch++) {
      log.push(`${x} ${epoch}`)
      weight = nextWeight(weight, epoch, trial.seed)
      options.onEpoch?.(epoch, trial.number)
      await trial.report(epoch, x + 1 / epoch, options.keepsState === false ? undefined : () => ({ weight }))
      await sleep(0)
    }
    await trial.setAttr('end', { weight, seed: trial.seed })
    return x
  }
}

function uninterrupted(x: number, seed: number): number {
  let weight = x
  for (let epoch = 1; epoch <= EPOCHS; epoch++) weight = nextWeight(weight, epoch, seed)
  return weight
}

function expectWholeTrainings(trials: readonly TrialRecord[]): void {
  const complete = trials.filter(({ state }) => state === 'complete')
  expect(complete.length).toBeGreaterThan(0)
  for (const { params, userAttrs, reports } of complete) {
    const { weight, seed } = userAttrs.end as { weight: number; seed: number }
    expect(weight).toBe(uninterrupted(Number(params.x), seed))
    expect(reports.map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  }
}

const begun = (trials: readonly TrialRecord[]) => trials.filter((trial) => continuationOf(trial) === undefined)

describe('paused trials', () => {
  it.each([1, 3])('go on from their checkpoint, no epoch is trained twice (%i at a time)', async (concurrency) => {
    const study = await open()
    const log: string[] = []
    const result = await study.optimize(training(log), { trials: 30, concurrency })
    expect(result).toMatchObject({ reason: 'trials', trials: 30 })
    expect(begun(study.trials)).toHaveLength(30)
    expect(study.trials.length).toBeGreaterThan(30)
    expect(new Set(log).size).toBe(log.length)
    expectWholeTrainings(study.trials)
    // Reports rank as the final values do, so the best of all must have been promoted to its end.
    const best = Math.min(...study.trials.map(({ params }) => Number(params.x)))
    expect(study.best.values.loss).toBe(best)
  })

  it('continue with their parameters, curve and data, and say so', async () => {
    const study = await open()
    await study.optimize(training([]), { trials: 12 })
    const promoted = study.trials.filter((trial) => continuationOf(trial) !== undefined)
    expect(promoted.length).toBeGreaterThan(0)
    for (const trial of promoted) {
      const { trial: number, step } = continuationOf(trial)!
      const paused = study.trials[number]!
      expect(pausedAt(paused)).toBe(step)
      expect(paused.state).toBe('pruned')
      expect(trial.params).toEqual(paused.params)
      expect(trial.reports.slice(0, paused.reports.length)).toEqual(paused.reports)
      expect(trial.systemAttrs['diapason:resumed']).toBe(true)
    }
  })

  it('are trained anew by objectives that keep no state, which is noted', async () => {
    const study = await open()
    const log: string[] = []
    await study.optimize(training(log, { keepsState: false }), { trials: 12 })
    const promoted = study.trials.filter((trial) => continuationOf(trial) !== undefined)
    expect(promoted.length).toBeGreaterThan(0)
    for (const trial of promoted) expect(trial.systemAttrs['diapason:resumed']).toBe(false)
    expect(new Set(log).size).toBeLessThan(log.length)
    expectWholeTrainings(study.trials)
  })

  it('are continued once, however many processes look for work, and a shared total counts configurations', async () => {
    const storage = memoryStorage()
    const settings = { storage, name: 'shared', ifExists: 'resume' } as const
    const log: string[] = []
    const studies = await Promise.all([open(settings), open(settings), open(settings)])
    await Promise.all(studies.map((study) => study.optimize(training(log), { total: 30, lease: '20s' })))
    const [study] = studies
    await study!.refresh()
    const continued = study!.trials.flatMap((trial) => continuationOf(trial)?.trial ?? [])
    expect(new Set(continued).size).toBe(continued.length)
    expect(begun(study!.trials)).toHaveLength(30)
    expect(new Set(log).size).toBe(log.length)
    expectWholeTrainings(study!.trials)
  })

  it('are shown to the sampler once, under their first number', async () => {
    const inner = randomSampler()
    const sampler: Sampler = {
      ...inner,
      suggest(history, numbers, rng) {
        const xs = history.trials.flatMap(({ params }) => params.x ?? [])
        expect(new Set(xs).size).toBe(xs.length)
        expect(history.trials.every((trial) => continuationOf(trial) === undefined)).toBe(true)
        return inner.suggest(history, numbers, rng)
      },
    }
    const study = await open({ sampler })
    await study.optimize(training([]), { trials: 20 })
    expect(begun(study.trials)).toHaveLength(20)
  })

  it('do not count as points of a grid', async () => {
    const study = await createStudy({
      goals: { loss: 'minimize' },
      space: { n: int(1, 12) },
      sampler: gridSampler(),
      pruner: promotionPruner(),
      fidelity: { name: 'epochs', min: 1, max: EPOCHS },
    })
    const objective = training([])
    const result = await study.optimize(({ n }, trial) => objective({ x: n }, trial as never), {})
    expect(result).toMatchObject({ reason: 'exhausted', trials: 12 })
    expect(new Set(study.trials.map(({ params }) => params.n)).size).toBe(12)
    expect(study.best.values.loss).toBe(1)
  })
})

describe('seconds as the fidelity', () => {
  it('pause and promote by the time that was trained, however many epochs that makes', async () => {
    const study = await open({ fidelity: { name: 'seconds', min: 1, max: EPOCHS } })
    const trained = new Map<number, number[]>()
    const objective = async ({ x }: { x: number }, trial: LiveTrial<{ x: number }>) => {
      const saved = (await trial.checkpoint())?.state as { seconds: number; epochs: number } | undefined
      let { seconds, epochs } = saved ?? { seconds: 0, epochs: 0 }
      // An epoch takes from 0.3 to 2.1 seconds.
      const pace = 0.3 + 1.8 * ((x * 7919) % 1)
      while (seconds < trial.budget) {
        seconds += pace
        epochs++
        trained.set(x, [...(trained.get(x) ?? []), epochs])
        await trial.report(Math.ceil(seconds), x + 0.01 / epochs, () => ({ seconds, epochs }))
      }
      return x
    }
    await study.optimize(objective, { trials: 30 })
    const steps = study.trials.flatMap((trial) => pausedAt(trial) ?? [])
    // Rungs are at 1 and 3; the first report at or after one is up to three whole seconds late.
    expect(Math.max(...steps)).toBeLessThan(6)
    expect(steps.some((step) => step < 3) && steps.some((step) => step >= 3)).toBe(true)
    // Nobody trained an epoch twice.
    for (const epochs of trained.values()) expect(epochs).toEqual(epochs.map((_, i) => i + 1))
    const complete = study.trials.filter(({ state }) => state === 'complete')
    expect(complete.every((trial) => trial.reports.at(-1)![0] >= EPOCHS)).toBe(true)
    expect(new Set(complete.map(({ params }) => trained.get(Number(params.x))!.length)).size).toBeGreaterThan(1)
    expect(study.best.values.loss).toBe(Math.min(...study.trials.map(({ params }) => Number(params.x))))
  })
})

describe('an interrupted promotion', () => {
  it('is repeated from its checkpoint, and nothing finished is repeated', async () => {
    const storage = `sqlite:${join(folder, 'tuning.db')}`
    const settings = { storage, name: 'interrupted', ifExists: 'resume' } as const
    const log: string[] = []
    const stop = new AbortController()
    const first = await open(settings)
    const onEpoch = (epoch: number, number: number) => {
      const trial = first.trials[number]
      if (trial !== undefined && continuationOf(trial)?.step === 1 && epoch === 2) stop.abort()
    }
    expect(await first.optimize(training(log, { onEpoch }), { total: 20, signal: stop.signal })).toMatchObject({
      reason: 'signal',
    })
    await first.close()
    const before = [...log]
    await using second = await open(settings)
    await second.optimize(training(log), { total: 20 })
    const again = log.slice(before.length).filter((entry) => before.includes(entry))
    const x = before.at(-1)!.split(' ')[0]
    expect(again).toEqual([`${x} 2`])
    expectWholeTrainings(second.trials)
    // What was continued to its end has left nothing behind.
    const paused = second.trials.filter((trial) => pausedAt(trial) !== undefined).map(({ number }) => number)
    const continued = second.trials.map((trial) => continuationOf(trial)?.trial)
    const left = paused.filter((number) => !continued.includes(number)).map((number) => `${number}.checkpoint`)
    expect(readdirSync(join(folder, 'tuning.checkpoints', '1')).sort()).toEqual(left.sort())
    await second.storage.deleteStudy(1)
    expect(readdirSync(join(folder, 'tuning.checkpoints'))).toEqual([])
  })
})

describe('the quota of checkpoints', () => {
  const base = { id: 0, params: {}, distributions: {}, userAttrs: {}, startedAt: 0, finishedAt: 1 }
  const paused = (number: number, step: number, loss: number): TrialRecord => {
    const systemAttrs = { 'diapason:paused': step }
    return { ...base, number, state: 'pruned', values: [loss], reports: [[step, loss]], systemAttrs }
  }
  const goals = [{ name: 'loss', direction: 'minimize' }] as const
  const entries = (count: number) => Array.from({ length: count }, (_, trial) => ({ trial, bytes: 10 }))

  it('costs those first that were paused lowest, and of these the worst', () => {
    const trials = [paused(0, 1, 0.5), paused(1, 3, 0.9), paused(2, 1, 0.2), paused(3, 1, 0.7)]
    expect(expendable(entries(4), trials, goals, { maxCount: 4, maxBytes: 40 })).toEqual([])
    expect(expendable(entries(4), trials, goals, { maxCount: 2, maxBytes: 40 })).toEqual([0, 3])
    expect(expendable(entries(4), trials, goals, { maxCount: 4, maxBytes: 35 })).toEqual([3])
  })

  it('keeps what a promotion runs from, and drops what was continued to an end or stopped for good', () => {
    const continuing = (number: number, trial: number, state: 'running' | 'complete'): TrialRecord => {
      const rest = { ...base, number, reports: [], systemAttrs: { 'diapason:continues': { trial, step: 1 } } }
      return state === 'running' ? { ...rest, state } : { ...rest, state, values: [0] }
    }
    const stopped: TrialRecord = { ...paused(2, 1, 0.4), systemAttrs: {} }
    const trials = [
      paused(0, 1, 0.5),
      paused(1, 1, 0.9),
      stopped,
      continuing(3, 0, 'complete'),
      continuing(4, 1, 'running'),
    ]
    expect([...expendable(entries(3), trials, goals, { maxCount: 0, maxBytes: 0 })].sort()).toEqual([0, 2])
  })

  it('is kept by a study, whose promotions then train anew', async () => {
    const study = await open({ checkpoints: { maxCount: 4 } })
    const log: string[] = []
    await study.optimize(training(log), { trials: 30 })
    const resumed = study.trials.flatMap(({ systemAttrs }) => systemAttrs['diapason:resumed'] ?? [])
    expect(new Set(resumed)).toEqual(new Set([true, false]))
    expectWholeTrainings(study.trials)
  })

  it('counts what all processes keep in a shared folder, where each study has a part of its own', async () => {
    const shared = join(folder, 'shared')
    const checkpoints = { folder: shared, maxCount: 4 }
    const settings = { storage: memoryStorage(), name: 'every/where', ifExists: 'resume', checkpoints } as const
    const studies = await Promise.all([open(settings), open(settings), open(settings)])
    const most: number[] = []
    const onEpoch = () => most.push(readdirSync(shared).flatMap((part) => readdirSync(join(shared, part))).length)
    await open({ ...settings, name: 'other' }).then((other) => other.optimize(training([]), { trials: 3 }))
    const log: string[] = []
    await Promise.all(studies.map((study) => study.optimize(training(log, { onEpoch }), { total: 40, lease: '20s' })))
    await studies[0]!.refresh()
    expectWholeTrainings(studies[0]!.trials)
    const [own, others] = readdirSync(shared).sort()
    expect([own, others]).toEqual(['every_where-1', 'other-2'])
    expect(readdirSync(join(shared, own!)).length).toBeLessThanOrEqual(4)
    // Beside those of the other study, and those that are being continued or written.
    expect(Math.max(...most)).toBeLessThanOrEqual(4 + 3 + 3)
  })
})
