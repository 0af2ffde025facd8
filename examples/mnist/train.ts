// All of MNIST by the convolutional defaults: npm ci && npm run train [-- EPOCHS [SEED]]
import { availableParallelism } from 'node:os'
import { convNetwork, convSpace, createModel, evaluate, recipeFor, train } from '@diapason/neural'
import { defaultsOf } from 'diapason'
import { loadMnist } from './mnist.ts'

const [epochs = 6, seed = 1] = process.argv.slice(2).map(Number)
const started = performance.now()
const say = (text: string): void =>
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`)
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

const { training, validation, test } = await loadMnist()
const params = defaultsOf(convSpace)
const network = convNetwork(params, { inputs: training.featureShape, outputs: training.classes })
const model = createModel(network, { seed })
// A single training may have the whole machine; trials side by side have one thread each.
const options = { ...recipeFor(params, training, { epochs }), seed, threads: availableParallelism() }
for await (const { epoch, trainingLoss, accuracy } of train(model, { training, validation }, options)) {
  say(
    `epoch ${epoch}: training loss ${trainingLoss.toFixed(4)}, right in ${percent(accuracy)} of the validation images`,
  )
}
const { accuracy, correct } = await evaluate(model, test)
const margin = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / correct.length)
say(`right in ${percent(accuracy)} ± ${percent(margin)} of the ${correct.length} test images`)
