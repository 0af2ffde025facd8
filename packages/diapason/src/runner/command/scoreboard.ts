import type { Goals } from '../../study/goals.ts'
import type { LiveTrial } from '../../study/live-trial.ts'
import type { Direction } from '../../trial/history.ts'
import { lossOf } from '../../trial/ranking.ts'
import type { Sighting } from './metric-lines.ts'

/** What a trial's program has said of its goals so far. */
export interface Scoreboard {
  /** Takes in a value. Values of the first goal that have a step are reported, which may end the trial. */
  see(sighting: Sighting): Promise<void>
  /** The value of each goal that was seen. */
  readonly values: { readonly [goal: string]: number }
}

/** An empty scoreboard for a trial. */
export function createScoreboard(goals: Goals, take: 'last' | 'best', trial: LiveTrial<unknown>): Scoreboard {
  const values: { [goal: string]: number } = {}
  const reported = new Set<number>()
  const [first] = Object.keys(goals)
  return {
    values,
    async see({ goal, value, step }) {
      const direction: Direction = goals[goal] ?? 'minimize'
      const held = values[goal]
      const isBetter = held === undefined || !(lossOf(held, direction) <= lossOf(value, direction))
      if (take === 'last' || isBetter) values[goal] = value
      if (goal !== first || step === undefined || reported.has(step) || trial.signal.aborted) return
      reported.add(step)
      try {
        await trial.tryReport(step, value)
      } catch (error) {
        // Stopped while the report was on its way: what follows is told by the signal.
        if (!trial.signal.aborted) throw error
      }
    },
  }
}
