import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { StorageError } from '../errors.ts'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import type { Storage } from '../storage/storage.ts'
import { createStudy } from './create-study.ts'
import type { LiveTrial } from './live-trial.ts'

/** A worker on a storage that others share, which cannot tell whether their processes live. */
const joined = (storage: Storage, name = 'a') =>
  createStudy({
    name: 'shared',
    goals: { loss: 'minimize' },
    space: { x: float(0, 1) },
    storage: { ...storage, worker: { name, isGone: () => false } },
    ifExists: 'resume',
    seed: 1,
  })

describe('a total that several workers share', () => {
  it('is met exactly, and each waits for the last trials of the others', async () => {
    const storage = memoryStorage()
    const workers = [await joined(storage), await joined(storage, 'b'), await joined(storage, 'c')]
    const objective = async ({ x }: { x: number }) => {
      await sleep(1 + 5 * Math.random())
      return x
    }
    const results = await Promise.all(
      workers.map((study) => study.optimize(objective, { total: 25, concurrency: 2, lease: '2s' })),
    )
    expect(results.map(({ reason }) => reason)).toEqual(['trials', 'trials', 'trials'])
    expect(results.reduce((sum, { trials }) => sum + trials, 0)).toBe(25)
    for (const study of workers) {
      await study.refresh()
      expect(study.trials.map(({ state }) => state)).toEqual(Array(25).fill('complete'))
    }
  })

  it('counts a trial that was queued again once, and leaves what others asked for alone', async () => {
    const storage = memoryStorage()
    const study = await joined(storage)
    await study.ask()
    const stop = new AbortController()
    await study.optimize(
      async () => {
        stop.abort()
        return sleep(50, 1)
      },
      { total: 4, signal: stop.signal, abortGraceMs: 0 },
    )
    expect(study.trials.map(({ state }) => state)).toEqual(['running', 'failed', 'waiting'])
    expect(await study.optimize(({ x }) => x, { total: 4 })).toMatchObject({ reason: 'trials', trials: 3 })
    expect(study.trials.map(({ state }) => state)).toEqual(['running', 'failed', ...Array(3).fill('complete')])
  })
})

