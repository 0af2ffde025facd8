import { afterAll, describe, expect, test } from 'vitest'
import { classification } from '../data/dataset.ts'
import { CheckpointError } from '../errors.ts'
import { conv2d } from '../network/convolution.ts'
import { activation, batchNorm, dense, dropout, flatten } from '../network/layer.ts'
import { defineNetwork } from '../network/network.ts'
import type { Optimizer } from '../network/optimizer.ts'
import { randomStream } from '../random.ts'
import { releaseSessions } from '../runtime/shared-sessions.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { ClassifierEpoch } from './epoch.ts'
import { createModel, type Model } from './model.ts'
import type { TrainOptions } from './options.ts'
import { train } from './train.ts'

afterAll(releaseSessions)

const random = randomStream('checkpoint')
const part = (count: number) =>
  classification({
    features: Float32Array.from({ length: count * 36 }, () => random.normal()),
    featureShape: [1, 6, 6],
    labels: Int32Array.from({ length: count }, (_, i) => i % 3),
  })
const data = { training: part(50), validation: part(20) }
const network = defineNetwork({
  inputs: [1, 6, 6],
  layers: [conv2d(4, 3), batchNorm(), activation('relu'), flatten(), dropout(0.3), dense(3)],
})
const recipe: TrainOptions = {
  optimizer: { kind: 'adamW', learningRate: 0.05, weightDecay: 0.1 },
  epochs: 6,
  batchSize: 16,
  seed: 9,
  schedule: { kind: 'cosine', warmUp: 0.1 },
  clipping: { kind: 'norm', limit: 1 },
  averaging: { kind: 'exponential', decay: 0.9 },
  augmentation: { shift: 1, flip: true, crop: 0.8, noise: 0.1 },
  earlyStopping: { patience: 20, metric: 'accuracy' },
  metrics: { training: ['accuracy'], validation: ['macroF1'] },
}
const weights = (model: Model): number[] => [...model.tensors.values()].flatMap((values) => [...values])

async function run(options: TrainOptions, until = 100) {
  const model = createModel(network, { seed: 4 })
  const epochs: ClassifierEpoch[] = []
  let checkpoint: Checkpoint | undefined
  for await (const epoch of train(model, data, options)) {
    epochs.push(epoch)
    if (epoch.epoch < until) continue
    checkpoint = epoch.checkpoint()
    break
  }
  const reports = epochs.map(({ checkpoint: _, ...report }) => report)
  return { model, reports, checkpoint: checkpoint as Checkpoint }
}

describe('a resumed training', () => {
  const optimizers: Optimizer[] = [
    { kind: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 1e-3 },
    recipe.optimizer,
    { kind: 'nadam', learningRate: 0.01 },
    { kind: 'rmsprop', learningRate: 0.01 },
  ]
  for (const optimizer of optimizers) {
    test(`ends in the same bits as one never interrupted (${optimizer.kind})`, async () => {
      const options = { ...recipe, optimizer }
      const whole = await run(options)
      const first = await run(options, 3)
      const second = await run({ ...options, resume: structuredClone(first.checkpoint) })
      expect(second.reports).toEqual(whole.reports.slice(3))
      expect(weights(second.model)).toEqual(weights(whole.model))
    })
  }

  test('remembers its plateau', async () => {
    const { averaging: _, earlyStopping: __, ...rest } = recipe
    const options: TrainOptions = { ...rest, schedule: { kind: 'plateau', patience: 0, factor: 0.5, minChange: 0.5 } }
    const whole = await run(options)
    expect(whole.reports.at(-1)?.learningRate).toBeLessThan(0.05)
    const second = await run({ ...options, resume: (await run(options, 4)).checkpoint })
    expect(second.reports).toEqual(whole.reports.slice(4))
  })

  test('may go on for longer than was planned', async () => {
    const options: TrainOptions = { optimizer: recipe.optimizer, epochs: 2 }
    const { checkpoint } = await run(options, 2)
    const second = await run({ ...options, epochs: 4, resume: checkpoint })
    expect(second.reports.map(({ epoch }) => epoch)).toEqual([3, 4])
    expect(weights(second.model)).toEqual(weights((await run({ ...options, epochs: 4 })).model))
  })

  test('refuses another recipe, seed, network or data, and names it', async () => {
    const { checkpoint } = await run(recipe, 1)
    const attempt = (changes: Partial<TrainOptions>) => run({ ...recipe, ...changes, resume: checkpoint })
    await expect(attempt({ seed: 8 })).rejects.toThrow(/made with seed 9, this training has 8/)
    await expect(attempt({ batchSize: 8 })).rejects.toThrow(/batchSize 16, this training has 8/)
    await expect(attempt({ optimizer: { kind: 'sgd', learningRate: 1 } })).rejects.toThrow(CheckpointError)
    const other = createModel(defineNetwork({ inputs: 36, layers: [dense(3)] }))
    const { augmentation: _, ...flat } = recipe
    await expect(train(other, data, { ...flat, resume: checkpoint }).next()).rejects.toThrow(/made with/)
  })

  test('a checkpoint of an epoch that is over is refused', async () => {
    const epochs = train(createModel(network), data, recipe)
    const { value } = await epochs.next()
    await epochs.next()
    expect(() => (value as ClassifierEpoch).checkpoint()).toThrow(/Epoch 1 is over/)
    await epochs.return()
  })
})

describe('early stopping', () => {
  const options: TrainOptions = {
    optimizer: { kind: 'adam', learningRate: 0.02 },
    epochs: 200,
    earlyStopping: { patience: 3 },
  }

  test('ends after the patience and gives back the best epoch', async () => {
    const { model, reports } = await run(options)
    const losses = reports.map(({ validationLoss }) => validationLoss)
    const best = losses.indexOf(Math.min(...losses)) + 1
    expect(reports.length).toBe(best + 4)
    const { earlyStopping: _, ...plain } = options
    expect(weights(model)).toEqual(weights((await run(plain, best)).model))
  })

  test('needs validation data', async () => {
    const training = train(createModel(network), { training: data.training }, options)
    await expect(training.next()).rejects.toThrow(/Without validation data there is no loss/)
  })
})
