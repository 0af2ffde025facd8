import type { Contestant, Searcher } from './contestants/contestant.ts'
import { problemOf } from './tasks/expected-best.ts'
import type { Problem, Task } from './tasks/task.ts'
import type { Trace } from './traces.ts'

type Course = { readonly values: number[]; readonly milliseconds: number[]; readonly epochs?: number[] }

/** Runs one search of a contestant to its end; what it throws ends in the trace, too. */
export async function runSearch(contestant: Contestant, wholeTask: Task, seed: number): Promise<Trace> {
  const { mostEvaluations = Number.POSITIVE_INFINITY } = contestant
  const task = { ...wholeTask, evaluations: Math.min(wholeTask.evaluations, mostEvaluations) }
  const problem = problemOf(task, seed)
  const course: Course = { values: [], milliseconds: [], ...(task.epochs === undefined ? {} : { epochs: [] }) }
  let error: string | undefined
  try {
    const searcher = await contestant.start({
      space: problem.space,
      seed,
      evaluations: task.evaluations * contestant.evaluationsAStep,
      ...(task.epochs === undefined ? {} : { epochs: task.epochs }),
    })
    try {
      if (task.epochs === undefined) await evaluateWhole(searcher, problem, task, contestant.evaluationsAStep, course)
      else await trainInEpochs(searcher, problem, task, task.epochs, course)
    } finally {
      await searcher.close()
    }
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown)
  }
  const { id, version } = contestant
  return { task: task.name, contestant: id, version, seed, ...course, ...(error === undefined ? {} : { error }) }
}

async function evaluateWhole(
  searcher: Searcher,
  problem: Problem,
  { evaluations }: Task,
  evaluationsAStep: number,
  { values, milliseconds }: Course,
): Promise<void> {
  for (let step = 0; step < evaluations; step++) {
    let best = Number.NaN
    let spent = 0
    for (let i = 0; i < evaluationsAStep; i++) {
      const proposal = await searcher.ask()
      const value = await problem.regret(proposal.params)
      spent += proposal.milliseconds + (await searcher.tell(value))
      if (!(best <= value)) best = value
    }
    values.push(best)
    milliseconds.push(spent)
  }
}

/**
 * Trains until the budget of epochs is spent. Each epoch that is trained is paid for; a configuration that is proposed again for
 * more epochs pays those alone. A training that diverges ends there. After each trial, the incumbent is the best of those
 * that got furthest, and is judged by what it reaches after full training.
 */
async function trainInEpochs(
  searcher: Searcher,
  problem: Problem,
  task: Task,
  epochs: number,
  { values, milliseconds, epochs: spentBy = [] }: Course,
): Promise<void> {
  const budget = task.evaluations * epochs
  const trained = new Map<string, number>()
  const incumbent = { epoch: 0, loss: Number.POSITIVE_INFINITY, regret: Number.NaN }
  for (let spent = 0; spent < budget; ) {
    const proposal = await searcher.ask()
    const lossAt = problem.train!(proposal.params)
    const key = JSON.stringify(proposal.params)
    const before = proposal.until === undefined ? 0 : (trained.get(key) ?? 0)
    const until = Math.min(proposal.until ?? epochs, epochs, before + budget - spent)
    let epoch = before
    let loss = before > 0 ? lossAt(before) : Number.NaN
    for (let stopped = false; epoch < until && !stopped; ) {
      loss = lossAt(++epoch)
      spent++
      stopped = Number.isNaN(loss) || (await searcher.report(epoch, loss))
    }
    // A proposal that trains nothing new costs one epoch, or a search could go on for ever.
    if (epoch === before) spent++
    trained.set(key, epoch)
    milliseconds.push(proposal.milliseconds + (await searcher.tell(loss)))
    if (epoch > incumbent.epoch || (epoch === incumbent.epoch && loss < incumbent.loss)) {
      if (!Number.isNaN(loss)) Object.assign(incumbent, { epoch, loss, regret: await problem.regret(proposal.params) })
    }
    values.push(incumbent.regret)
    spentBy.push(spent)
  }
}
