import { describe, expect, it } from 'vitest'
import { SpaceError, StudyError, TrialPruned } from '../errors.ts'
import { thresholdPruner } from '../pruners/threshold.ts'
import { gridSampler } from '../samplers/grid.ts'
import { randomSampler } from '../samplers/random.ts'
import { branch, choice, float, int, repeat } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy, openStudy } from './create-study.ts'
import { copyStudy, deleteStudy, listStudies } from './studies.ts'

const goals = { loss: 'minimize' } as const
const space = {
  x: float(-5, 5, { default: 1 }),
  layers: repeat(1, 3, { units: int(8, 64, { log: true, default: 16 }) }, { default: 2 }),
  optimizer: branch('kind', {
    adam: { learningRate: float(1e-5, 1e-1, { log: true, default: 1e-3 }) },
    sgd: { learningRate: float(1e-4, 1, { log: true, default: 1e-2 }), momentum: float(0, 0.99, { default: 0.9 }) },
  }),
}
const open = (extra = {}) => createStudy({ goals, space, seed: 7, sampler: randomSampler(), ...extra })

describe('asking and telling', () => {
  it('starts with the declared default, marked as such', async () => {
    const study = await open()
    const trial = await study.ask()
    expect(trial.number).toBe(0)
    expect(trial.params).toEqual({
      x: 1,
      layers: [{ units: 16 }, { units: 16 }],
      optimizer: { kind: 'adam', learningRate: 1e-3 },
    })
    await study.tell(trial, 4)
    expect(study.trials[0]).toMatchObject({
      state: 'complete',
      values: [4],
      params: { layers: 2, 'layers.1.units': 16, optimizer: 'adam', 'optimizer.adam.learningRate': 1e-3 },
      systemAttrs: { 'diapason:origin': 'default' },
    })
  })

  it('gives typed parameters by branch', async () => {
    const study = await open()
    const { optimizer } = (await study.ask()).params
    const momentum: number = optimizer.kind === 'sgd' ? optimizer.momentum : 0
    expect(momentum).toBe(0)
  })

  it('keeps the best, the earlier trial on ties', async () => {
    const study = await open()
    expect(() => study.best).toThrow(StudyError)
    expect(study.bestTrials).toEqual([])
    for (const loss of [3, 1, 1, 2]) await study.tell(await study.ask(), { loss })
    expect(study.best.number).toBe(1)
    expect(study.best.values).toEqual({ loss: 1 })
    expect(study.best.params).toEqual(study.paramsOf(study.trials[1] as never))
  })

  it('fails a trial whose value is no number, with the reason', async () => {
    const study = await open()
    const ended = await study.tell(await study.ask(), Number.NaN)
    expect(ended).toMatchObject({ state: 'failed', reason: expect.stringContaining('NaN') })
  })

  it('refuses a second end and trials that do not run', async () => {
    const study = await open()
    const trial = await study.ask()
    await study.tell(trial.number, 1)
    await expect(study.tell(trial, 2)).rejects.toThrow('Trial 0 of study')
    await expect(study.fail(99, 'no such')).rejects.toThrow('does not exist')
    expect(study.best.values.loss).toBe(1)
  })

  it('hands out many at once, all different', async () => {
    const study = await open()
    const trials = await study.ask({ count: 8 })
    expect(trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(new Set(trials.map(({ values }) => JSON.stringify(values))).size).toBe(8)
  })

  it('stores reports, prunes by them, and keeps the last as the value', async () => {
    const study = await open({ pruner: thresholdPruner({ upper: 10 }) })
    const trial = await study.ask()
    await trial.report(0, 3)
    await trial.report(0, 99) // the first value of a step counts
    await expect(trial.report(1, 11)).rejects.toThrow(TrialPruned)
    expect(trial.signal.aborted).toBe(true)
    const ended = await study.prune(trial)
    expect(ended).toMatchObject({
      state: 'pruned',
      values: [11],
      reports: [
        [0, 3],
        [1, 11],
      ],
    })
  })

  it('refuses steps that are no whole numbers', async () => {
    const trial = await (await open()).ask()
    await expect(trial.report(0.5, 1)).rejects.toThrow('step 0.5')
    await expect(trial.report(-1, 1)).rejects.toThrow('step -1')
  })

  it('gives each trial a seed of its own that a rerun repeats', async () => {
    const seeds = async () => (await (await open()).ask({ count: 3 })).map(({ seed }) => seed)
    const first = await seeds()
    expect(new Set(first).size).toBe(3)
    expect(await seeds()).toEqual(first)
  })
})

describe('queued trials', () => {
  it('come first, and the default still comes before anything sampled', async () => {
    const study = await open()
    await study.enqueue({ x: 2, layers: [{ units: 8 }], optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0 } })
    const [queued, standard] = [await study.ask(), await study.ask()]
    expect(queued.params).toEqual({
      x: 2,
      layers: [{ units: 8 }],
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
    })
    expect(standard.params.x).toBe(1)
  })

  it('may fix a part: the sampler fills the rest within the branch that was fixed', async () => {
    const study = await open()
    await study.tell(await study.ask(), 1)
    await study.enqueue({ optimizer: 'sgd', layers: 3 })
    const { params } = await study.ask()
    expect(params.optimizer.kind).toBe('sgd')
    expect(params.layers).toHaveLength(3)
    expect(Number.isFinite(params.x)).toBe(true)
  })

  it('may fix null, in declared spaces and in functions', async () => {
    const options = [null, 'l2'] as const
    const declared = await createStudy({
      goals,
      space: { penalty: choice(options, { default: 'l2' }), x: float(0, 1) },
    })
    const dynamic = await createStudy({
      goals,
      space: (s) => ({ penalty: s.choice('penalty', options, { default: 'l2' }) }),
    })
    for (const study of [declared, dynamic]) {
      await study.enqueue({ penalty: null })
      expect((await study.ask()).params.penalty).toBeNull()
    }
  })

  it('are refused where they do not fit, with the path', async () => {
    const study = await open()
    await expect(study.enqueue({ optimizer: { kind: 'sgd', momentum: 2 } })).rejects.toThrow(
      'Parameter "optimizer.sgd.momentum": 2 lies outside [0, 0.99]',
    )
    await expect(study.enqueue({ learningrate: 1 })).rejects.toThrow(SpaceError)
  })

  it('can be left out where they exist', async () => {
    const study = await open()
    expect(await study.enqueue({ x: 3 })).toBe(0)
    expect(await study.enqueue({ x: 3 }, { skipIfExists: true })).toBeUndefined()
    expect(await study.enqueue({ x: 4 }, { skipIfExists: true })).toBe(1)
  })
})

