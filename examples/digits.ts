// The ready space of dense networks on handwritten digits, the winner judged by digits that tuning never saw. From the folder above:
//   npm run diapason -- run examples/digits.ts --jobs 2
import { denseObjective, denseSpace, denseTest, digits, prepare } from '@diapason/neural'
import { choice, defineStudy } from 'diapason'

const EPOCHS = 27
const parts = prepare(await digits(), { validation: 0.3, test: 0.3, seed: 1 })

export default defineStudy({
  goals: { accuracy: 'maximize' },
  // Any entry may be replaced, fixed, left out or added: two activations are enough here.
  space: { ...denseSpace, activation: choice(['relu', 'silu']) },
  fidelity: { name: 'epochs', min: 1, max: EPOCHS },
  budget: { trials: 60 },
  objective: denseObjective(parts, { epochs: EPOCHS }),
  test: denseTest(parts, { epochs: EPOCHS }),
})
