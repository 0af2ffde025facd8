// The trainings of optuna_side.py's `work`, by `diapason worker`; TRAINING_LOG: what happened.
import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineStudy, float, medianPruner, randomSampler, TrialPruned } from 'diapason'

const say = (entry: object) =>
  appendFileSync(
    process.env.TRAINING_LOG ?? '',
    `${JSON.stringify({ ...entry, worker: process.ppid, side: 'diapason' })}\n`,
  )

export default defineStudy({
  name: 'together',
  goals: { loss: 'minimize' },
  space: { x: float(0, 1) },
  sampler: randomSampler(),
  pruner: medianPruner({ startupTrials: 5, warmupSteps: 3 }),
  objective: async ({ x }, trial) => {
    const { number } = trial
    say({ what: 'begin', number, x })
    while (!existsSync(`${process.env.TRAINING_LOG}.start`)) await sleep(20)
    for (let epoch = 1; epoch <= 5; epoch++) {
      await sleep(20)
      const reported = () => say({ what: 'report', number, epoch, value: x / epoch })
      await trial.report(epoch, x / epoch).then(reported, (error: unknown) => {
        // A report that prunes is stored as well; one of a trial that others have taken over is not.
        if (error instanceof TrialPruned) reported()
        throw error
      })
    }
    return x
  },
})