describe('several goals', () => {
  it('have a front instead of a best', async () => {
    const study = await createStudy({ goals: { accuracy: 'maximize', ms: 'minimize' }, space: { x: float(0, 1) } })
    for (const [accuracy, ms] of [
      [0.9, 12],
      [0.8, 3],
      [0.7, 4],
    ] as const) {
      await study.tell(await study.ask(), { accuracy, ms })
    }
    expect(() => study.best).toThrow('2 goals')
    expect(study.bestTrials.map(({ values }) => values)).toEqual([
      { accuracy: 0.9, ms: 12 },
      { accuracy: 0.8, ms: 3 },
    ])
    // @ts-expect-error a bare number does not do for two goals
    expect((await study.tell(await study.ask(), 1)).state).toBe('failed')
  })
})

describe('define-by-run', () => {
  const dynamic = (extra = {}) =>
    createStudy({
      goals,
      seed: 3,
      sampler: randomSampler(),
      space: (s) => ({
        widths: Array.from({ length: s.int('layers', 1, 3) }, (_, i) => s.int(`width.${i}`, 8, 64)),
        activation: s.choice('activation', ['relu', 'tanh']),
      }),
      ...extra,
    })

  it('yields what the function returns, and rebuilds it from storage', async () => {
    const study = await dynamic()
    for (let i = 0; i < 6; i++) {
      const trial = await study.ask()
      expect(trial.params.widths).toHaveLength(trial.values.layers as number)
      await study.tell(trial, trial.params.widths.length)
      expect(study.paramsOf(study.trials[i] as never)).toEqual(trial.params)
    }
    expect(study.best.params.widths).toHaveLength(1)
  })

  it('takes queued values by name and refuses those outside the range', async () => {
    const study = await dynamic()
    await study.enqueue({ layers: 2, 'width.1': 9 })
    expect((await study.ask()).params.widths[1]).toBe(9)
    await study.enqueue({ layers: 7 })
    await study.ask() // the misfit failed on its own
    expect(study.trials[1]).toMatchObject({ state: 'failed', reason: expect.stringContaining('layers') })
  })
})

