import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { SILENT_OBJECTIVES, silentWorkers } from './silent-worker.ts'

describe.skipIf(process.platform === 'win32')('a worker that is suspended while its training goes on', () => {
  it.each(SILENT_OBJECTIVES)(
    'has none by the time another worker begins the trial again: %s',
    { timeout: 90_000 },
    async (_, objective) => {
      using workers = silentWorkers()
      const suspended = workers.start(objective, '4s')
      await expect.poll(() => workers.trainings().length, { timeout: 30_000 }).toBe(1)
      suspended.kill('SIGSTOP')
      const other = workers.start(objective, '4s')
      await expect.poll(() => workers.trainings().length, { timeout: 40_000 }).toBe(2)
      workers.release()
      await once(other, 'close')
      suspended.kill('SIGCONT')
      await once(suspended, 'close')

      const [before, after] = workers.trainings()
      expect(after?.first).toBeGreaterThan(before?.last ?? Number.NaN)
      expect((await workers.trials()).map(({ state }) => state)).toEqual(['failed', 'complete'])
      expect([suspended.exitCode, other.exitCode]).toEqual([0, 0])
    },
  )
})
