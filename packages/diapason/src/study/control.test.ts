import { afterEach, expect, it, vi } from 'vitest'
import { memoryStorage } from '../storage/memory.ts'
import { CONTROL_POLL_MS, createControlReader, setControl } from './control.ts'

afterEach(() => vi.restoreAllMocks())

it('hears of a stop within a second, though the clock was put back', async () => {
  const storage = memoryStorage()
  const study = await storage.createStudy('s', ['minimize'])
  const startedAt = Date.now()
  const reader = createControlReader(storage, study, startedAt)
  vi.spyOn(Date, 'now').mockReturnValue(startedAt - 120_000)
  await setControl(storage, study.id, { command: 'stop', at: startedAt + 1 })
  expect(await reader.read()).toBe('run')
  const steady = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(steady + CONTROL_POLL_MS)
  expect(await reader.read()).toBe('stop')
})
