import type { Goals } from '../../study/goals.ts'
import type { LiveTrial } from '../../study/live-trial.ts'
import type { Direction } from '../../trial/history.ts'
import { lossOf } from '../../trial/ranking.ts'
import type { Sighting } from './metric-lines.ts'

/** What a trial's program has said of its metrics so far. */
export interface Scoreboard {
  /** Takes in a value. Values of the first goal that have a step are reported, which may end the trial. */
  see(sighting: Sighting): Promise<void>
  /** The value of each metric that was seen. */
  readonly values: { readonly [metric: string]: number }
}

/** An empty scoreboard for a trial. */
export function createScoreboard(goals: Goals, take: 'last' | 'best', trial: LiveTrial<unknown>): Scoreboard {
  const values: { [metric: string]: number } = {}
  const reported = new Set<number>()
  const [first] = Object.keys(goals)
  return {
    values,
    async see({ metric, value, step }) {
      const direction = goals[metric]
      if (take === 'last' || direction === undefined || isBetter(value, values[metric], direction))
        values[metric] = value
      if (metric !== first || step === undefined || reported.has(step) || trial.signal.aborted) return
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

function isBetter(value: number, held: number | undefined, direction: Direction): boolean {
  return held === undefined || !(lossOf(held, direction) <= lossOf(value, direction))
}
