import { classification, createModel, defineNetwork, train } from '@diapason/neural'
import { LAYERS } from './networks.ts'
import { type Examples, type Measurement, type NetworkName, TASK } from './task.ts'

/** Trains and times our network; in Node and in a page alike. */
export async function measureOurs(network: NetworkName, examples: Examples, epochs: number): Promise<Measurement> {
  const { shape, features, labels } = examples
  const training = classification({ features, featureShape: shape, labels, classes: TASK.classes })
  const model = createModel(defineNetwork({ inputs: shape, layers: LAYERS[network] }), { seed: 1 })
  const times: number[] = []
  let loss = Number.NaN
  let last = performance.now()
  const optimizer = { kind: 'adam', learningRate: TASK.learningRate } as const
  for await (const { trainingLoss } of train(model, { training }, { optimizer, epochs, batchSize: TASK.batchSize })) {
    const now = performance.now()
    times.push(now - last)
    last = now
    loss = trainingLoss
  }
  return { epochs: times, loss }
}
