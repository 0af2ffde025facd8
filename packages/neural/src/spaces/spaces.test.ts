import { choice, createStudy, defaultsOf, describe as describeSpace } from 'diapason'
import { afterAll, describe, expect, expectTypeOf, test } from 'vitest'
import { type Classification, regression } from '../data/dataset.ts'
import { digits } from '../data/digits.ts'
import { prepare } from '../data/split.ts'
import { batchNorm, dense } from '../network/layer.ts'
import { countParameters, defineNetwork } from '../network/network.ts'
import { releaseSessions } from '../runtime/shared-sessions.ts'
import { createModel } from '../train/model.ts'
import { modelCosts } from '../train/model-costs.ts'
import { convNetwork, convSpace } from './conv-space.ts'
import { denseObjective } from './dense-objective.ts'
import { denseSpace } from './dense-space.ts'
import { convObjective, convTest, resNetObjective } from './image-objective.ts'
import type { TrialLike } from './objective.ts'
import { resNetNetwork, resNetSpace } from './res-net-space.ts'
import { tableObjective } from './table-objective.ts'
import { tableNetwork, tableSpace } from './table-space.ts'
import { recipeFor } from './training-space.ts'

const parts = prepare(await digits(), { validation: 0.2, test: 0.3, seed: 1 })
afterAll(releaseSessions)

const few = (data: Classification, count: number): Classification => ({
  ...data,
  count,
  features: data.features.subarray(0, 64 * count),
  labels: data.labels.subarray(0, count),
})
const small = { training: few(parts.training, 128), validation: few(parts.validation, 64) }
const trial = (): TrialLike => ({ number: 0, signal: new AbortController().signal, report: async () => {} })

describe('every space', () => {
  const topics = [
    /units|width|filters/,
    /activation/,
    /normalization/,
    /ropout/,
    /initializer/,
    /labelSmoothing/,
    /batchSize/,
  ]
  const nested = [
    'optimizer.adamW.learningRate',
    'optimizer.adamW.weightDecay',
    'optimizer.adamW.beta1',
    'optimizer.sgd.momentum',
    'schedule.cosine.warmUp',
  ]
  for (const [name, space] of Object.entries({ denseSpace, tableSpace, convSpace, resNetSpace })) {
    test(`${name} covers what matters and describes it`, () => {
      const { table } = describeSpace(space)
      const names = table.split('\n').map((line) => line.split(' ')[0]!)
      for (const topic of topics)
        expect(
          names.some((path) => topic.test(path)),
          String(topic),
        ).toBe(true)
      for (const path of nested) expect(names).toContain(path)
    })
  }
})

describe('every sampled configuration trains or fails with its cause', () => {
  const examine = async (study: {
    readonly trials: readonly { readonly state: string; readonly reason?: string }[]
  }) => {
    for (const finished of study.trials) {
      if (finished.state === 'failed') expect(finished.reason).toMatch(/ became .* in epoch 1/)
      else expect(['complete', 'pruned']).toContain(finished.state)
    }
    expect(study.trials.filter(({ state }) => state !== 'failed').length).toBeGreaterThan(study.trials.length / 2)
  }
  test('convolutional', { timeout: 120_000 }, async () => {
    const study = await createStudy({ name: 'conv', goals: { accuracy: 'maximize' }, space: convSpace, seed: 1 })
    await study.optimize(convObjective(small, { epochs: 1, augmentation: { noise: 0.1 } }), { trials: 10 })
    await examine(study)
  })
  test('residual', { timeout: 120_000 }, async () => {
    const study = await createStudy({ name: 'resnet', goals: { accuracy: 'maximize' }, space: resNetSpace, seed: 1 })
    await study.optimize(resNetObjective(small, { epochs: 1 }), { trials: 8 })
    await examine(study)
  })
  test('tables', { timeout: 120_000 }, async () => {
    const study = await createStudy({ name: 'table', goals: { loss: 'minimize' }, space: tableSpace, seed: 1 })
    const features = Float32Array.from({ length: 300 }, (_, i) => (i % 3 === 1 ? (i % 12) / 3 - 1 / 3 : Math.sin(i)))
    const data = regression({
      features,
      featureShape: [3],
      targets: Float32Array.from({ length: 100 }, (_, i) => features[3 * i + 1]! / 2 - 1),
    })
    const options = { epochs: 1, categories: [{ column: 1, categories: 4 }] }
    await study.optimize(tableObjective({ training: data, validation: data }, options), { trials: 8 })
    await examine(study)
  })
})

test('entries may be left out, narrowed and fixed', async () => {
  const { schedule: _, labelSmoothing: __, stages: ___, ...rest } = convSpace
  const space = { ...rest, activation: choice(['tanh']), batchSize: choice([32]) }
  const study = await createStudy({ name: 'narrow', goals: { accuracy: 'maximize' }, space, seed: 1 })
  const objective = convObjective(small, { epochs: 1 })
  await study.optimize((params, live) => objective({ ...params, stages: [{ kernel: 3 }] }, live), { trials: 1 })
  expect(study.trials[0]?.state).toBe('complete')
})

