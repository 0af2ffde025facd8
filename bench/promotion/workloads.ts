import { type DenseParams, denseObjective, denseSpace, digits, prepare } from '@diapason/neural'
import { createRng } from 'diapason'
import type { ParamValues } from '../../packages/diapason/src/space/search-space.ts'
import { lcbenchTasks } from '../quality/tasks/lcbench.ts'
import type { Task } from '../quality/tasks/task.ts'
import { tasksetTasks } from '../quality/tasks/taskset.ts'
import type { Workload } from './run-search.ts'

/** Recorded trainings of TaskSet: the regret of a full training, 0 the best of 1,000 configurations and 1 their median. */
export const tasksetWorkloads = (directory: string): Workload<ParamValues>[] => tasksetTasks(directory).map(recorded)

/** Trainings as a surrogate of LCBench tells them, data sets for development alone: points of accuracy below the best known. */
export const lcbenchWorkloads = (directory: string): Workload<ParamValues>[] =>
  lcbenchTasks(directory)
    .filter(({ heldOut }) => heldOut === false)
    .map(recorded)

function recorded(task: Task): Workload<ParamValues> {
  const epochs = task.epochs ?? 1
  // A search uses up a pool, so each one makes its own.
  let problem = task.make(createRng(0))
  return {
    name: task.name,
    goal: 'minimize',
    epochs,
    space: problem.space,
    begin() {
      problem = task.make(createRng(0))
    },
    async train(params, trial) {
      const lossAt = problem.train!(params)
      let loss = Number.NaN
      for (let epoch = ((await trial.checkpoint())?.step ?? 0) + 1; epoch <= epochs; epoch++) {
        loss = lossAt(epoch)
        await trial.report(epoch, loss, () => epoch)
        if (Number.isNaN(loss)) throw new Error('the training diverged')
      }
      return loss
    },
    regret: (params) => problem.regret(params),
  }
}

/** Dense networks on the handwritten digits, trained here: the share of validation digits that the network gets wrong. */
export async function liveWorkload(): Promise<Workload<DenseParams>> {
  const objective = denseObjective(prepare(await digits(), { validation: 0.2, test: 0.3, seed: 1 }))
  return {
    name: 'digits',
    goal: 'maximize',
    epochs: 27,
    space: denseSpace,
    train: (params, trial) => objective(params, trial),
    regret: (_, accuracy) => 1 - accuracy,
  }
}
