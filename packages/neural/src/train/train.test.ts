import { afterAll, describe, expect, test } from 'vitest'
import { type Classification, classification, regression } from '../data/dataset.ts'
import { digits } from '../data/digits.ts'
import { prepare } from '../data/split.ts'
import { DataError, DivergenceError, NetworkError } from '../errors.ts'
import { activation, batchNorm, dense, dropout, type Layer } from '../network/layer.ts'
import { defineNetwork } from '../network/network.ts'
import type { Optimizer } from '../network/optimizer.ts'
import { releaseSessions, sharedSessions } from '../runtime/shared-sessions.ts'
import type { ClassifierEpoch } from './epoch.ts'
import { evaluate } from './evaluate.ts'
import { createModel, type Model } from './model.ts'
import type { TrainOptions } from './options.ts'
import { train } from './train.ts'

const parts = prepare(await digits(), { validation: 0.2, test: 0.3, seed: 1 })
const adam: Optimizer = { kind: 'adam', learningRate: 1e-3 }
const network = (...hidden: Layer[]) => defineNetwork({ inputs: 64, layers: [...hidden, dense(10)] })
const small = network(dense(32), activation('relu'), dropout(0.2))
afterAll(releaseSessions)

async function run(
  model: Model,
  options: TrainOptions,
  data: { training: Classification; validation: Classification } = parts,
) {
  const epochs: ClassifierEpoch[] = []
  for await (const epoch of train(model, data, options)) epochs.push(epoch)
  return epochs
}
const weights = (model: Model): number[] => [...model.tensors.values()].flatMap((values) => [...values])

describe('train', () => {
  test('learns digits well beyond chance and reports each epoch', async () => {
    const model = createModel(small, { seed: 1 })
    const epochs = await run(model, { optimizer: adam, epochs: 8 })
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(epochs.at(-1)?.steps).toBe(8 * Math.ceil(parts.training.count / 32))
    expect(epochs.at(-1)?.accuracy).toBeGreaterThan(0.85)
    expect(epochs.at(-1)?.trainingLoss).toBeLessThan(epochs[0]!.trainingLoss / 3)
    const judged = await evaluate(model, parts.validation)
    expect(judged.accuracy).toBe(epochs.at(-1)?.accuracy)
    expect(judged.loss).toBe(epochs.at(-1)?.validationLoss)
    expect(judged.correct.reduce((a, b) => a + b, 0) / judged.correct.length).toBe(judged.accuracy)
  })

  test('the same seed gives the same weights to the bit, another seed others', async () => {
    const trained = async (seed: number) => {
      const model = createModel(small, { seed })
      await run(model, { optimizer: adam, epochs: 2, seed })
      return weights(model)
    }
    const first = await trained(5)
    expect(await trained(5)).toEqual(first)
    expect(await trained(6)).not.toEqual(first)
  })

  test('only the training seed decides order and dropout', async () => {
    const trained = async (seed: number) => {
      const model = createModel(small, { seed: 1 })
      return run(model, { optimizer: adam, epochs: 1, seed })
    }
    expect(await trained(1)).not.toEqual(await trained(2))
  })

  test('stops within one batch when the signal aborts, and gives the reason', async () => {
    const controller = new AbortController()
    const model = createModel(network(dense(256), activation('relu')))
    const reason = new Error('enough')
    let turns = 0
    const ticking = setInterval(() => ++turns === 3 && controller.abort(reason), 1)
    // 720 batches of one epoch: without a turn for the timer in between, the epoch would end first.
    const training = run(model, { optimizer: adam, epochs: 1, batchSize: 1, signal: controller.signal })
    await expect(training).rejects.toBe(reason)
    clearInterval(ticking)
    expect(turns).toBe(3)
  })

  test('a signal aborted beforehand never starts', async () => {
    const training = run(createModel(small), { optimizer: adam, epochs: 1, signal: AbortSignal.abort() })
    await expect(training).rejects.toThrow('aborted')
  })

  test('divergence is an error that says where', async () => {
    const optimizer: Optimizer = { kind: 'sgd', learningRate: 1e9 }
    const model = createModel(network(dense(32), activation('relu')))
    const error = await run(model, { optimizer, epochs: 5 }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DivergenceError)
    expect(error).toMatchObject({ kind: 'trainingLoss', epoch: 1 })
    expect((error as DivergenceError).step).toBeGreaterThan(1)
    expect((error as Error).message).toContain('learning rate 1000000000')
  })

  test('leaving the loop early keeps the last epoch and frees the sessions', async () => {
    const model = createModel(small)
    for await (const { epoch } of train(model, parts, { optimizer: adam, epochs: 50 })) if (epoch === 2) break
    const reference = createModel(small)
    await run(reference, { optimizer: adam, epochs: 2 })
    expect(weights(model)).toEqual(weights(reference))
    await releaseSessions()
    expect(sharedSessions().size).toBe(0)
  })

  test('configurations of one structure share one compiled graph', async () => {
    await releaseSessions()
    for (const units of [8, 16, 24]) {
      const model = createModel(network(dense(units), activation('relu'), dropout(units / 100)))
      await run(model, { optimizer: { ...adam, learningRate: 1e-4 * units }, epochs: 1, batchSize: 4 * units })
    }
    // One for training, one for evaluation.
    expect(sharedSessions().size).toBe(2)
  })

  test('batch normalisation skips a last batch of one example', async () => {
    const rows = 33
    const training = {
      ...parts.training,
      count: rows,
      features: parts.training.features.subarray(0, rows * 64),
      labels: parts.training.labels.subarray(0, rows),
    }
    const model = createModel(network(dense(8), batchNorm(), activation('relu')))
    const [epoch] = await run(model, { optimizer: adam, epochs: 1 }, { ...parts, training })
    expect(epoch?.steps).toBe(1)
    expect(weights(model).every(Number.isFinite)).toBe(true)
  })

  test('regression learns a line', async () => {
    const features = Float32Array.from({ length: 200 }, (_, i) => (i - 100) / 50)
    const data = regression({ features, featureShape: [1], targets: features.map((x) => 3 * x - 1) })
    const model = createModel(defineNetwork({ inputs: 1, layers: [dense(1)] }))
    const optimizer: Optimizer = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 }
    let last = Number.NaN
    for await (const { validationLoss } of train(
      model,
      { training: data, validation: data },
      { optimizer, epochs: 30 },
    ))
      last = validationLoss
    expect(last).toBeLessThan(1e-6)
    expect(model.tensors.get('0.weight')?.[0]).toBeCloseTo(3, 3)
  })

  test('two classes and one output use binary cross-entropy', async () => {
    const features = Float32Array.from({ length: 100 }, (_, i) => (i - 49.5) / 30)
    const data = classification({
      features,
      featureShape: [1],
      labels: Int32Array.from(features, (x) => Number(x > 0)),
    })
    const model = createModel(defineNetwork({ inputs: 1, layers: [dense(1)] }))
    const epochs = await run(
      model,
      { optimizer: { kind: 'adam', learningRate: 0.1 }, epochs: 10 },
      { training: data, validation: data },
    )
    expect(epochs.at(-1)?.accuracy).toBeGreaterThan(0.95)
  })
})

