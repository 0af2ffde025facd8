import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { SILENT_OBJECTIVES, silentWorkers } from './silent-worker.ts'

describe.skipIf(process.platform === 'win32')('a worker that is killed while its training goes on', () => {
  // A minute: that the worker has gone is seen by its process alone. Four seconds: less than commands have to end.
  const cases = SILENT_OBJECTIVES.flatMap(([name, objective]) =>
    ['60s', '4s'].map((lease) => [name, lease, objective] as const),
  )
  it.each(cases)(
    'has none by the time another worker of its machine begins the trial again: %s, lease %s',
    {
      timeout: 90_000,
    },
    async (_, lease, objective) => {
      using workers = silentWorkers()
      const killed = workers.start(objective, lease)
      await expect.poll(() => workers.trainings().length, { timeout: 30_000 }).toBe(1)
      const other = workers.start(objective, lease)
      killed.kill('SIGKILL')
      await expect.poll(() => workers.trainings().length, { timeout: 40_000 }).toBe(2)
      workers.release()
      await once(other, 'close')

      const [before, after] = workers.trainings()
      expect(after?.first).toBeGreaterThan(before?.last ?? Number.NaN)
      expect((await workers.trials()).map(({ state }) => state)).toEqual(['failed', 'complete'])
      expect(other.exitCode).toBe(0)
    },
  )
})
