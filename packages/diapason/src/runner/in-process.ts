import type { Goals } from '../study/goals.ts'
import type { Objective } from '../study/optimize.ts'
import type { Runner } from './runner.ts'
import { withPlace } from './thrown.ts'

/**
 * Runs objectives in this process: nothing to start, and a debugger sees them. An objective that blocks cannot be stopped
 * from outside, and one that ends the process ends the study's run.
 * @param file the study file, so that failures can say in which line of it they arose
 */
export function inProcessRunner(objective: Objective<unknown, Goals>, jobs: number, file: string): Runner {
  return {
    jobs,
    async run(params, trial) {
      try {
        return await objective(params, trial)
      } catch (thrown) {
        throw withPlace(thrown, file)
      }
    },
    async close() {},
  }
}
