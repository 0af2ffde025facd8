import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { compileSpace } from '../space/search-space.ts'
import { openStorage } from '../storage/open-storage.ts'
import { createStudy, openStudy } from '../study/create-study.ts'
import { buildTrial } from '../testing/trial-builders.ts'
import type { Report } from '../trial/trial-record.ts'
import { createReportStore } from './packed-reports.ts'
import { PAGE, watchedStorage } from './watched-storage.ts'

const space = compileSpace({ x: float(0, 1) })

describe('packed reports', () => {
  const even: Report[] = [1, 2, 3, 4, 5].map((step) => [step, 1 / step])
  const uneven: Report[] = [1, 3, 9, 27].map((step) => [step, Number.NaN])
  const trial = (reports: Report[]) => buildTrial(space, 0, { x: 0.5 }, { state: 'complete', values: [1], reports })

  it.each([[even], [uneven], [even.slice(0, 2)], [[]]])('are the array that they stand for: %j', (reports) => {
    const packed = createReportStore().pack(trial(reports)).reports
    expect(Array.isArray(packed)).toBe(true)
    expect([...packed]).toEqual(reports)
    expect(packed.length).toBe(reports.length)
    expect(packed[packed.length - 1]).toEqual(reports.at(-1))
    expect(packed[reports.length]).toBeUndefined()
    expect(packed.map(([step]) => step)).toEqual(reports.map(([step]) => step))
    expect(packed.slice(1, 3)).toEqual(reports.slice(1, 3))
    expect(packed.filter(([step]) => step > 1)).toEqual(reports.filter(([step]) => step > 1))
    expect(JSON.stringify(packed)).toBe(JSON.stringify(reports))
    expect(Object.keys(packed)).toEqual(Object.keys(reports))
  })

  it('cannot be changed', () => {
    const packed = createReportStore().pack(trial(even)).reports as Report[]
    expect(() => packed.push([6, 0])).toThrow(TypeError)
    expect(packed.length).toBe(5)
  })
})

describe('watchedStorage', () => {
  it('hands out a large study page by page, every trial once, and notices what changes', async () => {
    const storage = await openStorage('sqlite::memory:')
    const study = await createStudy({ name: 'large', storage, goals: { loss: 'minimize' }, space: { x: float(0, 1) } })
    for (let i = 0; i < PAGE + 10; i++) await study.add({ state: 'complete', values: [i] })
    const watched = watchedStorage(storage)
    const seen = await openStudy({ storage: watched, name: 'large' })
    expect(seen.trials.length).toBe(PAGE)
    await seen.refresh()
    expect(seen.trials.map(({ number }) => number)).toEqual(Array.from({ length: PAGE + 10 }, (_, i) => i))
    const before = watched.revision
    await seen.refresh()
    expect(watched.revision).toBe(before)
    const trial = await study.ask()
    await seen.refresh()
    expect(watched.revision).toBeGreaterThan(before)
    await study.tell(trial, 0)
    await seen.refresh()
    expect(seen.trials.at(-1)?.state).toBe('complete')
    await storage.close()
  })
})
