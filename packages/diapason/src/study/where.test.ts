import { describe, expect, it } from 'vitest'
import { OptionError, SpaceError } from '../errors.ts'
import { gridSampler } from '../samplers/grid.ts'
import type { Sampler } from '../samplers/sampler.ts'
import { branch, choice, float, int } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { createStudy } from './create-study.ts'

const goals = { loss: 'minimize' } as const
const space = {
  layers: int(1, 8, { default: 2 }),
  units: int(8, 1024, { log: true, default: 64 }),
  optimizer: branch('kind', { sgd: { momentum: float(0, 0.99) }, adam: {} }),
}
const open = (extra = {}) =>
  createStudy({
    goals,
    space,
    where: ({ layers, units, optimizer }) =>
      optimizer.kind === 'sgd' && optimizer.momentum > 0.9
        ? false
        : layers * units <= 512 || `${layers} layers of ${units} units do not fit`,
    seed: 1,
    ...extra,
  })

describe('a study with `where`', () => {
  it('tries allowed configurations only', async () => {
    const study = await open()
    await study.optimize(({ layers, units }) => -layers * units, { trials: 40, concurrency: 4 })
    expect(study.trials).toHaveLength(40)
    for (const { params } of study.trials) expect(Number(params.layers) * Number(params.units)).toBeLessThanOrEqual(512)
    expect(study.best.values.loss).toBe(-512)
  })

  it('refuses to queue others, with the reason', async () => {
    const study = await open()
    await expect(study.enqueue({ layers: 8, units: 1024, optimizer: 'adam' })).rejects.toThrow(SpaceError)
    await expect(study.enqueue({ layers: 8, units: 1024, optimizer: 'adam' })).rejects.toThrow(
      "The study's `where` refuses this configuration: 8 layers of 1024 units do not fit.",
    )
    await expect(study.enqueue({ layers: 1, units: 8, optimizer: { kind: 'sgd', momentum: 0.95 } })).rejects.toThrow(
      'it returned false',
    )
    expect(study.trials).toHaveLength(0)
  })

  it('completes a configuration that was queued in part so that it is allowed', async () => {
    const study = await open()
    for (let i = 0; i < 10; i++) await study.enqueue({ units: 500 })
    for (const { params } of await study.ask({ count: 10 })) expect(params).toMatchObject({ units: 500, layers: 1 })
  })

  it('fails a queued trial that cannot be completed, and goes on', async () => {
    const study = await open()
    await study.enqueue({ units: 1024 })
    const trial = await study.ask()
    expect(trial.number).toBe(1)
    expect(study.trials[0]).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('refuses 1,000 configurations in a row, the last'),
    })
  })

  it('refuses defaults that it does not allow', async () => {
    const large = { ...space, units: int(8, 1024, { default: 1024 }) }
    await expect(open({ space: large })).rejects.toThrow(
      "The study's `where` refuses the default configuration: 2 layers of 1024 units do not fit",
    )
  })

  it('fails trials that another program queued without knowing of it', async () => {
    const storage = memoryStorage()
    const study = await open({ storage, name: 'shared' })
    const { id } = (await storage.findStudy('shared'))!
    const fixed = { layers: 8, units: 1024, optimizer: 'adam' }
    await storage.createTrial(id, { state: 'waiting', systemAttrs: { fixed_params: fixed } })
    await study.ask()
    expect(study.trials[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining('do not fit') })
  })

  it('draws anew where a sampler does not heed it', async () => {
    const stubborn: Sampler = {
      name: 'stubborn',
      suggest: (_, numbers) => numbers.map(() => ({ layers: 8, units: 1024, optimizer: 'adam' })),
    }
    const study = await open({ sampler: stubborn })
    for (const { params } of await study.ask({ count: 20 })) {
      expect(params.layers * params.units).toBeLessThanOrEqual(512)
    }
  })

  it('ends a grid after the allowed points', async () => {
    const study = await createStudy({
      goals,
      space: { a: int(1, 5), b: choice([1, 2, 3]) },
      where: ({ a, b }) => a >= b,
      sampler: gridSampler(),
    })
    const { reason, trials } = await study.optimize(({ a, b }) => a + b, {})
    expect({ reason, trials }).toEqual({ reason: 'exhausted', trials: 12 })
  })

  it('holds for define-by-run spaces, whose parameters become known as they are asked for', async () => {
    const study = await createStudy({
      goals,
      space: (s) => ({ low: s.float('low', 0, 1), high: s.float('high', 0, 1) }),
      where: ({ low, high }) => low < high,
      seed: 2,
    })
    await study.optimize(({ low, high }) => high - low, { trials: 30 })
    for (const { params } of study.trials) expect(Number(params.low)).toBeLessThan(Number(params.high))
    expect(study.best.values.loss).toBeLessThan(0.05)
  })

  it('made from text is stored, and whoever goes on with the study has to say the same', async () => {
    const storage = memoryStorage()
    const rules = (...texts: string[]) => Object.assign(() => true, { rules: texts })
    const resume = (where: unknown, name = 's') => open({ storage, name, ifExists: 'resume', where })
    await resume(rules('a < b', 'b < c'))
    expect((await storage.findStudy('s'))?.systemAttrs['diapason:where']).toEqual(['a < b', 'b < c'])
    await resume(rules('a < b', 'b < c'))
    // Code cannot be compared.
    await resume(() => true)
    await expect(resume(rules('a < b'))).rejects.toThrow(
      'Study "s" is there with other conditions on its parameters (where: "a < b", "b < c" instead of "a < b")',
    )
    await expect(resume(undefined)).rejects.toThrow(
      'instead of none). Give the same ones, or the new study another name',
    )
    await resume(undefined, 'free')
    await expect(resume(rules('a < b'), 'free')).rejects.toThrow('(where: none instead of "a < b")')
  })

  it('gets the parameters by path, too', async () => {
    const study = await open({ where: (_: unknown, values: { optimizer: string }) => values.optimizer === 'sgd' })
    await study.optimize(() => 0, { trials: 10 })
    expect(new Set(study.trials.map(({ params }) => params.optimizer))).toEqual(new Set(['sgd']))
  })

  it('must be a function', async () => {
    await expect(open({ where: 'layers < 3' })).rejects.toThrow(OptionError)
  })
})
