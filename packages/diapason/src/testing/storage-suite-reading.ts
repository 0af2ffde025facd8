import { describe, expect, it } from 'vitest'
import type { Cursor, Storage } from '../storage/storage.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { REAL } from './storage-samples.ts'
import { newStudy, running, type StorageFixture } from './storage-steps.ts'

export function describeReading(fixture: StorageFixture): void {
  describe('reading', () => {
    describeCursors(fixture)
    describeSnapshots(fixture)
    describeHeartbeats(fixture)
  })
}

function describeCursors({ storage, second }: StorageFixture): void {
  it('reads everything once, then only what is new or changed', async () => {
    const id = await newStudy(storage())
    const reader = newReader(storage(), id)
    expect(await reader()).toEqual([])
    const [a, b, c] = [await running(storage(), id), await running(storage(), id), await running(storage(), id)]
    expect(await reader()).toEqual([0, 1, 2])
    await storage().finish(b, { state: 'complete', values: [1] })
    expect(await reader()).toContain(1)
    expect(await reader()).not.toContain(1)
    await storage().report(c, 1, 0.5)
    const d = await running(storage(), id)
    expect(await reader()).toEqual(expect.arrayContaining([2, 3]))
    for (const trial of [a, c, d]) await storage().finish(trial, { state: 'failed', reason: 'stop' })
    expect(await reader()).toEqual([0, 2, 3])
    expect(await reader()).toEqual([])
    expect((await storage().readTrials(id)).trials.map((trial) => trial.number)).toEqual([0, 1, 2, 3])
  })

  it('reads a large study a few trials at a time, and misses no change of those it has read', async () => {
    const id = await newStudy(storage())
    const trials: number[] = []
    for (let i = 0; i < 10; i++) trials.push(await running(storage(), id))
    for (const [i, trial] of trials.entries())
      if (i % 3 > 0) await storage().finish(trial, { state: 'complete', values: [i] })
    const reader = newReader(storage(), id, 4)
    const seen = [await reader(), await reader()]
    await storage().finish(trials[0] ?? Number.NaN, { state: 'complete', values: [0] })
    for (let page = 0; page < 3; page++) seen.push(await reader())
    // Those that still run may come again, and finished ones come once.
    const numbers = seen.flat()
    expect(sorted([...new Set(numbers)])).toEqual(Array.from({ length: 10 }, (_, i) => i))
    const times = (number: number) => numbers.filter((other) => other === number).length
    expect([1, 2, 4, 5, 7, 8].map(times)).toEqual([1, 1, 1, 1, 1, 1])
    expect(times(0)).toBeGreaterThan(1)
    for (const i of [3, 6, 9]) await storage().finish(trials[i] ?? Number.NaN, { state: 'failed', reason: 'stop' })
    expect(await reader()).toEqual([3, 6, 9])
    expect(await reader()).toEqual([])
  })

  it.each<[string, (storage: Storage, trialId: number) => Promise<unknown>]>([
    ['parameters', (one, id) => one.setParams(id, { x: 0.25 }, { x: REAL })],
    ['a report', (one, id) => one.report(id, 1, 0.5)],
    ['a user attribute', (one, id) => one.setTrialAttr(id, 'user', 'a', 1)],
    ['a system attribute', (one, id) => one.setTrialAttr(id, 'system', 'a', 1)],
    ['the end', (one, id) => one.finish(id, { state: 'complete', values: [1] })],
  ])('notices %s, written here or elsewhere', async (_, write) => {
    const id = await newStudy(storage())
    const other = await second()
    for (const writer of [storage(), other]) {
      const trialId = await running(writer, id)
      const { cursor } = await storage().readTrials(id)
      await write(writer, trialId)
      const { trials } = await storage().readTrials(id, cursor)
      const all = await storage().readTrials(id)
      expect(trials.find((trial) => trial.id === trialId)).toEqual(all.trials.find((trial) => trial.id === trialId))
    }
  })

  it('notices claims, and changes of trials that wait', async () => {
    const id = await newStudy(storage())
    const other = await second()
    const first = await storage().createTrial(id, { state: 'waiting' })
    await storage().createTrial(id, { state: 'waiting' })
    const { cursor } = await storage().readTrials(id)
    await other.claimWaiting(id)
    await other.setTrialAttr((first?.id ?? Number.NaN) + 1, 'user', 'why', 'a hunch')
    const { trials } = await storage().readTrials(id, cursor)
    expect(trials).toMatchObject([{ state: 'running' }, { state: 'waiting', userAttrs: { why: 'a hunch' } }])
  })

  it('lets several readers stand in different places', async () => {
    const id = await newStudy(storage())
    const a = await running(storage(), id)
    const early = (await storage().readTrials(id)).cursor
    await storage().finish(a, { state: 'complete', values: [1] })
    const b = await running(storage(), id)
    const late = (await storage().readTrials(id, early)).cursor
    await storage().finish(b, { state: 'complete', values: [2] })
    const numbers = async (cursor: Cursor) =>
      (await storage().readTrials(id, cursor)).trials.map((trial) => trial.number)
    expect(await numbers(late)).toEqual([1])
    expect(await numbers(early)).toEqual([0, 1])
    expect(await numbers(early)).toEqual([0, 1])
  })

  it('misses nothing and repeats no finished trial while others write', async () => {
    const id = await newStudy(storage())
    const writers = [storage(), await second()]
    const finished: number[] = []
    let cursor: Cursor
    const read = async () => {
      const batch = await storage().readTrials(id, cursor)
      cursor = batch.cursor
      expect(batch.trials.map((trial) => trial.number)).toEqual(sorted(batch.trials.map((trial) => trial.number)))
      finished.push(...batch.trials.filter(isFinished).map((trial) => trial.number))
    }
    for (let round = 0; round < 10; round++) {
      const open = await Promise.all([...writers, ...writers].map((writer) => running(writer, id)))
      await Promise.all([...open.map((trial, i) => finishSoon(writers[i % 2] ?? storage(), trial)), read()])
    }
    await read()
    expect(sorted(finished)).toEqual(Array.from({ length: 40 }, (_, i) => i))
  })

  it('keeps many studies apart', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => newStudy(storage(), `study ${i}`)))
    for (let round = 0; round < 3; round++) {
      for (const [i, id] of ids.entries()) {
        const trial = await running(storage(), id)
        await storage().setParams(trial, { x: i }, { x: REAL })
        await storage().finish(trial, { state: 'complete', values: [i * 10 + round] })
      }
    }
    for (const [i, id] of ids.entries()) {
      const { trials } = await (await second()).readTrials(id)
      expect(trials).toMatchObject(
        [0, 1, 2].map((round) => ({ number: round, params: { x: i }, values: [i * 10 + round] })),
      )
    }
  })
}

