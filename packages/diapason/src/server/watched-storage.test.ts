import { describe, expect, it } from 'vitest'
import { float } from '../space/nodes.ts'
import { openStorage } from '../storage/open-storage.ts'
import { createStudy, openStudy } from '../study/create-study.ts'
import { PAGE, watchedStorage } from './watched-storage.ts'

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
