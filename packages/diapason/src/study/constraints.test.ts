import { describe, expect, it } from 'vitest'
import { OptionError } from '../errors.ts'
import { randomSampler } from '../samplers/random.ts'
import { float } from '../space/nodes.ts'
import { memoryStorage } from '../storage/memory.ts'
import { bestConfigurations } from './confirm.ts'
import { createStudy, openStudy } from './create-study.ts'

const goals = { loss: 'minimize' } as const
const open = (extra = {}) =>
  createStudy({ name: 's', goals, space: { x: float(0, 1) }, seed: 1, sampler: randomSampler(), ...extra })

async function tell(study: Awaited<ReturnType<typeof open>>, loss: number, excess?: number) {
  const trial = await study.ask()
  if (excess !== undefined) await trial.constrain('latency', excess)
  return study.tell(trial, loss)
}

describe('constraints on the outcome', () => {
  it('keep a trial that breaks one from being the best', async () => {
    const storage = memoryStorage()
    const study = await open({ storage })
    await tell(study, 1, 0.5)
    expect(() => study.best).toThrow('no complete trial that keeps its constraints')
    await tell(study, 3, 0)
    await tell(study, 4)
    await tell(study, 0, 2)
    expect(study.best.number).toBe(1)
    expect(study.trials[3]?.systemAttrs).toMatchObject({ 'constraints:latency': 2 })
    expect(bestConfigurations(study).map(({ number }) => number)).toEqual([1, 2])
    // Whoever opens it again knows the same.
    expect((await openStudy({ storage })).best.number).toBe(1)
  })

  it('count as Optuna before version 5 stored them', async () => {
    const study = await open()
    const lists = [[-1, 0.1], [-1, 0], [0]]
    for (const [i, constraints] of lists.entries()) {
      await study.add({
        state: 'complete',
        values: [i],
        params: { x: 0.5 },
        distributions: { x: { kind: 'float', low: 0, high: 1, log: false, step: null } },
        systemAttrs: { constraints },
      })
    }
    expect(study.best.number).toBe(1)
  })

  it('leave trials that break one off the front', async () => {
    const study = await createStudy({ goals: { a: 'minimize', b: 'minimize' }, space: { x: float(0, 1) } })
    for (const [a, b, excess] of [
      [0, 0, 1],
      [1, 2, 0],
      [2, 1, -3],
      [3, 3, 0],
    ] as const) {
      const trial = await study.ask()
      await trial.constrain('size', excess)
      await study.tell(trial, { a, b })
    }
    expect(study.bestTrials.map(({ number }) => number)).toEqual([1, 2])
  })

  it('are in the way of a target', async () => {
    const study = await open()
    const { trials } = await study.optimize(
      async (_, trial) => {
        await trial.constrain('late enough', 3 - trial.number)
        return 0
      },
      { target: 0, trials: 10 },
    )
    expect(trials).toBe(4)
  })

  it('are numbers', async () => {
    const trial = await (await open()).ask()
    await expect(trial.constrain('latency', Number.NaN)).rejects.toThrow(OptionError)
    await expect(trial.constrain('latency', '3' as never)).rejects.toThrow('Give a number: at most 0 where it is kept')
  })
})