function describeSnapshots({ storage }: StorageFixture): void {
  it('never changes a record that it returned', async () => {
    const id = await newStudy(storage())
    const created = await storage().createTrial(id, { state: 'waiting', userAttrs: { list: [1] } })
    const claimed = await storage().claimWaiting(id)
    if (created === undefined || claimed === undefined) throw new Error('nothing was created')
    const [read] = (await storage().readTrials(id)).trials
    const copies = structuredClone([created, claimed, read])
    await storage().setParams(created.id, { x: 0.5 }, { x: REAL })
    await storage().report(created.id, 1, 0.5)
    await storage().setTrialAttr(created.id, 'user', 'list', [1, 2])
    await storage().setTrialAttr(created.id, 'system', 'a', 1)
    await storage().finish(created.id, { state: 'complete', values: [1] })
    expect([created, claimed, read]).toEqual(copies)
  })

  it('copies what it is given', async () => {
    const id = await newStudy(storage())
    const params = { x: 0.5 }
    const values = [1]
    const list = [1]
    const trial = await storage().createTrial(id, { state: 'running', userAttrs: { list } })
    await storage().setParams(trial?.id ?? Number.NaN, params, { x: REAL })
    await storage().finish(trial?.id ?? Number.NaN, { state: 'complete', values })
    params.x = 0.75
    values[0] = 2
    list.push(2)
    const { trials } = await storage().readTrials(id)
    expect(trials).toMatchObject([{ params: { x: 0.5 }, values: [1], userAttrs: { list: [1] } }])
  })
}

function describeHeartbeats({ storage, second }: StorageFixture): void {
  it('tells running trials without a recent heartbeat', async () => {
    const id = await newStudy(storage())
    const other = await newStudy(storage(), 'other')
    const silent = await running(storage(), id)
    const alive = await running(storage(), id)
    const done = await running(storage(), id)
    const elsewhere = await running(storage(), other)
    for (const trial of [alive, done, elsewhere]) await storage().heartbeat(trial)
    await storage().heartbeat(alive)
    await storage().finish(done, { state: 'complete', values: [1] })
    expect(await (await second()).staleTrials(id, 60_000)).toEqual([])
    // A negative grace puts every heartbeat into the past, so that no test has to wait.
    expect(await (await second()).staleTrials(id, -60_000)).toEqual([alive])
    expect(await storage().staleTrials(other, -60_000)).toEqual([elsewhere])
    expect(silent).not.toBe(alive)
  })

  it('takes a first heartbeat with the start', async () => {
    const id = await newStudy(storage())
    const created = await storage().createTrial(id, { state: 'running', heartbeat: true })
    await storage().createTrial(id, { state: 'waiting' })
    await storage().createTrial(id, { state: 'waiting' })
    const claimed = await storage().claimWaiting(id, { heartbeat: true })
    await storage().claimWaiting(id)
    expect(await (await second()).staleTrials(id, -60_000)).toEqual([created?.id, claimed?.id])
    expect(await (await second()).staleTrials(id, 60_000)).toEqual([])
  })
}

function newReader(storage: Storage, studyId: number, limit?: number): () => Promise<number[]> {
  let cursor: Cursor
  return async () => {
    const batch = await storage.readTrials(studyId, cursor, limit)
    cursor = batch.cursor
    return batch.trials.map((trial: TrialRecord) => trial.number)
  }
}

async function finishSoon(storage: Storage, trialId: number): Promise<void> {
  await storage.report(trialId, 1, 0.5)
  await storage.finish(trialId, { state: 'complete', values: [trialId] })
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b)
}
