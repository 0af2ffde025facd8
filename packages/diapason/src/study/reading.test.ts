import { afterEach, expect, it, vi } from 'vitest'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from './create-study.ts'

afterEach(() => vi.restoreAllMocks())

/** How often ten trials that take so long, in milliseconds, read what others have stored. */
async function readsOfTen(trialMs: number): Promise<number> {
  let now = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const storage = memoryStorage()
  const readTrials = vi.fn(storage.readTrials)
  const study = await createStudy({
    goals: { loss: 'minimize' },
    space: { x: float(0, 1) },
    storage: { ...storage, readTrials },
  })
  readTrials.mockClear()
  const objective = ({ x }: { x: number }) => {
    now += trialMs
    return x
  }
  await study.optimize(objective, { trials: 10 })
  return readTrials.mock.calls.length
}

it('reads what others have stored before each trial, unless it has just done so', async () => {
  const [short, long] = [await readsOfTen(0), await readsOfTen(25)]
  // Nine trials come just after another one.
  expect(long - short).toBe(9)
})
