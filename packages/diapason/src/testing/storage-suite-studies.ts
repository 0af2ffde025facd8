import { describe, expect, it } from 'vitest'
import { StudyError } from '../errors.ts'
import type { Storage } from '../storage/storage.ts'
import { AWKWARD_NUMBERS, AWKWARD_TEXTS, EVERY_KIND, EVERY_STATE, EVERY_VALUE } from './storage-samples.ts'
import type { StorageFixture } from './storage-steps.ts'

const NOWHERE = 987_654

export function describeStudies({ storage, second }: StorageFixture): void {
  describe('studies', () => {
    it('gives back what was created', async () => {
      const created = await storage().createStudy('digits', ['maximize', 'minimize', 'minimize'])
      expect(created).toMatchObject({ name: 'digits', directions: ['maximize', 'minimize', 'minimize'] })
      expect(created).toMatchObject({ userAttrs: {}, systemAttrs: {} })
      expect(await (await second()).findStudy('digits')).toEqual(created)
      expect(await storage().findStudy('Digits')).toBeUndefined()
    })

    it('keeps the attributes that a study starts with', async () => {
      const attrs = { 'study:metric_names': ['accuracy'], nested: { nan: Number.NaN } }
      const created = await storage().createStudy('digits', ['maximize'], attrs)
      expect(created.systemAttrs).toEqual(attrs)
      expect((await (await second()).findStudy('digits'))?.systemAttrs).toEqual(attrs)
    })

    it.each(AWKWARD_TEXTS.filter((text) => text.length <= 512).map((text) => [text]))(
      'accepts the name %j',
      async (name) => {
        const { id } = await storage().createStudy(name, ['minimize'])
        expect(await (await second()).findStudy(name)).toMatchObject({ id, name })
      },
    )

    it('refuses a name that is taken and leaves the study alone', async () => {
      const first = await storage().createStudy('digits', ['maximize'])
      await expect(storage().createStudy('digits', ['minimize'])).rejects.toThrow(StudyError)
      await expect((await second()).createStudy('digits', ['minimize'])).rejects.toThrow(/digits/)
      expect(await storage().listStudies()).toHaveLength(1)
      expect(await storage().findStudy('digits')).toEqual(first)
    })

    it('lets exactly one of many create a name', async () => {
      const other = await second()
      const made = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? storage() : other).createStudy('digits', ['minimize'])),
      )
      const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      expect(refused.map((error) => error instanceof StudyError)).toEqual(Array(7).fill(true))
      expect(await storage().listStudies()).toHaveLength(1)
    })

    it('lists studies by id, with counts and the first start', async () => {
      const a = await storage().createStudy('b', ['minimize'])
      const b = await storage().createStudy('a', ['maximize', 'minimize'])
      for (const trial of EVERY_STATE) await storage().createTrial(a.id, { ...trial, startedAt: 5000 })
      await storage().createTrial(a.id, { state: 'running', startedAt: 4000.5 })
      await storage().setStudyAttr(b.id, 'user', 'owner', 'zoë')
      expect(await (await second()).listStudies()).toEqual([
        { ...a, counts: { waiting: 1, running: 2, complete: 1, pruned: 1, failed: 1 }, startedAt: 4000.5 },
        {
          ...b,
          userAttrs: { owner: 'zoë' },
          counts: { waiting: 0, running: 0, complete: 0, pruned: 0, failed: 0 },
          startedAt: undefined,
        },
      ])
    })

    it('keeps user and system attributes apart and replaces them by key', async () => {
      const { id } = await storage().createStudy('digits', ['minimize'])
      await storage().setStudyAttr(id, 'user', 'key', 1)
      await storage().setStudyAttr(id, 'system', 'key', 2)
      const before = await storage().findStudy('digits')
      await storage().setStudyAttr(id, 'user', 'key', { now: ['a', 'list'] })
      expect(await (await second()).findStudy('digits')).toMatchObject({
        userAttrs: { key: { now: ['a', 'list'] } },
        systemAttrs: { key: 2 },
      })
      expect(before).toMatchObject({ userAttrs: { key: 1 } })
    })

    it('keeps any JSON data, awkward texts and numbers to the last bit', async () => {
      const { id } = await storage().createStudy('digits', ['minimize'])
      const data = {
        numbers: [...AWKWARD_NUMBERS, -0, Number.NaN],
        texts: AWKWARD_TEXTS,
        nested: { a: [1, 2.5, null, true, false, [], {}], 'NaN: Infinity': Number.POSITIVE_INFINITY },
      }
      await storage().setStudyAttr(id, 'user', 'data', data)
      for (const key of AWKWARD_TEXTS.filter((text) => text.length <= 512))
        await storage().setStudyAttr(id, 'user', key, key)
      const read = (await (await second()).findStudy('digits'))?.userAttrs
      expect(read?.data).toEqual(data)
      for (const key of AWKWARD_TEXTS.filter((text) => text.length <= 512)) expect(read?.[key]).toBe(key)
    })

    it('copies attributes, so that later changes by the caller do not reach it', async () => {
      const { id } = await storage().createStudy('digits', ['minimize'])
      const list = [1]
      await storage().setStudyAttr(id, 'user', 'list', list)
      list.push(2)
      expect((await storage().findStudy('digits'))?.userAttrs).toEqual({ list: [1] })
    })

    it('refuses attributes that JSON cannot hold', async () => {
      const { id } = await storage().createStudy('digits', ['minimize'])
      const cycle: unknown[] = []
      cycle.push(cycle)
      for (const value of [() => 1, 10n, new Map(), cycle]) {
        await expect(storage().setStudyAttr(id, 'user', 'key', value)).rejects.toThrow(StudyError)
      }
      expect((await storage().findStudy('digits'))?.userAttrs).toEqual({})
    })

    it('deletes a study with everything in it, and nothing else', async () => {
      const doomed = await storage().createStudy('doomed', ['minimize'], { a: 1 })
      const kept = await storage().createStudy('kept', ['minimize'], { a: 1 })
      for (const { id } of [doomed, kept]) {
        await storage().createTrial(id, { ...fullTrial, state: 'running' })
        await storage().createTrial(id, fullTrial)
      }
      const before = await storage().readTrials(kept.id)
      await storage().deleteStudy(doomed.id)
      expect(await storage().findStudy('doomed')).toBeUndefined()
      expect(await storage().listStudies()).toHaveLength(1)
      expect((await (await second()).readTrials(kept.id)).trials).toEqual(before.trials)

      const again = await storage().createStudy('doomed', ['maximize'])
      expect(again).toMatchObject({ userAttrs: {}, systemAttrs: {}, directions: ['maximize'] })
      expect((await storage().readTrials(again.id)).trials).toEqual([])
      // Ids may be used again: what belonged to the old trials must not stick to the new ones.
      for (let number = 0; number < 4; number++) {
        const trial = await storage().createTrial(again.id, { state: 'running' })
        expect(trial).toMatchObject({ number, params: {}, reports: [], userAttrs: {}, systemAttrs: {} })
      }
      expect(await storage().staleTrials(again.id, -60_000)).toEqual([])
    })

    it.each(Object.entries(needsStudy))('says that the study is missing: %s', async (_, use) => {
      await expect(use(storage())).rejects.toThrow(StudyError)
    })

    it.each(Object.entries(needsTrial))('says that the trial is missing: %s', async (_, use) => {
      await expect(use(storage())).rejects.toThrow(StudyError)
    })
  })
}

