import { createStudy, int } from 'diapason'
import { afterAll, expect, test } from 'vitest'
import { classification, regression, selectRows } from '../data/dataset.ts'
import { prepare, split } from '../data/split.ts'
import { CheckpointError, DataError, DivergenceError, NetworkError, NeuralError } from '../errors.ts'
import { embedding } from '../network/embedding.ts'
import { activation, batchNorm, dense, flatten } from '../network/layer.ts'
import { defineNetwork } from '../network/network.ts'
import type { Optimizer } from '../network/optimizer.ts'
import { releaseSessions, sharedSessions } from '../runtime/shared-sessions.ts'
import { evaluate } from './evaluate.ts'
import { createModel, type Model } from './model.ts'
import type { TrainingData, TrainOptions } from './options.ts'
import { saveModel } from './save.ts'
import { train } from './train.ts'

const features = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i))
const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2)
const featureShape = [2]
const data = classification({ features, featureShape, labels })
const network = defineNetwork({ inputs: 2, layers: [dense(4), activation('relu'), dense(2)] })
const options: TrainOptions = { optimizer: { kind: 'adam', learningRate: 1e-3 }, epochs: 20, batchSize: 8 }
const categories = defineNetwork({ inputs: 2, layers: [embedding([{ column: 1, categories: 3 }]), dense(2)] })
const withColumn = (value: number) => ({
  ...data,
  features: features.map((x, i) => (i % 2 === 0 ? x : i === 5 ? value : 1)),
})

async function run(
  training: TrainingData['training'],
  changes: Partial<TrainOptions> = {},
  model = createModel(network),
) {
  for await (const _ of train(model, { training }, { ...options, ...changes }));
}
function damaged(change: (tensors: Map<string, Float32Array>) => void): Model {
  const model = createModel(network)
  change(model.tensors as Map<string, Float32Array>)
  return model
}

const refused: [string, () => unknown, new (...args: never[]) => Error, RegExp][] = [
  [
    'a feature that is NaN',
    () => classification({ features: Float32Array.of(1, Number.NaN), featureShape: [1], labels: Int32Array.of(0, 1) }),
    DataError,
    /A feature is NaN \(example 1, column 0\)/,
  ],
  [
    'NaN put in afterwards',
    () => run({ ...data, features: features.map((x, i) => (i === 7 ? Number.NaN : x)) }),
    DivergenceError,
    /The training loss became NaN in epoch 1, step \d.*check the data/,
  ],
  [
    'one class',
    () => run({ ...data, labels: new Int32Array(20) }),
    DataError,
    /All 20 training examples are of class 0/,
  ],
  [
    'a validation label that training never showed',
    async () => {
      const validation = classification({
        features,
        featureShape,
        labels: labels.map((label, i) => (i === 3 ? 2 : label)),
      })
      await train(createModel(network), { training: data, validation }, options).next()
    },
    DataError,
    /validation data needs 3 outputs, the network has 2/,
  ],
  ['other features', () => run({ ...data, featureShape: [1, 2] }, {}, createModel(categories)), DataError, /Column 1/],
  [
    'an image in another order',
    () =>
      run(
        { ...data, featureShape: [2, 1, 1] },
        {},
        createModel(defineNetwork({ inputs: [1, 2, 1], layers: [flatten(), dense(2)] })),
      ),
    DataError,
    /takes inputs of shape \[1, 2, 1\], the training data has 2 features of shape \[2, 1, 1\]/,
  ],
  ['an empty split', () => split(data, { validation: 0.01, test: 0.01 }), DataError, /too few for shares/],
  ['a batch larger than the data', () => run(data, { batchSize: 21 }), DataError, /batchSize 21 exceeds the 20/],
  [
    'a category that is not there',
    () => run(withColumn(3), {}, createModel(categories)),
    DataError,
    /is 3 in example 2.*from 0 to 2/,
  ],
  ['half a category', () => run(withColumn(0.5), {}, createModel(categories)), DataError, /is 0\.5 in example 2/],
  [
    'numbers for classes',
    () =>
      run(regression({ features, featureShape, targets: features, outputs: 2 }), { loss: { kind: 'crossEntropy' } }),
    DataError,
    /crossEntropy is for classes/,
  ],
  ['classes for numbers', () => run(data, { loss: { kind: 'huber' } }), DataError, /huber does not suit 2 classes/],
  [
    'an average of another kind',
    () => run(data, { averaging: { kind: 'ema' } as never }),
    NetworkError,
    /averaging\.kind: 'ema' is unknown.*exponential, equal/,
  ],
  [
    'a loss of another kind',
    () => run(data, { loss: { kind: 'mse' } as never }),
    NetworkError,
    /loss\.kind: 'mse' is unknown.*squaredError/,
  ],
  ['a row that is not there', () => selectRows(data, Int32Array.of(3, 20)), DataError, /no row 20 among 20 examples/],
  ['half a thread', () => run(data, { threads: 0.5 }), DataError, /threads must be a whole number/],
  [
    'a model without a tensor',
    () =>
      run(
        data,
        {},
        damaged((tensors) => tensors.delete('0.bias')),
      ),
    DataError,
    /"0\.bias" is missing, its network gives it the shape \[4\]/,
  ],
  [
    'a model with a tensor of the wrong size',
    () =>
      evaluate(
        damaged((tensors) => tensors.set('0.weight', new Float32Array(3))),
        data,
      ),
    DataError,
    /"0\.weight" has 3 numbers/,
  ],
  [
    'an unwritable checkpoint',
    () => saveModel(createModel(network), '/nowhere/at/all'),
    CheckpointError,
    /cannot be written/,
  ],
  [
    'a checkpoint where a folder is',
    () => saveModel(createModel(network), import.meta.dirname),
    CheckpointError,
    /cannot be written: EISDIR/,
  ],
  [
    'a checkpoint below a file',
    () => saveModel(createModel(network), `${import.meta.filename}/model.safetensors`),
    CheckpointError,
    /cannot be written: ENOTDIR/,
  ],
]
afterAll(releaseSessions)

