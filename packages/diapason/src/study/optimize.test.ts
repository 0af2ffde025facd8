import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { OptionError, StudyError, TrialPruned } from '../errors.ts'
import { thresholdPruner } from '../pruners/threshold.ts'
import { gridSampler } from '../samplers/grid.ts'
import { randomSampler } from '../samplers/random.ts'
import { float, int } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from './create-study.ts'

const open = (extra = {}) =>
  createStudy({ goals: { loss: 'minimize' }, space: { x: float(0, 1) }, seed: 1, sampler: randomSampler(), ...extra })
const states = (study: Awaited<ReturnType<typeof open>>) => study.trials.map(({ state }) => state)

describe('budgets', () => {
  it('ends after so many trials of this call', async () => {
    const study = await open()
    expect(await study.optimize(({ x }) => x, { trials: 5 })).toMatchObject({ reason: 'trials', trials: 5 })
    await study.optimize(({ x }) => x, { trials: 3, concurrency: 8 })
    expect(study.trials).toHaveLength(8)
  })

  it('stops at the deadline, in the middle of a trial, and keeps what it reported', async () => {
    const study = await open()
    const startedAt = Date.now()
    const result = await study.optimize(
      async (_, trial) => {
        for (let step = 0; ; step++) {
          await sleep(10)
          await trial.report(step, step)
        }
      },
      { time: '200ms' },
    )
    expect(result).toMatchObject({ reason: 'time', trials: 1 })
    expect(Date.now() - startedAt).toBeLessThan(1000)
    const systemAttrs = { 'diapason:stopped': expect.stringContaining('the time budget ran out') }
    expect(study.trials[0]).toMatchObject({ state: 'pruned', systemAttrs })
    expect(study.trials[0]?.reports.length).toBeGreaterThan(3)
  })

  it('ends once the target is reached', async () => {
    const study = await open()
    const result = await study.optimize(({ x }) => x, { target: 0.2, trials: 1000 })
    expect(result.reason).toBe('target')
    expect(study.best.values.loss).toBeLessThanOrEqual(0.2)
    expect(study.trials.slice(0, -1).every((trial) => 'values' in trial && (trial.values[0] ?? 0) > 0.2)).toBe(true)
  })

  it('ends when nothing is left', async () => {
    const study = await open({ space: { n: int(1, 3) }, sampler: gridSampler() })
    expect(await study.optimize(({ x }) => x ?? 0, { concurrency: 2 })).toMatchObject({
      reason: 'exhausted',
      trials: 3,
    })
  })

  it('needs one, and sane options', async () => {
    const study = await open()
    await expect(study.optimize(({ x }) => x, {})).rejects.toThrow('no budget')
    await expect(study.optimize(({ x }) => x, { trials: 0 })).rejects.toThrow(OptionError)
    await expect(study.optimize(({ x }) => x, { trials: 1, concurrency: 0 })).rejects.toThrow('concurrency is 0')
    await expect(study.optimize(({ x }) => x, { time: 'soon' })).rejects.toThrow('time is "soon"')
  })
})

