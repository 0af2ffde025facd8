// The study that `diapason demo` runs, in this process and in its workers: a study file like any other.
import { hyperbandPruner } from '../pruners/hyperband.ts'
import { branch, float, int, repeat } from '../space/nodes.ts'
import { defineStudy } from '../study/define-study.ts'

const { denseObjective, denseSpace, denseTest, digits, prepare } = await import('@diapason/neural')

// Two fifths to learn from, three tenths to choose by (fewer could not tell hundreds of trials apart), the rest untouched till the end.
const parts = prepare(await digits(), { validation: 0.3, test: 0.3 })

// The part of denseSpace that matters most, with smaller networks: one training takes a second, and a minute sees many of them.
const layer = { units: int(16, 256, { log: true, default: 64 }), dropout: float(0, 0.5, { default: 0 }) }
const { adamW, sgd } = denseSpace.optimizer.cases
const space = {
  layers: repeat(1, 2, layer, { default: 2 }),
  activation: denseSpace.activation,
  optimizer: branch('kind', { adamW, sgd }, { default: 'adamW' }),
  batchSize: denseSpace.batchSize,
}

export default defineStudy({
  goals: { accuracy: 'maximize' },
  space,
  fidelity: { name: 'epochs', min: 1, max: 27 },
  // Hyperband starts some trials at 1 epoch and others at 3 or 9: after one epoch, fast starters look better than they are.
  pruner: hyperbandPruner(),
  objective: denseObjective(parts),
  test: denseTest(parts),
})
