// A study file for workers that engines start: each trial tells which of them ran it.
import { setTimeout as sleep } from 'node:timers/promises'
import { defineStudy, float, noPruner } from 'diapason'

const { env } = process
const worker = env.SLURM_ARRAY_TASK_ID ?? env.RAY_JOB_SUBMISSION_ID ?? String(process.ppid)

export default defineStudy({
  name: 'fleet',
  goals: { loss: 'minimize' },
  space: { x: float(0, 1) },
  pruner: noPruner(),
  objective: async ({ x }, trial) => {
    await trial.setAttr('worker', worker)
    await trial.setAttr('devices', env.CUDA_VISIBLE_DEVICES ?? null)
    await trial.setAttr('node', env.SLURMD_NODENAME ?? env.FLEET_HOST ?? null)
    for (let epoch = 1; epoch <= 5; epoch++) {
      await sleep(100)
      await trial.report(epoch, x)
    }
    return x
  },
})
