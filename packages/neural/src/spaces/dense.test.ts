import { createStudy, promotionPruner } from 'diapason'
import { afterAll, describe, expect, expectTypeOf, test } from 'vitest'
import { digits } from '../data/digits.ts'
import { prepare } from '../data/split.ts'
import type { Optimizer } from '../network/optimizer.ts'
import { releaseSessions } from '../runtime/shared-sessions.ts'
import { denseObjective, denseTest } from './dense-objective.ts'
import { type DenseParams, denseNetwork, denseSpace } from './dense-space.ts'
import type { TrialLike } from './objective.ts'

const parts = prepare(await digits(), { validation: 0.2, test: 0.3, seed: 1 })
afterAll(releaseSessions)

const defaults: DenseParams = {
  layers: [
    { units: 64, dropout: 0 },
    { units: 64, dropout: 0 },
  ],
  activation: 'relu',
  normalization: 'none',
  initializer: 'byActivation',
  optimizer: { kind: 'adamW', learningRate: 1e-3, weightDecay: 1e-2, beta1: 0.9, beta2: 0.999 },
  schedule: { kind: 'constant', warmUp: 0 },
  batchSize: 32,
  labelSmoothing: 0,
}

function trialOf(changes: Partial<TrialLike> = {}): TrialLike & { readonly reports: [number, number][] } {
  const reports: [number, number][] = []
  const report = async (step: number, value: number): Promise<void> => void reports.push([step, value])
  return { number: 0, seed: 3, signal: new AbortController().signal, report, reports, ...changes }
}

describe('the dense space', () => {
  test('gives the trainer its types directly', () => {
    expectTypeOf<DenseParams['optimizer']>().toExtend<Optimizer>()
    expectTypeOf<DenseParams['layers']>().toEqualTypeOf<{ units: number; dropout: number }[]>()
  })

  test('starts a study with its defaults and survives every sampled configuration', { timeout: 60_000 }, async () => {
    const study = await createStudy({ name: 'dense', goals: { accuracy: 'maximize' }, space: denseSpace, seed: 1 })
    const seen: DenseParams[] = []
    const objective = denseObjective(parts, { epochs: 1 })
    await study.optimize(
      (params, trial) => {
        seen.push(params)
        return objective(params, trial)
      },
      { trials: 12 },
    )
    expect(seen[0]).toEqual(defaults)
    expect(new Set(seen.map((params) => JSON.stringify(params))).size).toBe(12)
    for (const trial of study.trials) {
      // A huge learning rate may diverge; then the trial says so.
      if (trial.state === 'failed') expect(trial.reason).toMatch(/became .* in epoch 1/)
      else expect(['complete', 'pruned']).toContain(trial.state)
    }
  })
})

describe('denseNetwork', () => {
  test('puts activation and dropout after each hidden layer', () => {
    const { layers } = denseNetwork(defaults, { inputs: 64, outputs: 10 })
    expect(layers.map(({ kind }) => kind).join(' ')).toBe('dense activation dropout dense activation dropout dense')
  })
})

describe('denseObjective', () => {
  test('reports each epoch and returns the last accuracy, the same for the same seed', async () => {
    const trial = trialOf({ budget: 3 })
    const accuracy = await denseObjective(parts)(defaults, trial)
    expect(trial.reports.map(([step]) => step)).toEqual([1, 2, 3])
    expect(trial.reports.at(-1)?.[1]).toBe(accuracy)
    expect(await denseObjective(parts)(defaults, trialOf({ budget: 3 }))).toBe(accuracy)
    expect(await denseObjective(parts)(defaults, trialOf({ budget: 3, seed: 4 }))).not.toBe(accuracy)
  })

  test('an infinite budget means its own number of epochs', async () => {
    const trial = trialOf({ budget: Number.POSITIVE_INFINITY })
    await denseObjective(parts, { epochs: 2 })(defaults, trial)
    expect(trial.reports.length).toBe(2)
  })

  test('lets a pruned report end the training', async () => {
    const pruned = new Error('pruned')
    const report = async (step: number): Promise<void> => {
      if (step === 2) throw pruned
    }
    await expect(denseObjective(parts)(defaults, trialOf({ report }))).rejects.toBe(pruned)
  })

  test('the default reaches what is usual for digits, and the test part is judged example by example', async () => {
    const { signal } = trialOf()
    const correct = await denseTest(parts, { epochs: 15 })(defaults, { seed: 1, signal })
    expect(correct.length).toBe(parts.test.count)
    expect(correct.reduce((a, b) => a + b, 0) / correct.length).toBeGreaterThan(0.93)
  })
})

test('a trial that was paused and promoted ends in the same bits as one never interrupted', {
  timeout: 60_000,
}, async () => {
  const study = await createStudy({
    goals: { accuracy: 'maximize' },
    space: denseSpace,
    seed: 3,
    fidelity: { name: 'epochs', min: 1, max: 4 },
    pruner: promotionPruner({ eta: 2 }),
  })
  const objective = denseObjective(parts)
  const seeds = new Map<number, number>()
  await study.optimize(
    (params, trial) => {
      seeds.set(trial.number, trial.seed)
      return objective(params, trial)
    },
    { trials: 8 },
  )
  const promoted = study.trials.filter(
    ({ state, systemAttrs }) => state === 'complete' && systemAttrs['diapason:resumed'] === true,
  )
  expect(promoted.length).toBeGreaterThan(0)
  for (const trial of promoted) {
    const alone = trialOf({ seed: seeds.get(trial.number)!, budget: 4 })
    await objective(study.paramsOf(trial), alone)
    expect(alone.reports).toEqual(trial.reports)
  }
})
