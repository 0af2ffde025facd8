import type { ChartSource } from '../analysis/chart-data.ts'
import { type ResponseForest, responseForest } from '../analysis/response-forest.ts'

/** Learning from fewer trials takes no time worth saving. */
const FEW = 1000
/** A response is learnt anew when the study has grown by this share. */
const GROWTH = 0.01

/** Does what was worked out of so many ended trials still hold, now that there are more? */
export function holdsStill(then: number, now: number): boolean {
  return now >= FEW && now < (1 + GROWTH) * then
}

/** A response, and how many trials had come to their end when it was learnt. */
interface Kept {
  readonly ended: number
  readonly response: ResponseForest
}

/** By study, then by goal. */
const kept = new WeakMap<ChartSource, Map<number, Kept>>()

/**
 * How a goal of a study answers to its parameters. Of a large study it is kept until a hundredth more trials have ended: where trials come by
 * the second, learning is what a chart costs most.
 */
export function keptResponse(study: ChartSource, goal: number): ResponseForest {
  const { trials, space, goals } = study
  const responses = kept.get(study) ?? new Map<number, Kept>()
  kept.set(study, responses)
  const known = responses.get(goal)
  const ended = trials.reduce((count, { state }) => count + Number(state === 'complete'), 0)
  if (known !== undefined && holdsStill(known.ended, ended)) return known.response
  const response = responseForest(trials, space, goals, goal)
  responses.set(goal, { ended, response })
  return response
}
