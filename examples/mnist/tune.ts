// Small convolutional networks on a thirtieth of MNIST, the winner judged by the test images: npm ci && npm run tune
import { convObjective, convSpace, convTest } from '@diapason/neural'
import { defineStudy, int } from 'diapason'
import { loadMnist } from './mnist.ts'

const EPOCHS = 9
const parts = await loadMnist(2000)

export default defineStudy({
  goals: { accuracy: 'maximize' },
  // The ready space, with fewer filters than it would allow: any entry may be replaced, left out or added.
  space: { ...convSpace, filters: int(4, 32, { log: true, default: 16 }) },
  fidelity: { name: 'epochs', min: 1, max: EPOCHS },
  budget: { trials: 30 },
  objective: convObjective(parts, { epochs: EPOCHS }),
  test: convTest(parts, { epochs: EPOCHS }),
})