describe('train refuses, with a typed error', () => {
  const options: TrainOptions = { optimizer: adam, epochs: 1 }
  const empty = { ...parts.training, count: 0, features: new Float32Array(), labels: new Int32Array() }
  const cases: [string, () => Promise<unknown>, new (...args: never[]) => Error, RegExp][] = [
    [
      'too few outputs',
      () => run(createModel(defineNetwork({ inputs: 64, layers: [dense(9)] })), options),
      DataError,
      /needs 10 outputs, the network has 9/,
    ],
    [
      'wrong inputs',
      () => run(createModel(defineNetwork({ inputs: 63, layers: [dense(10)] })), options),
      DataError,
      /takes 63 inputs, .* has 64/,
    ],
    [
      'an empty part',
      () => run(createModel(small), options, { ...parts, validation: empty }),
      DataError,
      /validation data is empty/,
    ],
    [
      'a batch larger than the data',
      () => run(createModel(small), { ...options, batchSize: 5000 }),
      DataError,
      /batchSize 5000 exceeds/,
    ],
    [
      'half an epoch',
      () => run(createModel(small), { ...options, epochs: 0.5 }),
      DataError,
      /epochs must be a whole number/,
    ],
    [
      'a negative learning rate',
      () => run(createModel(small), { ...options, optimizer: { kind: 'adam', learningRate: -1 } }),
      NetworkError,
      /optimizer.learningRate/,
    ],
    [
      'momentum 1',
      () => run(createModel(small), { ...options, optimizer: { kind: 'sgd', learningRate: 1, momentum: 1 } }),
      NetworkError,
      /below 1, got 1/,
    ],
  ]
  for (const [name, attempt, type, message] of cases) {
    test(name, async () => {
      const error = await attempt().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(type)
      expect((error as Error).message).toMatch(message)
    })
  }
})
