import type { Contestant } from './contestants/contestant.ts'
import type { Task } from './tasks/task.ts'

/** One search to run. */
export interface Run {
  readonly task: Task
  readonly contestant: Contestant
  readonly seed: number
}

/** Problems and samplers of seeds from here on are for claims alone. */
export const HELD_OUT_SEED = 1000

/**
 * Every search of a race, seed by seed, so that a race that was stopped leaves everybody with about as many.
 * @param settings `seeds` for most, `slowSeeds` for contestants that think for seconds
 */
export function planRuns(
  tasks: readonly Task[],
  contestants: readonly Contestant[],
  settings: { readonly seeds: number; readonly slowSeeds: number; readonly heldOut: boolean },
): Run[] {
  const runs: Run[] = []
  for (let i = 0; i < Math.max(settings.seeds, settings.slowSeeds); i++) {
    const seed = settings.heldOut ? HELD_OUT_SEED + i : i
    for (const task of tasks) {
      for (const contestant of contestants) {
        if (!runsOn(contestant, task)) continue
        if (i < (contestant.slow ? settings.slowSeeds : settings.seeds)) runs.push({ task, contestant, seed })
      }
    }
  }
  return runs
}

/** Does it take part in tasks of this kind? */
export function runsOn(contestant: Contestant, { epochs }: Task): boolean {
  return contestant.runsOn === 'both' || (contestant.runsOn === 'curves') === (epochs !== undefined)
}

/** Is somebody meant by what stands on the command line, ids or families? Nothing there: everybody. */
export function isWanted(names: readonly string[], id: string, family: string): boolean {
  return names.length === 0 || names.includes(id) || names.includes(family)
}