describe('a worker that falls silent', () => {
  /** A worker whose heartbeats never arrive, with an objective that obeys its signal. */
  async function silentWorker(storage: Storage, breakWith: () => Promise<void>) {
    const study = await joined({ ...storage, heartbeat: breakWith }, 'silent')
    const stopped: { number: number; at: number }[] = []
    const run = study.optimize(
      async ({ x }, { number, signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        stopped.push({ number, at: performance.now() })
        return x
      },
      { trials: 1, lease: 1000 },
    )
    return { study, stopped, run }
  }

  it.each([
    ['cannot be reached', () => Promise.reject(new StorageError('No way to the database', 'Mend the network'))],
    ['does not answer', () => new Promise<void>(() => {})],
  ])('stops its trial before its lease ends, and queues it again: the storage %s', async (_, breakWith) => {
    const storage = memoryStorage()
    const before = performance.now()
    const { study, stopped, run } = await silentWorker(storage, breakWith)
    expect(await run).toMatchObject({ trials: 1 })
    expect(stopped).toEqual([{ number: 0, at: expect.any(Number) }])
    const afterMs = (stopped[0]?.at ?? Number.NaN) - before
    expect(afterMs).toBeGreaterThan(640)
    expect(afterMs).toBeLessThan(1000)
    expect(study.trials).toMatchObject([
      { state: 'failed', reason: expect.stringMatching(/out of touch/) },
      { state: 'waiting' },
    ])
  })

  it('does not queue it again before its training has gone, though that is killed when its grace is over', async () => {
    const silent = { ...memoryStorage(), heartbeat: () => new Promise<void>(() => {}) }
    const study = await joined(silent)
    let killedAt = Number.POSITIVE_INFINITY
    const objective = async (_: unknown, { number, signal }: LiveTrial<unknown>) => {
      if (number > 0) return 1
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      // A process that is ended at the end of its grace, of an eighth of the lease, and a moment later is gone.
      await sleep(125 + 40)
      killedAt = performance.now()
      return 1
    }
    let begunAgainAt = 0
    study.on('start', ({ trial: { number } }) => {
      if (number === 1) begunAgainAt = performance.now()
    })
    await study.optimize(objective, { total: 1, lease: 1000 })
    expect(begunAgainAt).toBeGreaterThanOrEqual(killedAt)
  })

  it('goes on however many trials that costs: it is no fault of the objective', async () => {
    const storage = memoryStorage()
    let isAway = true
    const heartbeat = (id: number) =>
      isAway ? Promise.reject(new StorageError('No way to the database', 'Mend the network')) : storage.heartbeat(id)
    const study = await joined({ ...storage, heartbeat })
    const objective = async ({ x }: { x: number }, { number }: { readonly number: number }) => {
      if (number === 3) isAway = false
      return isAway ? new Promise<number>(() => {}) : x
    }
    const limits = { total: 2, lease: 200, maxFailuresInARow: 2 }
    expect(await study.optimize(objective, limits)).toMatchObject({ reason: 'trials' })
    expect(study.trials.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed', 'complete', 'complete'])
  })

  it('does not begin a trial that took its lease to be claimed', async () => {
    const storage = memoryStorage()
    const study = await joined({
      ...storage,
      async setParams(...args) {
        await sleep(350)
        return storage.setParams(...args)
      },
    })
    let begun = 0
    const run = study.optimize(
      async ({ x }) => {
        begun++
        return x
      },
      { trials: 1, lease: 500 },
    )
    expect(await run).toMatchObject({ trials: 1 })
    expect(begun).toBe(0)
    expect(study.trials).toMatchObject([{ state: 'failed' }, { state: 'waiting' }])
  })

  it('ends a training that does not obey before the lease ends', async () => {
    const study = await joined({ ...memoryStorage(), heartbeat: () => new Promise(() => {}) })
    const before = performance.now()
    await study.optimize(() => new Promise<number>(() => {}), { trials: 1, lease: 1000, abortGraceMs: 60_000 })
    expect(performance.now() - before).toBeLessThan(1000)
  })

  it('has lost its trial to another by the time it comes back, and can write nothing more to it', async () => {
    const storage = memoryStorage()
    const study = await joined(storage, 'suspended')
    let attempts = 0
    const { promise: taken, resolve: isTaken } = Promise.withResolvers<void>()
    const run = study.optimize(
      async ({ x }, trial) => {
        if (attempts++ > 0) return x
        await taken
        await trial.report(1, 0.5)
        return 99
      },
      { trials: 2, lease: '60s' },
    )
    await sleep(20)
    // As though it had been suspended for a minute: no heartbeat in the time that the other one looks back.
    const other = await joined({ ...storage, staleTrials: (id) => storage.staleTrials(id, -60_000) }, 'other')
    expect(await other.optimize(({ x }) => x, { total: 1, lease: '60s' })).toMatchObject({ trials: 1 })
    isTaken()
    expect(await run).toMatchObject({ trials: 2 })
    const x = study.trials[0]?.params.x
    expect(study.trials).toMatchObject([
      { state: 'failed', reason: 'worker suspended ended before the trial did', reports: [], params: { x } },
      { state: 'complete', params: { x }, systemAttrs: { 'diapason:worker': 'other', retry_history: [0] } },
      { state: 'complete', systemAttrs: { 'diapason:worker': 'suspended' } },
    ])
  })
})

describe('a run that is over', () => {
  it('takes no harm from a heartbeat that was under way and finds the storage closed', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const { promise: closed, reject: close } = Promise.withResolvers<void>()
    const beats = vi.fn(() => closed)
    const study = await joined({ ...memoryStorage(), heartbeat: beats })
    // Long enough for a heartbeat, too short to be given up.
    await study.optimize(() => sleep(450, 1), { total: 1, lease: 1000 })
    expect(beats).toHaveBeenCalled()
    close(new Error('Cannot use a pool after calling end on the pool'))
    await sleep(20)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})

describe('a storage that refuses a step', () => {
  const full = () => Promise.reject(new StorageError('The disk is full', 'Free some space'))

  it.each([
    ['the parameters of a queued trial', 'setParams'],
    ['a report', 'report'],
  ] as const)('%s: the run ends, and no configuration is lost by it', async (_, step) => {
    const storage = memoryStorage()
    const study = await joined({ ...storage, [step]: full })
    await study.enqueue({ x: 0.25 })
    await study.enqueue({ x: 0.5 })
    const objective = async ({ x }: { x: number }, trial: LiveTrial<unknown>) => {
      await sleep(5)
      await trial.report(1, x)
      return x
    }
    await expect(study.optimize(objective, { total: 2, concurrency: 2 })).rejects.toThrow(/^The disk is full/)
    const again = await joined(storage)
    expect(again.trials.map(({ state }) => state)).toEqual(['failed', 'failed', 'waiting', 'waiting'])
    await again.optimize(objective, { total: 2 })
    const complete = again.trials.filter(({ state }) => state === 'complete')
    expect(complete.map(({ params }) => params.x).sort()).toEqual([0.25, 0.5])
  })
})

describe('a storage whose clock jumps', () => {
  it.each([
    ['a minute on', 60_000],
    ['a minute back', -60_000],
  ])('costs nobody a trial: %s', async (_, jumpMs) => {
    let aheadMs = 0
    const storage = memoryStorage({ now: () => Date.now() + aheadMs })
    const workers = [await joined(storage), await joined(storage, 'b'), await joined(storage, 'c')]
    const run = Promise.all(
      workers.map((study) => study.optimize(() => sleep(1200, 1), { total: 6, concurrency: 2, lease: 800 })),
    )
    await sleep(500)
    aheadMs = jumpMs
    await run
    const [study] = workers
    await study?.refresh()
    expect(study?.trials.map(({ state }) => state)).toEqual(Array(6).fill('complete'))
  })

  it('does not hide a worker that is lost', async () => {
    const storage = memoryStorage()
    const lost = await joined({ ...storage, heartbeat: async () => {} }, 'lost')
    const stop = new AbortController()
    void lost.optimize(() => new Promise<number>(() => {}), { trials: 1, lease: 800, signal: stop.signal })
    await sleep(50)
    const other = await joined(storage, 'other')
    expect(await other.optimize(({ x }) => x, { total: 1, lease: 800 })).toMatchObject({ trials: 1 })
    expect(other.trials.map(({ state }) => state)).toEqual(['failed', 'complete'])
    stop.abort()
  })
})
