import { createStudy, type LiveTrial, type Pruner, type Sampler } from '../../../packages/diapason/src/index.ts'
import type { Searcher, SearchRequest } from './contestant.ts'

/** How a search of ours goes. */
export interface StudyMethod {
  readonly sampler: Sampler
  readonly pruner: Pruner
  /** Trials that are asked for together; none of them is told before all are evaluated. Default 1. Not with curves. */
  readonly batch?: number
}

/** A study in memory, driven through `ask` and `tell`. */
export async function startSearch(
  { space, seed, epochs }: SearchRequest,
  { sampler, pruner, batch = 1 }: StudyMethod,
): Promise<Searcher> {
  const study = await createStudy({
    name: 'race',
    goals: { regret: 'minimize' },
    space,
    seed,
    sampler,
    pruner,
    ...(epochs === undefined ? {} : { fidelity: { name: 'epochs', min: 1, max: epochs } }),
  })
  const queue: LiveTrial<unknown>[] = []
  const evaluated: { readonly trial: LiveTrial<unknown>; readonly value: number }[] = []
  let trial: LiveTrial<unknown> | undefined
  let stopped = false
  return {
    async ask() {
      const begin = process.cpuUsage()
      if (queue.length === 0) queue.push(...(batch === 1 ? [await study.ask()] : await study.ask({ count: batch })))
      trial = queue.shift()!
      stopped = false
      return { params: trial.values, milliseconds: millisecondsSince(begin) }
    },
    async report(epoch, value) {
      stopped = (await trial!.tryReport(epoch, value)).action === 'prune'
      return stopped
    },
    async tell(value) {
      const begin = process.cpuUsage()
      if (stopped) await study.prune(trial!)
      else evaluated.push({ trial: trial!, value })
      if (queue.length === 0) for (const done of evaluated.splice(0)) await study.tell(done.trial, done.value)
      return millisecondsSince(begin)
    },
    close: () => study.close(),
  }
}

function millisecondsSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / 1000
}
