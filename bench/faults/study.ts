// The training as a study file.
import { defineStudy, float, noPruner, randomSampler } from 'diapason'
import { train } from './training.ts'

export default defineStudy({
  name: 'faults',
  goals: { loss: 'minimize' },
  space: { x: float(0, 1) },
  sampler: randomSampler(),
  pruner: noPruner(),
  objective: ({ x }, trial) =>
    train(trial.number, x, {
      isDeaf: false,
      async report(epoch, value) {
        await trial.report(epoch, value)
        return 'stored'
      },
    }),
})
