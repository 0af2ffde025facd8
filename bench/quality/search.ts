import type { Contestant } from './contestants/contestant.ts'
import { problemOf } from './tasks/expected-best.ts'
import type { Task } from './tasks/task.ts'
import type { Trace } from './traces.ts'

/** Runs one search of a contestant to its end; what it throws ends in the trace, too. */
export async function runSearch(contestant: Contestant, task: Task, seed: number): Promise<Trace> {
  const problem = problemOf(task, seed)
  const { evaluations } = task
  const values: number[] = []
  const milliseconds: number[] = []
  let error: string | undefined
  try {
    const asks = evaluations * contestant.evaluationsAStep
    const searcher = await contestant.start({ space: problem.space, seed, evaluations: asks })
    try {
      for (let step = 0; step < evaluations; step++) {
        let best = Number.NaN
        let spent = 0
        for (let i = 0; i < contestant.evaluationsAStep; i++) {
          const proposal = await searcher.ask()
          const value = problem.regret(proposal.params)
          spent += proposal.milliseconds + (await searcher.tell(value))
          if (!(best <= value)) best = value
        }
        values.push(best)
        milliseconds.push(spent)
      }
    } finally {
      await searcher.close()
    }
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown)
  }
  return {
    task: task.name,
    contestant: contestant.id,
    version: contestant.version,
    seed,
    values,
    milliseconds,
    ...(error === undefined ? {} : { error }),
  }
}