describe('objectives that misbehave', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('out of memory')
      },
      'out of memory',
    ],
    ['rejects', () => Promise.reject(new Error('diverged')), 'diverged'],
    ['returns NaN', () => Number.NaN, 'returned NaN'],
    ['returns null', () => null as never, 'returned null'],
    ['returns the wrong shape', () => ({ accuracy: 1 }) as never, 'accuracy: 1'],
  ])('fail their trial when one %s, and the study goes on', async (_, misbehave, reason) => {
    const study = await open()
    await study.optimize((params, { number }) => (number === 1 ? misbehave() : params.x), { trials: 3 })
    expect(states(study)).toEqual(['complete', 'failed', 'complete'])
    expect(study.trials[1]).toMatchObject({ reason: expect.stringContaining(reason) })
  })

  it('stop the study after many failures in a row, with the first cause', async () => {
    const study = await open()
    const fail = (_: unknown, { number }: { number: number }) => {
      throw new Error(`cause ${number}`)
    }
    const run = study.optimize(fail, { trials: 100, maxFailuresInARow: 4 })
    await expect(run).rejects.toThrow(StudyError)
    await expect(run).rejects.toThrow('4 trials in a row failed; the first cause, trial 0: cause 0')
    expect(study.trials).toHaveLength(4)
  })

  it('keep data with their trial, as it was when they gave it', async () => {
    const study = await open()
    const data = { sizes: [1, 2] }
    await study.optimize(
      async (_, trial) => {
        await trial.setAttr('data', data)
        data.sizes.push(3)
        return 1
      },
      { trials: 1 },
    )
    expect(study.trials[0]?.userAttrs).toEqual({ data: { sizes: [1, 2] } })
  })

  it('keep why their pruner ended them', async () => {
    const study = await open({ pruner: thresholdPruner({ upper: 0.5 }) })
    await study.enqueue({ x: 0.9 })
    await study.optimize(
      async ({ x }, trial) => {
        await trial.report(3, x)
        return x
      },
      { trials: 1 },
    )
    expect(study.trials[0]?.systemAttrs['diapason:pruned']).toMatch(/^Pruned at step 3: 0.9 /)
  })

  it('are pruned when they throw TrialPruned themselves', async () => {
    const study = await open()
    await study.optimize(
      async (_, trial) => {
        await trial.report(0, 2)
        throw new TrialPruned()
      },
      { trials: 1 },
    )
    expect(study.trials[0]).toMatchObject({ state: 'pruned', values: [2] })
  })

  it('are stopped by the trial time-out even when they do not listen', async () => {
    const study = await open()
    await study.optimize(() => new Promise<number>(() => {}), { trials: 2, trialTimeout: 30, abortGraceMs: 20 })
    expect(states(study)).toEqual(['failed', 'failed'])
    expect(study.trials[0]).toMatchObject({ reason: expect.stringContaining('Timed out after 30 ms') })
  })

  it('are stopped by the time-out between reports even when they compute without a pause', async () => {
    const study = await open()
    const spin = (ms: number) => {
      for (const end = performance.now() + ms; performance.now() < end; );
    }
    await study.optimize(
      async (_, trial) => {
        for (let step = 0; step < 1000; step++) {
          spin(5)
          await trial.report(step, 1)
        }
        return 1
      },
      { trials: 1, trialTimeout: 50 },
    )
    expect(study.trials[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining('Timed out') })
    expect(study.trials[0]?.reports.length).toBeLessThan(100)
  })

  it('do not count as complete when they return after an abort', async () => {
    const study = await open()
    await study.optimize(
      async (_, { signal }) => {
        await sleep(1000, undefined, { signal }).catch(() => {})
        return 0 // half-trained
      },
      { trials: 1, trialTimeout: 20 },
    )
    expect(states(study)).toEqual(['failed'])
  })
})

