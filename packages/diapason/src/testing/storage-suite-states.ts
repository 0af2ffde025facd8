import { describe, expect, it } from 'vitest'
import { StudyError } from '../errors.ts'
import type { Outcome } from '../storage/storage.ts'
import { AWKWARD_TEXTS, EVERY_STATE, REAL } from './storage-samples.ts'
import { newStudy, newTrial, readAll, type StorageFixture } from './storage-steps.ts'

export function describeStates(fixture: StorageFixture): void {
  describe('states', () => {
    describeMatrix(fixture)
    describeQueue(fixture)
  })
}

function describeMatrix({ storage, second }: StorageFixture): void {
  const outcomes: readonly Outcome[] = [
    { state: 'complete', values: [2] },
    { state: 'pruned', values: [3] },
    { state: 'failed', reason: 'zoë: loss is NaN' },
  ]

  for (const outcome of outcomes) {
    it.each(EVERY_STATE.map((trial) => [trial.state, trial] as const))(
      `ends as ${outcome.state} from %s, or not`,
      async (state, template) => {
        const id = await newStudy(storage())
        const before = await newTrial(storage(), id, template)
        const ended = await storage().finish(before.id, outcome)
        const [after] = await readAll(await second(), id)
        expect(ended).toBe(state === 'waiting' || state === 'running')
        if (ended) expect(after).toMatchObject(outcome)
        else expect(after).toEqual(before)
      },
    )
  }

  it.each(EVERY_STATE.map((trial) => [trial.state, trial] as const))(
    'lets a %s trial be written to, or not',
    async (state, template) => {
      const id = await newStudy(storage())
      const before = await newTrial(storage(), id, template)
      const steps: readonly (readonly [allowed: boolean, () => Promise<void>])[] = [
        [state === 'running', () => storage().setParams(before.id, { x: 1 }, { x: REAL })],
        [state === 'running', () => storage().report(before.id, 1, 1)],
        [state === 'running', () => storage().heartbeat(before.id)],
        [state === 'running' || state === 'waiting', () => storage().setTrialAttr(before.id, 'user', 'a', 1)],
      ]
      for (const [allowed, step] of steps) {
        if (allowed) await step()
        else await expect(step()).rejects.toThrow(StudyError)
      }
      const [after] = await readAll(await second(), id)
      if (state !== 'running' && state !== 'waiting') expect(after).toEqual(before)
      else expect(after).toMatchObject({ state, userAttrs: { a: 1 } })
    },
  )

  it('lets exactly one of many end a trial', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    const other = await second()
    const ended = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        (i % 2 === 0 ? storage() : other).finish(trialId, { state: 'complete', values: [i] }),
      ),
    )
    expect(ended.filter(Boolean)).toHaveLength(1)
    expect(await readAll(storage(), id)).toMatchObject([{ values: [ended.indexOf(true)] }])
  })

  it('puts a successor in the place of a trial, both or neither', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    const other = await second()
    const successor = { state: 'waiting', systemAttrs: { fixed_params: { x: 1 } } } as const
    const ended = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        (i % 2 === 0 ? storage() : other).finish(trialId, { state: 'failed', reason: 'lost' }, successor),
      ),
    )
    expect(ended.filter(Boolean)).toHaveLength(1)
    const broken = { state: 'complete', values: [Number.NaN] } as const
    const { id: next } = await newTrial(storage(), id)
    await expect(storage().finish(next, { state: 'failed', reason: 'lost' }, broken)).rejects.toThrow(StudyError)
    expect(await readAll(other, id)).toMatchObject([
      { state: 'failed' },
      { state: 'waiting', systemAttrs: { fixed_params: { x: 1 } } },
      { state: 'running' },
    ])
  })

  it('keeps the reason of a failure out of the attributes', async () => {
    const id = await newStudy(storage())
    const { id: trialId } = await newTrial(storage(), id)
    await storage().finish(trialId, { state: 'failed', reason: AWKWARD_TEXTS.join() })
    expect(await readAll(await second(), id)).toMatchObject([
      { reason: AWKWARD_TEXTS.join(), systemAttrs: {}, userAttrs: {} },
    ])
    const [trial] = await readAll(storage(), id)
    expect(Object.keys(trial?.systemAttrs ?? {})).toEqual([])
  })
}

function describeQueue({ storage, second }: StorageFixture): void {
  it('hands out waiting trials by number, with their contents', async () => {
    const id = await newStudy(storage())
    const other = await newStudy(storage(), 'other')
    await newTrial(storage(), other, { state: 'waiting' })
    await newTrial(storage(), id, { state: 'waiting', systemAttrs: { fixed_params: { x: 1 } } })
    await newTrial(storage(), id, { state: 'running' })
    await newTrial(storage(), id, { state: 'waiting', userAttrs: { why: 'a hunch' } })
    const before = Date.now() - 1
    const first = await storage().claimWaiting(id, { systemAttrs: { 'diapason:worker': 'a' } })
    expect(first).toMatchObject({ number: 0, state: 'running' })
    expect(first?.systemAttrs).toEqual({ fixed_params: { x: 1 }, 'diapason:worker': 'a' })
    expect(first?.startedAt).toBeGreaterThanOrEqual(before)
    const next = await (await second()).claimWaiting(id)
    expect(next).toMatchObject({ number: 2, userAttrs: { why: 'a hunch' } })
    expect(await storage().claimWaiting(id)).toBeUndefined()
    expect((await readAll(storage(), id)).map((trial) => trial.state)).toEqual(['running', 'running', 'running'])
    expect(await readAll(storage(), id)).toContainEqual(first)
  })

  it('passes over a waiting trial that was ended before its turn', async () => {
    const id = await newStudy(storage())
    const { id: gone } = await newTrial(storage(), id, { state: 'waiting' })
    await newTrial(storage(), id, { state: 'waiting' })
    await storage().finish(gone, { state: 'failed', reason: 'withdrawn' })
    expect(await storage().claimWaiting(id)).toMatchObject({ number: 1 })
  })

  it('never hands one out twice', async () => {
    const id = await newStudy(storage())
    for (let i = 0; i < 30; i++) await newTrial(storage(), id, { state: 'waiting' })
    const other = await second()
    const claims = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? storage() : other).claimWaiting(id)),
    )
    const numbers = claims.filter((trial) => trial !== undefined).map((trial) => trial.number)
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i))
  })
}
