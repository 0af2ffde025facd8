// The search of the MNIST measurement: networks of `convSpace` no wider than 24 filters, on a fifth of the training images.
import { convObjective, convSpace, selectRows } from '@diapason/neural'
import { defineStudy, int } from 'diapason'
import { loadMnist } from '../../../examples/mnist/mnist.ts'

const EPOCHS = 9
const { training, validation } = await loadMnist()
const parts = {
  training: selectRows(
    training,
    Int32Array.from({ length: 10_000 }, (_, row) => row),
  ),
  validation,
}

export const space = { ...convSpace, filters: int(8, 24, { log: true, default: 16 }) }

export default defineStudy({
  goals: { accuracy: 'maximize' },
  space,
  fidelity: { name: 'epochs', min: 1, max: EPOCHS },
  budget: { trials: 40 },
  objective: convObjective(parts, { epochs: EPOCHS }),
})
