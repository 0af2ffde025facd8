// How far will a disease go? A table with a category, numbers to predict:
//   npm run diapason -- run examples/regression.ts
import {
  activation,
  createModel,
  defineNetwork,
  dense,
  diabetes,
  dropout,
  embeddedColumns,
  embedding,
  prepareTable,
  train,
} from '@diapason/neural'
import { choice, defineStudy, float, int } from 'diapason'

// Means, deviations and categories are learned from the training part alone. A file of one's own: readTable('patients.csv').
const data = prepareTable(await diabetes(), { target: 'progression', categories: 'code', seed: 1 })
if (data.kind !== 'regression') throw new TypeError('progression is a number')
const { training, validation, encoding } = data
/** Targets are standardised: one deviation is this many points of progression. */
const deviation = encoding.target.kind === 'number' ? encoding.target.scale : 1

export default defineStudy({
  goals: { error: 'minimize' },
  space: {
    units: int(8, 128, { log: true, default: 32 }),
    layers: int(1, 3, { default: 1 }),
    activation: choice(['relu', 'tanh', 'silu']),
    dropout: float(0, 0.5, { default: 0 }),
    learningRate: float(1e-4, 1e-1, { log: true, default: 1e-3 }),
    weightDecay: float(1e-5, 1, { log: true, default: 1e-2 }),
  },
  fidelity: { name: 'epochs', min: 3, max: 81 },
  budget: { trials: 60 },
  async objective(params, trial) {
    const hidden = Array.from({ length: params.layers }, () => [
      dense(params.units),
      activation(params.activation),
      dropout(params.dropout),
    ])
    const layers = [embedding(embeddedColumns(encoding)), ...hidden.flat(), dense(1)]
    const model = createModel(defineNetwork({ inputs: training.featureShape, layers }), { seed: trial.seed })
    const { learningRate, weightDecay } = params
    const recipe = { optimizer: { kind: 'adamW', learningRate, weightDecay }, epochs: trial.budget } as const
    let error = Number.NaN
    for await (const epoch of train(
      model,
      { training, validation },
      { ...recipe, seed: trial.seed, signal: trial.signal },
    )) {
      error = Math.sqrt(epoch.validationLoss) * deviation
      await trial.report(epoch.epoch, error) // root mean squared error, in points of progression
    }
    return error
  },
})