describe('networks of a space', () => {
  test('an image of one pixel is pooled no further', () => {
    const stages = Array.from({ length: 3 }, () => ({ kernel: 5 }))
    const network = convNetwork({ filters: 8, stages }, { inputs: [1, 4, 4], outputs: 2 })
    expect(network.layers.filter(({ kind }) => kind === 'pooling').length).toBe(2)
  })

  test('a residual network halves the image and doubles the filters', () => {
    const network = resNetNetwork({ width: 16, stages: 3, blocks: 1 }, { inputs: [3, 32, 32], outputs: 10 })
    // The 8-layer member of the family of He et al.: 75,290 with shortcuts of 1×1 convolutions and biases in normalisations alone.
    expect(countParameters(network)).toBeGreaterThan(70_000)
    expect(countParameters(network)).toBeLessThan(80_000)
  })

  test('a table without categories has no embedding; with them it begins with one', () => {
    const params = { blocks: 2, width: 64 }
    expect(tableNetwork(params, { inputs: 5, outputs: 1 }).layers[0]?.kind).toBe('dense')
    const categories = [{ column: 4, categories: 30 }]
    const network = tableNetwork({ ...params, embedding: 0.5 }, { inputs: 5, outputs: 1, categories })
    expect(network.tensors[0]).toMatchObject({ name: '0.column4', shape: [30, 6] })
    expect(defineNetwork({ inputs: 5, layers: network.layers })).toEqual(network)
  })
})

test('a recipe says what the parameters say, and no more than the data allow', () => {
  const params = { ...defaultsOf(convSpace), shift: 2, labelSmoothing: 0.1 }
  const { optimizer, schedule } = params
  expect(optimizer).toMatchObject({ kind: 'adamW', learningRate: 3e-3, weightDecay: 1e-2 })
  expect(recipeFor(params, small.training, { epochs: 9, augmentation: { noise: 0.1 } })).toEqual({
    optimizer,
    schedule,
    epochs: 9,
    batchSize: 32,
    loss: { kind: 'crossEntropy', labelSmoothing: 0.1 },
    augmentation: { noise: 0.1, shift: 2 },
  })
  const numbers = regression({ features: new Float32Array(20), featureShape: [1], targets: new Float32Array(20) })
  expect(recipeFor({ ...params, shift: 0 }, numbers, { epochs: 1 })).toEqual({
    optimizer,
    schedule,
    epochs: 1,
    batchSize: 20,
  })
})

test('the convolutional defaults read digits', { timeout: 120_000 }, async () => {
  const study = await createStudy({ name: 'default', goals: { accuracy: 'maximize' }, space: convSpace, seed: 1 })
  let accuracy = 0
  await study.optimize(
    async (params) => {
      const correct = await convTest(parts, { epochs: 27 })(params, { seed: 1, signal: trial().signal })
      accuracy = correct.reduce((a, b) => a + b, 0) / correct.length
      return accuracy
    },
    { trials: 1 },
  )
  expect(accuracy).toBeGreaterThan(0.955)
})

describe('costs as goals', () => {
  const objective = denseObjective(small, { epochs: 2, costs: ['parameters', 'bytes', 'inferenceMs'] })

  test('stand beside the score, counted and timed on the trained network', async () => {
    const goals = { accuracy: 'maximize', parameters: 'minimize', bytes: 'minimize', inferenceMs: 'minimize' } as const
    const study = await createStudy({ goals, space: denseSpace, seed: 1 })
    await study.optimize(objective, { trials: 1 })
    const { values } = study.trials[0] as { values: readonly number[] }
    // 64 pixels → 64 → 64 → 10, with biases.
    const parameters = 64 * 64 + 64 + 64 * 64 + 64 + 640 + 10
    expect(values).toEqual([expect.any(Number), parameters, 4 * parameters, expect.any(Number)])
    expect(values[0]).toBeGreaterThan(0)
    expect(values[3]).toBeGreaterThan(0)
    expect(values[3]).toBeLessThan(20)
  })

  test('are named in the type', () => {
    expectTypeOf(objective).returns.resolves.toEqualTypeOf<{
      readonly accuracy: number
      readonly parameters: number
      readonly bytes: number
      readonly inferenceMs: number
    }>()
    expectTypeOf(denseObjective(small)).returns.resolves.toEqualTypeOf<number>()
  })

  test('count running statistics among the bytes, not among what is trained', async () => {
    const network = defineNetwork({ inputs: 64, layers: [dense(8), batchNorm(), dense(10)] })
    const costs = await modelCosts(createModel(network), small.validation)
    expect(costs.parameters).toBe(64 * 8 + 8 + 2 * 8 + 8 * 10 + 10)
    expect(costs.bytes).toBe(4 * (costs.parameters + 2 * 8))
  })
})
