import { expect, it } from 'vitest'
import { describeStorage } from '../testing/storage-suite.ts'
import { memoryStorage } from './memory.ts'

describeStorage('memory', async () => ({ storage: memoryStorage(), dispose: async () => {} }))

it('stamps by the clock it is given and forgets heartbeats in time', async () => {
  let time = 1000
  const storage = memoryStorage({ now: () => time })
  const { id } = await storage.createStudy('clock', ['minimize'])
  const trial = await storage.createTrial(id, { state: 'running' })
  const trialId = trial?.id ?? Number.NaN
  expect(trial?.startedAt).toBe(1000)
  await storage.heartbeat(trialId)
  time = 1500
  expect(await storage.staleTrials(id, 500)).toEqual([])
  expect(await storage.staleTrials(id, 499)).toEqual([trialId])
  await storage.finish(trialId, { state: 'complete', values: [1] })
  expect((await storage.readTrials(id)).trials).toMatchObject([{ finishedAt: 1500 }])
})

it('costs the same per step after 20,000 trials', async () => {
  const storage = memoryStorage()
  const { id } = await storage.createStudy('long', ['minimize'])
  let cursor: unknown
  const run = async (count: number) => {
    const start = performance.now()
    for (let i = 0; i < count; i++) {
      const trial = await storage.createTrial(id, { state: 'running' })
      await storage.finish(trial?.id ?? Number.NaN, { state: 'complete', values: [i] })
      const read = await storage.readTrials(id, cursor)
      expect(read.trials).toHaveLength(1)
      cursor = read.cursor
    }
    return (performance.now() - start) / count
  }
  await run(1000)
  await run(18_000)
  expect(await run(1000)).toBeLessThan(1)
})
