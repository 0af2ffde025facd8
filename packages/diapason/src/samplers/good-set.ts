import type { Goal } from '../trial/history.ts'
import { lossOf, paretoFront } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import type { Observation } from './observations.ts'

/** Observations split in two. */
export interface Split {
  /** Best first. */
  readonly good: readonly Observation[]
  /** The others, by ascending number; running and failed trials are always here. */
  readonly bad: readonly Observation[]
}

/**
 * The best `count` observations and the rest. Complete trials come first, by value; then pruned ones, those that got further before
 * those that did not, then by their last value; earlier trials win ties. With several goals, complete trials come
 * front by front, and a front that does not fit gives its least crowded members. O(n log count) for one goal.
 */
export function splitObservations(observations: readonly Observation[], count: number, goals: readonly Goal[]): Split {
  const good = goals.length === 1 ? bestByValue(observations, count) : bestByFronts(observations, count, goals)
  const chosen = new Set(good)
  return { good, bad: observations.filter((observation) => !chosen.has(observation)) }
}

function isBefore(a: Observation, b: Observation): boolean {
  if (a.stage !== b.stage) return a.stage > b.stage
  if (a.loss !== b.loss) return a.loss < b.loss
  return a.trial.number < b.trial.number
}

/** Insertion into a short sorted list: most trials are compared with its last entry alone. */
function bestByValue(observations: readonly Observation[], count: number): Observation[] {
  const best: Observation[] = []
  for (const observation of observations) {
    if (Number.isNaN(observation.stage)) continue
    const last = best[best.length - 1]
    if (best.length >= count && (last === undefined || isBefore(last, observation))) continue
    let at = best.length
    while (at > 0 && isBefore(observation, best[at - 1]!)) at--
    best.splice(at, 0, observation)
    if (best.length > count) best.pop()
  }
  return best
}

function bestByFronts(observations: readonly Observation[], count: number, goals: readonly Goal[]): Observation[] {
  const byTrial = new Map(observations.map((observation) => [observation.trial, observation]))
  let rest: readonly TrialRecord[] = observations.map(({ trial }) => trial).filter(({ state }) => state === 'complete')
  const best: TrialRecord[] = []
  while (best.length < count && rest.length > 0) {
    const front = paretoFront(rest, goals)
    const members = new Set<TrialRecord>(front)
    best.push(...leastCrowded(front, goals))
    rest = rest.filter((trial) => !members.has(trial))
  }
  const complete = best.slice(0, count).map((trial) => byTrial.get(trial)!)
  const pruned = observations.filter(({ trial }) => trial.state === 'pruned')
  return [...complete, ...bestByValue(pruned, count - complete.length)]
}

/** A front by descending crowding distance (Deb et al. 2002): the ends of each goal first, then those with room around them. */
function leastCrowded(front: readonly TrialRecord[], goals: readonly Goal[]): TrialRecord[] {
  const distance = new Map(front.map((trial) => [trial, 0]))
  for (const [g, { direction }] of goals.entries()) {
    const loss = (trial: TrialRecord) =>
      lossOf(trial.state === 'complete' ? (trial.values[g] ?? Number.NaN) : Number.NaN, direction)
    const sorted = front.toSorted((a, b) => compare(loss(a), loss(b)) || a.number - b.number)
    const span = loss(sorted[sorted.length - 1]!) - loss(sorted[0]!)
    for (const [i, trial] of sorted.entries()) {
      const isEnd = i === 0 || i === sorted.length - 1
      const room = isEnd ? Number.POSITIVE_INFINITY : (loss(sorted[i + 1]!) - loss(sorted[i - 1]!)) / span
      distance.set(trial, distance.get(trial)! + (Number.isNaN(room) ? 0 : room))
    }
  }
  return front.toSorted((a, b) => compare(distance.get(b)!, distance.get(a)!) || a.number - b.number)
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