describe('the same seed', () => {
  it('gives the same trials, and another seed others', async () => {
    const run = async (seed: number) => {
      const study = await open({ seed })
      for (let i = 0; i < 10; i++) {
        const trial = await study.ask()
        await study.tell(trial, trial.params.x ** 2)
      }
      return study.trials.map(({ params }) => params)
    }
    expect(await run(1)).toEqual(await run(1))
    expect(await run(1)).not.toEqual(await run(2))
  })

  it('is stored: a study that is gone on with continues as if never interrupted', async () => {
    const whole = await open()
    for (let i = 0; i < 6; i++) await whole.tell(await whole.ask(), i)
    const storage = memoryStorage()
    for (let part = 0; part < 2; part++) {
      const study = await open({ storage, name: 'a', ifExists: 'resume', seed: part === 0 ? 7 : 12345 })
      for (let i = 0; i < 3; i++) await study.tell(await study.ask(), i)
    }
    const resumed = await open({ storage, name: 'a', ifExists: 'resume' })
    expect(resumed.trials.map(({ params }) => params)).toEqual(whole.trials.map(({ params }) => params))
  })

  it('does not depend on the order in which trials end', async () => {
    const run = async (order: readonly number[]) => {
      const study = await open()
      const trials = await study.ask({ count: 3 })
      for (const i of order) await study.tell(i, i)
      return { first: trials.map(({ values }) => values), next: (await study.ask()).values }
    }
    expect(await run([0, 1, 2])).toEqual(await run([2, 0, 1]))
  })
})

describe('one storage, many studies and processes', () => {
  it('shares trials: each writer sees the other after a refresh', async () => {
    const storage = memoryStorage()
    const a = await open({ storage, name: 'shared' })
    const b = await open({ storage, name: 'shared', ifExists: 'resume' })
    await a.tell(await a.ask(), 5)
    await b.tell(await b.ask(), 3)
    expect(b.trials).toHaveLength(2)
    await a.refresh()
    expect(a.best.values.loss).toBe(3)
  })

  it('aborts a trial that somebody else has ended', async () => {
    const storage = memoryStorage()
    const a = await open({ storage, name: 'shared' })
    const b = await open({ storage, name: 'shared', ifExists: 'resume' })
    const trial = await a.ask()
    await b.fail(trial.number, 'an operator stopped it')
    await expect(trial.report(0, 1)).rejects.toThrow()
    await a.refresh()
    expect(trial.signal.aborted).toBe(true)
  })

  it('refuses a name that is taken, other goals, and options that changed', async () => {
    const storage = memoryStorage()
    const first = await open({ storage, name: 'a' })
    await first.tell(await first.ask(), 1)
    await expect(open({ storage, name: 'a' })).rejects.toThrow(StudyError)
    await expect(
      createStudy({ storage, name: 'a', ifExists: 'resume', goals: { loss: 'maximize' }, space }),
    ).rejects.toThrow('maximize loss')
    await expect(
      createStudy({ storage, name: 'a', ifExists: 'resume', goals, space: { x: choice([1, 2]) } }),
    ).rejects.toThrow('Parameter "x"')
  })

  it('opens a study by what is stored of it', async () => {
    const storage = memoryStorage()
    const made = await open({ storage, name: 'a', fidelity: { name: 'epochs', min: 1, max: 9 } })
    await made.tell(await made.ask(), 2)
    const opened = await openStudy({ storage })
    expect(opened.best.params).toEqual(made.best.params)
    expect(opened.goals).toEqual([{ name: 'loss', direction: 'minimize' }])
    expect((await opened.ask()).budget).toBe(9)
    await expect(openStudy({ storage, name: 'b' })).rejects.toThrow('It holds "a"')
  })

  it('lists, copies and deletes', async () => {
    const storage = memoryStorage()
    const study = await open({ storage, name: 'a' })
    await study.tell(await study.ask(), 2)
    await study.enqueue({ x: 3 })
    expect(await copyStudy({ storage, name: 'a' }, { storage, name: 'b' })).toBe(2)
    expect((await listStudies(storage)).map(({ name, counts }) => [name, counts.complete, counts.waiting])).toEqual([
      ['a', 1, 1],
      ['b', 1, 1],
    ])
    await deleteStudy({ storage, name: 'a' })
    expect((await listStudies(storage)).map(({ name }) => name)).toEqual(['b'])
    await expect(deleteStudy({ storage, name: 'a' })).rejects.toThrow('no study "a"')
  })
})

describe('a finite space', () => {
  it('is gone through once by the grid, then there is nothing to ask for', async () => {
    const study = await createStudy({ goals, sampler: gridSampler(), space: { a: int(1, 2), b: choice(['x', null]) } })
    const points = await study.ask({ count: 10 })
    expect(new Set(points.map(({ values }) => JSON.stringify(values))).size).toBe(4)
    await expect(study.ask()).rejects.toThrow('Every point')
  })
})