for (const [name, attempt, type, message] of refused) {
  test(`${name}: one clear typed error`, async () => {
    const error = await (async () => attempt())().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(type)
    expect(error).toBeInstanceOf(NeuralError)
    expect((error as Error).message).toMatch(message)
  })
}

test('in a study each of them is a failed trial that says why, and the study goes on', async () => {
  const attempts = [...refused.map(([, attempt]) => attempt), () => run(data)]
  const space = { attempt: int(0, attempts.length - 1) }
  const study = await createStudy({ name: 'bad input', goals: { loss: 'minimize' }, space, seed: 1 })
  for (const attempt of attempts.keys()) await study.enqueue({ attempt })
  const objective = async (params: { readonly attempt: number }): Promise<number> => {
    await attempts[params.attempt]!()
    return 0
  }
  await study.optimize(objective, { trials: attempts.length, maxFailuresInARow: attempts.length })
  const ends = study.trials.map((trial) => (trial.state === 'failed' ? trial.reason : trial.state))
  expect(ends.at(-1)).toBe('complete')
  for (const [i, [name, , , message]] of refused.entries()) expect(ends[i], name).toMatch(message)
})

const kinds = ['sgd', 'adam', 'adamW', 'nadam', 'rmsprop', 'adagrad'] as const
for (const kind of kinds) {
  test(`a learning rate of 1e9 ends as divergence with step and cause (${kind})`, async () => {
    const normalized = defineNetwork({ inputs: 2, layers: [dense(4), batchNorm(), activation('relu'), dense(2)] })
    for (const model of [createModel(network), createModel(normalized)]) {
      const optimizer: Optimizer = { kind, learningRate: 1e9 }
      const error = await run(data, { optimizer }, model).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'DivergenceError', kind: 'trainingLoss', reason: 'exploded', epoch: 1 })
      expect((error as DivergenceError).step).toBeGreaterThan(1)
    }
  })
}

test('a column that never changes does no harm', async () => {
  const constant = classification({ features: features.map((x, i) => (i % 2 === 0 ? x : 7)), featureShape, labels })
  const parts = prepare(constant, { seed: 1 })
  expect(parts.training.features.every(Number.isFinite)).toBe(true)
  await run(parts.training)
})

test('the runtime works on after every failure, and no session stays in use', async () => {
  await run(data)
  await releaseSessions()
  expect(sharedSessions().size).toBe(0)
})
