import type { Arrangement, RunPort } from '../study/arrangement.ts'
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
  const placed =
    (run: Arrangement<unknown, Goals>['objective']): Arrangement<unknown, Goals>['objective'] =>
    async (params, trial) => {
      try {
        return await run(params, trial)
      } catch (thrown) {
        throw withPlace(thrown, file)
      }
    }
  const { arrange } = objective
  const arranged = (port: RunPort, ask: NonNullable<typeof arrange>) => {
    const arrangement = ask(port)
    return { ...arrangement, objective: placed(arrangement.objective) }
  }
  const run: Runner['run'] = Object.assign(
    placed(objective),
    arrange === undefined ? {} : { arrange: (port: RunPort) => arranged(port, arrange) },
  )
  return { jobs, run, async close() {} }
}
