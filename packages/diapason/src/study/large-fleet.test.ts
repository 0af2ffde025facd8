import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from './create-study.ts'

/** A study of which others run so many trials, and how often it is read from here. */
async function studyWithOthers(others: number, isSilent = false) {
  const storage = memoryStorage()
  let reads = 0
  const study = await createStudy({
    name: 'fleet',
    goals: { loss: 'minimize' },
    space: { x: float(0, 1) },
    storage: {
      ...storage,
      worker: { name: 'ours', isGone: () => false },
      staleTrials: (id, graceMs) => storage.staleTrials(id, isSilent ? -graceMs : graceMs),
      readTrials(...args) {
        reads++
        return storage.readTrials(...args)
      },
    },
  })
  const record = await storage.findStudy('fleet')
  for (let i = 0; i < others; i++) {
    const systemAttrs = { 'diapason:worker': 'theirs', 'diapason:lease': 60_000 }
    await storage.createTrial(record?.id ?? Number.NaN, { state: 'running', heartbeat: true, systemAttrs })
  }
  return { study, reads: () => reads }
}

async function readsOfTenReports(others: number): Promise<number> {
  const { study, reads } = await studyWithOthers(others)
  const trial = await study.ask()
  const before = reads()
  for (let step = 1; step <= 10; step++) await trial.report(step, 1)
  return reads() - before
}

describe('many workers on one study', () => {
  it('do not all read all running trials at every report', async () => {
    expect(await readsOfTenReports(10)).toBe(10)
    // A hundred read once a second each: ten reports in a moment need no further one.
    expect(await readsOfTenReports(100)).toBeLessThanOrEqual(1)
  })

  it.each([
    ['leave them alone while none is silent', false, 'running', 0],
    ['take them over where they are silent', true, 'failed', 2],
  ])('who look for lost trials %s', async (_, isSilent, state, leastReads) => {
    const { study, reads } = await studyWithOthers(30, isSilent)
    await study.refresh()
    const before = reads()
    // A run looks before it does anything, and this one does nothing.
    await study.optimize(({ x }) => x, { trials: 1, signal: AbortSignal.abort() })
    expect(reads() - before).toBeGreaterThanOrEqual(leastReads)
    expect(reads() - before === 0).toBe(!isSilent)
    expect(study.trials[0]?.state).toBe(state)
  })
})
