import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { noTrial } from '../storage/rules.ts'
import type { Storage } from '../storage/storage.ts'
import { createStudy } from './create-study.ts'

/** A study whose trial 0 was lost, and that Optuna's retry callback queued again as trial 1: a copy, but for the history. */
async function retriedByOptuna() {
  const clock = { ms: 1_700_000_000_000 }
  const storage = memoryStorage({ now: () => clock.ms })
  const worker = { name: 'alive', isGone: (name: string) => name === 'dead' }
  const study = await createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 1), y: float(0, 1) },
    storage: { ...storage, worker },
  })
  const id = (await storage.findStudy(study.name))?.id ?? Number.NaN
  const params = { x: 0.25, y: 0.5 }
  const kind = { kind: 'float', low: 0, high: 1, log: false, step: null } as const
  const attempt = {
    params,
    distributions: { x: kind, y: kind },
    systemAttrs: { 'diapason:worker': 'dead', 'diapason:lease': 1000, 'diapason:claimed-at': 7 },
  }
  await storage.createTrial(id, { ...attempt, state: 'failed', reason: 'silent' })
  const systemAttrs = { ...attempt.systemAttrs, failed_trial: 0, retry_history: [0] }
  await storage.createTrial(id, { ...attempt, state: 'waiting', systemAttrs })
  return { clock, storage, study, id }
}

describe('a trial that Optuna queued again after its worker was lost', () => {
  it('runs here with the parameters that it had', async () => {
    const { study } = await retriedByOptuna()
    await study.optimize(({ x, y }) => x + y, { trials: 1 })
    expect(study.trials[1]).toMatchObject({ state: 'complete', params: { x: 0.25, y: 0.5 }, values: [0.75] })
  })

  it('is not taken from Optuna for the worker and the lease of the attempt before', async () => {
    const { clock, storage, study, id } = await retriedByOptuna()
    await storage.claimWaiting(id, { heartbeat: true })
    clock.ms += 5000
    await study.optimize(({ x }) => x, { trials: 1 })
    expect(study.trials.map(({ state }) => state)).toEqual(['failed', 'running', 'complete'])
    clock.ms += 600_000
    await study.optimize(({ x }) => x, { trials: 1 })
    expect(study.trials[1]).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/ended before the trial did/),
    })
  })

  it.each([
    ['whose process is gone', { 'diapason:worker': 'dead', 'diapason:claimed-at': 8 }],
    ['that is silent', { 'diapason:worker': 'cut off', 'diapason:lease': 1000, 'diapason:claimed-at': 8 }],
  ])('is taken from a worker of ours %s', async (_, systemAttrs) => {
    const { clock, storage, study, id } = await retriedByOptuna()
    await storage.claimWaiting(id, { heartbeat: true, systemAttrs })
    clock.ms += 5000
    await study.optimize(({ x }) => x, { trials: 1 })
    expect(study.trials.map(({ state }) => state)).toEqual(['failed', 'failed', 'complete'])
  })
})

it('takes another trial where the database has lost the one that it had just created', async () => {
  const storage = memoryStorage()
  let losses = 2
  const forgetful: Storage = {
    ...storage,
    // As PostgreSQL may, that crashes before the creation of a trial is on its disk.
    async setParams(...args) {
      if (losses-- > 0) throw noTrial(args[0])
      return storage.setParams(...args)
    },
  }
  const study = await createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 1) },
    storage: forgetful,
    seed: 1,
  })
  await study.optimize(({ x }) => x, { trials: 3 })
  expect(study.trials.filter(({ state }) => state === 'complete')).toHaveLength(3)
})
