import { afterAll, describe, expect, test } from 'vitest'
import { classification } from '../data/dataset.ts'
import { activation, dense } from '../network/layer.ts'
import { defineNetwork } from '../network/network.ts'
import { randomStream } from '../random.ts'
import { releaseSessions } from '../runtime/shared-sessions.ts'
import { resolveClassWeights } from './class-weights.ts'
import { createModel } from './model.ts'
import type { TrainOptions } from './options.ts'
import { train } from './train.ts'

afterAll(releaseSessions)

const COUNT = 24
const random = randomStream('recipe')
const features = Float32Array.from({ length: COUNT * 3 }, () => random.normal())
const labels = Int32Array.from({ length: COUNT }, (_, row) => Number(features[3 * row]! > 0.3))
const data = classification({ features, featureShape: [3], labels })
const network = defineNetwork({ inputs: 3, layers: [dense(4), activation('tanh'), dense(2)] })
const sgd: TrainOptions = { optimizer: { kind: 'sgd', learningRate: 1 }, epochs: 1, batchSize: COUNT }

async function trained(options: TrainOptions, training = data, described = network): Promise<number[]> {
  const model = createModel(described, { seed: 1 })
  for await (const _ of train(model, { training }, { ...options, batchSize: training.count }));
  return [...model.tensors.values()].flatMap((values) => [...values])
}
const start = [...createModel(network, { seed: 1 }).tensors.values()].flatMap((values) => [...values])
const moved = async (options: TrainOptions): Promise<number[]> =>
  (await trained(options)).map((value, i) => value - start[i]!)
const length = (vector: readonly number[]): number => Math.hypot(...vector)

function expectClose(actual: readonly number[], expected: readonly number[], within = 1e-6): void {
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value), `[${i}]`).toBeLessThan(within)
}

describe('clipping', () => {
  test('by norm shortens all gradients alike', async () => {
    const free = await moved(sgd)
    const limit = length(free) / 3
    const clipped = await moved({ ...sgd, clipping: { kind: 'norm', limit } })
    expect(length(clipped)).toBeCloseTo(limit, 4)
    expectClose(
      clipped,
      free.map((x) => x / 3),
    )
  })

  test('by norm leaves short gradients as they are', async () => {
    expectClose(await moved({ ...sgd, clipping: { kind: 'norm', limit: 100 } }), await moved(sgd))
  })

  test('by value limits every entry', async () => {
    const free = await moved(sgd)
    const limit = Math.max(...free.map(Math.abs)) / 2
    const clipped = await moved({ ...sgd, clipping: { kind: 'value', limit } })
    expectClose(
      clipped,
      free.map((x) => Math.max(-limit, Math.min(limit, x))),
    )
  })
})

describe('averaging', () => {
  const after = (epochs: number): Promise<number[]> => trained({ ...sgd, epochs })

  test('equal: the mean over the steps from its start on', async () => {
    const [, , c, d] = [await after(1), await after(2), await after(3), await after(4)]
    const averaged = await trained({ ...sgd, epochs: 4, averaging: { kind: 'equal', from: 0.5 } })
    expectClose(
      averaged,
      c!.map((x, i) => (x + d![i]!) / 2),
    )
  })

  test('exponential: earlier steps count less and less', async () => {
    const [a, b] = [await after(1), await after(2)]
    const averaged = await trained({ ...sgd, epochs: 2, averaging: { kind: 'exponential', decay: 0.1 } })
    expectClose(
      averaged,
      a!.map((x, i) => 0.1 * x + 0.9 * b![i]!),
    )
  })
})

describe('class weights', () => {
  const rows = [...labels.keys()].flatMap((row) => (labels[row] === 1 ? [row, row, row] : [row]))
  const repeated = classification({
    features: Float32Array.from(rows.flatMap((row) => [...features.subarray(3 * row, 3 * row + 3)])),
    featureShape: [3],
    labels: Int32Array.from(rows, (row) => labels[row]!),
  })

  test('a weight of three is the same as seeing the class three times', async () => {
    const weighted = await trained({ ...sgd, loss: { kind: 'crossEntropy', classWeights: [1, 3] } })
    expectClose(weighted, await trained(sgd, repeated))
  })

  test('also with one output', async () => {
    const binary = defineNetwork({ inputs: 3, layers: [dense(4), activation('tanh'), dense(1)] })
    const weighted = await trained({ ...sgd, loss: { kind: 'binaryCrossEntropy', classWeights: [1, 3] } }, data, binary)
    expectClose(weighted, await trained(sgd, repeated, binary))
  })

  test('balanced weights are the inverse of the frequencies', () => {
    const weights = resolveClassWeights('balanced', data)
    const ones = labels.filter((label) => label === 1).length
    expect([...weights]).toEqual([COUNT / (2 * (COUNT - ones)), COUNT / (2 * ones)])
  })
})

test('the schedule decides the learning rate of every step', async () => {
  const rates: number[] = []
  const options: TrainOptions = { ...sgd, epochs: 4, schedule: { kind: 'cosine', warmUp: 0.25 } }
  for await (const { learningRate } of train(createModel(network), { training: data }, options))
    rates.push(learningRate)
  expect(rates.map((rate) => Number(rate.toFixed(4)))).toEqual([0.5, 1, 0.75, 0.25])
})