describe('stopping', () => {
  it('gently: running trials end, no further one starts', async () => {
    const study = await open()
    const result = await study.optimize(
      async ({ x }, { number }) => {
        if (number === 2) study.stop()
        await sleep(5)
        return x
      },
      { trials: 100, concurrency: 2 },
    )
    expect(result.reason).toBe('stop')
    expect(states(study).every((state) => state === 'complete')).toBe(true)
    expect(study.trials.length).toBeLessThanOrEqual(4)
  })

  it('at once: interrupted configurations are queued and run by the next call', async () => {
    const storage = memoryStorage()
    const study = await open({ storage, name: 's' })
    const stop = new AbortController()
    const result = await study.optimize(
      async (_, { signal, number }) => {
        if (number === 1) stop.abort()
        return sleep(5000, 1, { signal })
      },
      { trials: 100, concurrency: 2, signal: stop.signal },
    )
    expect(result.reason).toBe('signal')
    expect(states(study)).toEqual(['failed', 'failed', 'waiting', 'waiting'])
    const next = await open({ storage, name: 's', ifExists: 'resume' })
    await next.optimize(({ x }) => x, { trials: 2 })
    expect(states(next)).toEqual(['failed', 'failed', 'complete', 'complete'])
    // Requeued in the order in which they gave up.
    const drawn = (from: number, to: number) =>
      next.trials
        .slice(from, to)
        .map(({ params }) => Number(params.x))
        .sort()
    expect(drawn(2, 4)).toEqual(drawn(0, 2))
    expect(next.trials[2]?.systemAttrs).toMatchObject({ failed_trial: expect.any(Number) })
  })

  it('at once, again and again: no configuration is given up for that', async () => {
    const storage = memoryStorage()
    for (let run = 0; run < 6; run++) {
      const study = await open({ storage, name: 's', ifExists: 'resume' })
      const stop = new AbortController()
      const objective = (_: unknown, { signal }: { signal: AbortSignal }) => {
        stop.abort()
        return sleep(5000, 1, { signal })
      }
      await study.optimize(objective, { trials: 1, signal: stop.signal })
    }
    const study = await open({ storage, name: 's', ifExists: 'resume' })
    expect(study.trials.map(({ state }) => state)).toEqual([...Array(6).fill('failed'), 'waiting'])
    expect(new Set(study.trials.slice(0, 6).map(({ params }) => params.x)).size).toBe(1)
  })

  it('does nothing under a signal that is aborted already', async () => {
    const study = await open()
    const result = await study.optimize(({ x }) => x, { trials: 5, signal: AbortSignal.abort() })
    expect(result).toMatchObject({ reason: 'signal', trials: 0 })
  })
})

describe('lost workers', () => {
  it('have their trials queued again when the study is gone on with, three times at most', async () => {
    const memory = memoryStorage()
    const as = (name: string) => ({ ...memory, worker: { name, isGone: (other: string) => other !== name } })
    for (let attempt = 0; attempt < 5; attempt++) {
      const study = await open({ storage: as(`host:${attempt}`), name: 's', ifExists: 'resume' })
      const lost = new AbortController()
      // The process "dies": the trial stays running in the storage.
      await new Promise<void>((begun) => {
        const never = () => new Promise<number>(() => begun())
        void study.optimize(never, { trials: 1, signal: lost.signal })
      })
    }
    const study = await open({ storage: as('host:x'), name: 's', ifExists: 'resume' })
    await study.optimize(({ x }) => x, { trials: 1 })
    expect(states(study)).toEqual(['failed', 'failed', 'failed', 'failed', 'failed', 'complete'])
    expect(study.trials[0]).toMatchObject({ reason: 'worker host:0 ended before the trial did' })
    const first = JSON.stringify(study.trials[0]?.params)
    expect(study.trials.map(({ params }) => JSON.stringify(params) === first)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

describe('events', () => {
  it('tell of starts, reports and ends', async () => {
    const study = await open()
    const heard: string[] = []
    study.on('start', ({ trial }) => heard.push(`start ${trial.number}`))
    const off = study.on('report', ({ trial, step, value }) => heard.push(`report ${trial.number} ${step} ${value}`))
    study.on('finish', ({ trial, isBest }) => heard.push(`finish ${trial.number} ${trial.state} ${isBest}`))
    const objective = async (_: unknown, trial: { number: number; report(s: number, v: number): Promise<void> }) => {
      await trial.report(3, 0.5)
      return trial.number
    }
    await study.optimize(objective, { trials: 2 })
    off()
    await study.optimize(objective, { trials: 1 })
    expect(heard).toEqual([
      'start 0',
      'report 0 3 0.5',
      'finish 0 complete true',
      'start 1',
      'report 1 3 0.5',
      'finish 1 complete false',
      'start 2',
      'finish 2 complete false',
    ])
  })
})
