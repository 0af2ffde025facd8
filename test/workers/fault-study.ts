// A study file whose trainings keep a log of their own: the truth that the database is judged by afterwards.
import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineStudy, float, noPruner } from 'diapason'

const EPOCHS = 5
/** Trials from this number on go on until all faults are over, however slow the machine: the study cannot be done before. */
const FIRST_TO_WAIT = 150
const mustWait = (number: number) => number >= FIRST_TO_WAIT && !existsSync(process.env.FAULTS_DONE ?? '')
const log = (entry: object) =>
  appendFileSync(
    process.env.TRAINING_LOG ?? '',
    `${JSON.stringify({ ...entry, worker: process.ppid, at: Date.now() })}\n`,
  )

export default defineStudy({
  name: 'faults',
  goals: { loss: 'minimize' },
  space: { x: float(0, 1) },
  pruner: noPruner(),
  objective: async ({ x }, trial) => {
    const { number } = trial
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      // An epoch is told of while it runs, so that attempts that overlap are seen to.
      while (epoch === EPOCHS && mustWait(number)) await sleep(25)
      for (let tick = 0; tick < 4; tick++) {
        log({ what: 'tick', number, x })
        await sleep(25)
      }
      await trial.report(epoch, x / epoch)
      log({ what: 'reported', number, x, epoch })
    }
    return x
  },
})