const fullTrial = {
  state: 'complete',
  params: EVERY_VALUE,
  distributions: EVERY_KIND,
  values: [1],
  reports: [[1, 2]],
  userAttrs: { a: 1 },
  systemAttrs: { b: 2 },
} as const

const needsStudy: { readonly [method: string]: (storage: Storage) => Promise<unknown> } = {
  deleteStudy: (storage) => storage.deleteStudy(NOWHERE),
  setStudyAttr: (storage) => storage.setStudyAttr(NOWHERE, 'user', 'key', 1),
  createTrial: (storage) => storage.createTrial(NOWHERE, { state: 'running' }),
  'createTrial with a limit': (storage) => storage.createTrial(NOWHERE, { state: 'running' }, 0),
  claimWaiting: (storage) => storage.claimWaiting(NOWHERE),
  readTrials: (storage) => storage.readTrials(NOWHERE),
  staleTrials: (storage) => storage.staleTrials(NOWHERE, 1000),
}

const needsTrial: { readonly [method: string]: (storage: Storage) => Promise<unknown> } = {
  setParams: (storage) => storage.setParams(NOWHERE, { float: 0.5 }, EVERY_KIND),
  report: (storage) => storage.report(NOWHERE, 1, 1),
  setTrialAttr: (storage) => storage.setTrialAttr(NOWHERE, 'system', 'key', 1),
  finish: (storage) => storage.finish(NOWHERE, { state: 'failed', reason: '' }),
  heartbeat: (storage) => storage.heartbeat(NOWHERE),
}
