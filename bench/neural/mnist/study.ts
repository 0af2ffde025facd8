// The search of the MNIST measurement: a narrow space around the defaults of `convSpace`, on a fifth of the training images.
import { convObjective, convSpace, selectRows } from '@diapason/neural'
import { branch, choice, defineStudy, float, int, repeat } from 'diapason'
import { loadMnist } from '../../../examples/mnist/mnist.ts'

export const SEARCH_EPOCHS = 9
export const SEARCH_IMAGES = 10_000
const { training, validation } = await loadMnist()
const parts = {
  training: selectRows(
    training,
    Int32Array.from({ length: SEARCH_IMAGES }, (_, row) => row),
  ),
  validation,
}
const { cosine, oneCycle } = convSpace.schedule.cases

export default defineStudy({
  goals: { accuracy: 'maximize' },
  // What is left out stays as it is by default.
  space: {
    filters: int(12, 24, { log: true, default: 16 }),
    stages: repeat(2, 3, { dropout: float(0, 0.3, { default: 0 }) }),
    units: convSpace.units,
    dropout: convSpace.dropout,
    shift: int(0, 2, { default: 0 }),
    optimizer: branch('kind', {
      adamW: {
        learningRate: float(1e-3, 1e-2, { log: true, default: 3e-3 }),
        weightDecay: convSpace.optimizer.cases.adamW.weightDecay,
      },
    }),
    schedule: branch('kind', { cosine, oneCycle }),
    batchSize: int(16, 128, { log: true, default: 32 }),
    labelSmoothing: choice([0, 0.1]),
  },
  // From the third epoch on: before, networks are ahead that see the same images again.
  fidelity: { name: 'epochs', min: 3, max: SEARCH_EPOCHS },
  budget: { trials: 12 },
  objective: convObjective(parts, { epochs: SEARCH_EPOCHS }),
})
