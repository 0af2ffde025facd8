// All of MNIST by one convolutional network: npm ci && npm run train [-- EPOCHS]
import { convNetwork, createModel, evaluate, train } from '@diapason/neural'
import { loadMnist } from './mnist.ts'

const started = performance.now()
const say = (text: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`)
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

const { training, validation, test } = await loadMnist()
const network = convNetwork(
  { filters: 16, stages: [{}, {}] },
  { inputs: training.featureShape, outputs: training.classes },
)
const model = createModel(network, { seed: 1 })
const recipe = {
  optimizer: { kind: 'adamW', learningRate: 4e-3 },
  schedule: { kind: 'oneCycle' },
  batchSize: 128,
  epochs: Number(process.argv[2] ?? 6),
} as const
for await (const { epoch, trainingLoss, accuracy } of train(model, { training, validation }, recipe)) {
  say(
    `epoch ${epoch}: training loss ${trainingLoss.toFixed(4)}, right in ${percent(accuracy)} of the validation images`,
  )
}
const { accuracy, correct } = await evaluate(model, test)
const margin = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / correct.length)
say(`right in ${percent(accuracy)} ± ${percent(margin)} of the ${correct.length} test images`)
