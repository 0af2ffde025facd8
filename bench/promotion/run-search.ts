import {
  ashaPruner,
  createStudy,
  type Entries,
  type LiveTrial,
  noPruner,
  type Pruner,
  promotionPruner,
  randomSampler,
  StudyStopped,
} from 'diapason'
import { pashaPruner } from 'diapason/fidelity'

/** How trials that fall behind are treated. */
export type Method =
  | 'none'
  | 'stopping'
  | 'promotion'
  | 'promotion, trained anew'
  | 'promotion, 2 brackets'
  | 'promotion, all brackets'
  | 'PASHA'

/** A training that goes on from where it was, epoch by epoch. */
export interface Workload<P> {
  readonly name: string
  readonly goal: 'minimize' | 'maximize'
  readonly epochs: number
  readonly space: Entries
  /** Called before each search. */
  begin?(): void
  /** Trains until it returns, reporting each epoch. `report` counts them, and throws where the training is to stop. */
  train(params: P, trial: Training): Promise<number>
  /** What a complete trial is judged by; less is better. */
  regret(params: P, value: number): number | Promise<number>
}

/** What of a trial a workload sees. */
export type Training = Pick<LiveTrial<unknown>, 'number' | 'seed' | 'signal' | 'budget' | 'report' | 'checkpoint'>

/** What a search is of. */
interface Search {
  readonly task: string
  readonly method: Method
  readonly seed: number
}

/** A search for so many epochs: after how many of them its best complete trial got better, and what it is worth. */
export interface Course extends Search {
  readonly budget: number
  readonly improvements: readonly (readonly [epochs: number, regret: number])[]
}

/** A search of so many configurations: the epochs it took, and what its best complete trial is worth. */
export interface Outcome extends Search {
  readonly configurations: number
  readonly spent: number
  readonly regret: number
}

/** Searches at random until so many epochs have been trained, those of repeated trainings included. */
export async function runSearch<P>(
  workload: Workload<P>,
  method: Method,
  seed: number,
  budget: number,
): Promise<Course> {
  const { improvements } = await search(workload, method, seed, { epochs: budget })
  return { task: workload.name, method, seed, budget, improvements }
}

/** Searches at random until so many configurations have begun and what is left is promoted. */
export async function runConfigurations<P>(
  workload: Workload<P>,
  method: Method,
  seed: number,
  configurations: number,
): Promise<Outcome> {
  const { spent, improvements } = await search(workload, method, seed, { configurations })
  return { task: workload.name, method, seed, configurations, spent, regret: improvements.at(-1)?.[1] ?? 1 }
}

async function search<P>(
  workload: Workload<P>,
  method: Method,
  seed: number,
  limit: { readonly epochs?: number; readonly configurations?: number },
): Promise<Pick<Course, 'improvements'> & Pick<Outcome, 'spent'>> {
  workload.begin?.()
  const study = await createStudy({
    goals: { score: workload.goal },
    space: workload.space,
    seed,
    sampler: randomSampler(),
    pruner: prunerOf(method),
    fidelity: { name: 'epochs', min: 1, max: workload.epochs },
    checkpoints: { maxCount: 1000 },
  })
  const stop = new AbortController()
  const keepsState = method !== 'promotion, trained anew'
  const improvements: [number, number][] = []
  let spent = 0
  const objective = async (params: unknown, trial: LiveTrial<unknown>) => {
    const training: Training = {
      number: trial.number,
      seed: trial.seed,
      signal: trial.signal,
      budget: trial.budget,
      checkpoint: () => trial.checkpoint(),
      report(step, value, state) {
        if (++spent >= (limit.epochs ?? Number.POSITIVE_INFINITY))
          stop.abort(new StudyStopped('The epochs are spent', 'Raise the budget'))
        return trial.report(step, value, keepsState ? state : undefined)
      },
    }
    // The space's own parameters, whose type the workload knows.
    const value = await workload.train(params as P, training)
    const regret = await workload.regret(params as P, value)
    if (regret < (improvements.at(-1)?.[1] ?? Number.POSITIVE_INFINITY)) improvements.push([spent, regret])
    return value
  }
  const trials = limit.configurations
  const budget = { signal: stop.signal, maxFailuresInARow: 1000, ...(trials !== undefined && { trials }) }
  await study.optimize(objective as never, budget)
  return { spent, improvements }
}

function prunerOf(method: Method): Pruner {
  switch (method) {
    case 'none':
      return noPruner()
    case 'stopping':
      return ashaPruner()
    case 'promotion':
    case 'promotion, trained anew':
      return promotionPruner()
    case 'promotion, 2 brackets':
      return promotionPruner({ brackets: 2 })
    case 'promotion, all brackets':
      return promotionPruner({ brackets: 100 })
    case 'PASHA':
      return pashaPruner()
    default:
      return method satisfies never
  }
}
