// Trials that all cost the same, for parallel.ts: the convolutional network of run.ts, one thread each.
import { classification, createModel, defineNetwork, train } from '@diapason/neural'
import { defineStudy, int } from 'diapason'
import { LAYERS } from './networks.ts'
import { loadExamples, TASK } from './task.ts'

const { shape, features, labels } = await loadExamples('convolution')
const training = classification({ features, featureShape: shape, labels, classes: TASK.classes })
const network = defineNetwork({ inputs: shape, layers: LAYERS.convolution })

export default defineStudy({
  goals: { loss: 'minimize' },
  space: { seed: int(0, 1_000_000) },
  async objective({ seed }, { signal }) {
    const optimizer = { kind: 'adam', learningRate: TASK.learningRate } as const
    const recipe = { optimizer, epochs: 4, batchSize: TASK.batchSize, seed, signal }
    let loss = Number.NaN
    for await (const epoch of train(createModel(network, { seed }), { training }, recipe)) loss = epoch.trainingLoss
    return loss
  },
})
