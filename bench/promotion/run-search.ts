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

/** How trials that fall behind are treated. */
export const METHODS = ['none', 'stopping', 'promotion', 'promotion, trained anew'] as const
export type Method = (typeof METHODS)[number]

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

/** One search: after how many epochs its best complete trial got better, and what it is worth. */
export interface Course {
  readonly task: string
  readonly method: Method
  readonly seed: number
  readonly budget: number
  readonly improvements: readonly (readonly [epochs: number, regret: number])[]
}

/** Searches at random until so many epochs have been trained, those of repeated trainings included. */
export async function runSearch<P>(
  workload: Workload<P>,
  method: Method,
  seed: number,
  budget: number,
): Promise<Course> {
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
        if (++spent >= budget) stop.abort(new StudyStopped('The epochs are spent', 'Raise the budget'))
        return trial.report(step, value, keepsState ? state : undefined)
      },
    }
    // The space's own parameters, whose type the workload knows.
    const value = await workload.train(params as P, training)
    const regret = await workload.regret(params as P, value)
    if (regret < (improvements.at(-1)?.[1] ?? Number.POSITIVE_INFINITY)) improvements.push([spent, regret])
    return value
  }
  await study.optimize(objective as never, { signal: stop.signal, maxFailuresInARow: 1000 })
  return { task: workload.name, method, seed, budget, improvements }
}

function prunerOf(method: Method): Pruner {
  if (method === 'none') return noPruner()
  return method === 'stopping' ? ashaPruner() : promotionPruner()
}
