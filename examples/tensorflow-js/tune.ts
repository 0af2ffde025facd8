// What to search, and how one configuration is tried: npm ci && npm run tune
import { choice, defineStudy, float, int } from 'diapason'
import { createModel, loadSpirals } from './model.ts'

const { training, validation } = loadSpirals()

export default defineStudy({
  goals: { accuracy: 'maximize' },
  space: {
    units: int(4, 64, { log: true, default: 8 }),
    layers: int(1, 3, { default: 1 }),
    activation: choice(['relu', 'tanh', 'elu']),
    learningRate: float(1e-4, 1e-1, { log: true, default: 1e-3 }),
  },
  fidelity: { name: 'epochs', min: 3, max: 27 },
  budget: { trials: 30 },
  async objective(params, trial) {
    const model = createModel({ ...params, seed: trial.seed })
    let accuracy = 0
    try {
      await model.fit(training.x, training.y, {
        epochs: trial.budget,
        shuffle: false,
        verbose: 0,
        validationData: [validation.x, validation.y],
        callbacks: {
          async onEpochEnd(epoch, logs) {
            accuracy = logs?.val_acc ?? Number.NaN
            await trial.report(epoch + 1, accuracy) // throws where the trial is hopeless, and fit ends with it
          },
        },
      })
      return accuracy
    } finally {
      model.dispose()
    }
  },
})
