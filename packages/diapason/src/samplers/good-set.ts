import { crowdingDistances } from '../math/pareto.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf, paretoFront } from '../trial/ranking.ts'
import type { CompleteTrial, TrialRecord } from '../trial/trial-record.ts'
import type { Observation } from './observations.ts'

/** Observations split in two. */
export interface Split {
  /** Best first. */
  readonly good: readonly Observation[]
  /** The others, by ascending number; running and failed trials are always here. */
  readonly bad: readonly Observation[]
}

/**
 * Which members of a front come first, where not all of them have room.
 * @param front  losses of its members, less is better
 * @param before losses of the better fronts' members, all of them chosen
 * @param room   how many of the front can be taken, fewer than there are
 * @returns places in `front`, at least `room` of them
 */
export type FrontOrder = (
  front: readonly (readonly number[])[],
  before: readonly (readonly number[])[],
  room: number,
) => readonly number[]

/**
 * The best `count` observations and the rest. Those that break a constraint come last, the least broken first; before them complete trials come first, by value; then pruned ones, those that got further before
 * those that did not, then by their last value; earlier trials win ties. With several goals, complete trials come
 * front by front, the least crowded members of each first; a front that does not fit gives those that `order` puts first.
 * O(n log count) for one goal.
 */
export function splitObservations(
  observations: readonly Observation[],
  count: number,
  goals: readonly Goal[],
  order: FrontOrder = leastCrowded,
): Split {
  const chosen = goals.length === 1 ? bestByValue(observations, count) : bestByFronts(observations, count, goals, order)
  return { good: chosen.map((i) => observations[i]!), bad: without(observations, chosen) }
}

/** Everything but some places. Stretches between them are copied whole: the set of bad trials is most of a long study. */
function without(observations: readonly Observation[], places: readonly number[]): readonly Observation[] {
  let begin = 0
  const stretches: (readonly Observation[])[] = []
  for (const place of places.toSorted((a, b) => a - b)) {
    stretches.push(observations.slice(begin, place))
    begin = place + 1
  }
  return observations.slice(0, 0).concat(...stretches, observations.slice(begin))
}

function isBefore(a: Observation, b: Observation): boolean {
  if (a.violation !== b.violation) return a.violation < b.violation
  if (a.stage !== b.stage) return a.stage > b.stage
  if (a.loss !== b.loss) return a.loss < b.loss
  return a.trial.number < b.trial.number
}

/**
 * Places of the best, best first. Insertion into a short sorted list, newest first: in a search that makes progress most of the older
 * trials are compared with the last entry alone.
 */
function bestByValue(observations: readonly Observation[], count: number, isEligible = isRanked): number[] {
  const best: number[] = []
  for (let i = observations.length - 1; i >= 0; i--) {
    const observation = observations[i]!
    if (!isEligible(observation)) continue
    if (best.length >= count && (count === 0 || isBefore(observations[best[count - 1]!]!, observation))) continue
    if (best.length < count) best.push(i)
    let at = best.length - 1
    for (; at > 0 && isBefore(observation, observations[best[at - 1]!]!); at--) best[at] = best[at - 1]!
    best[at] = i
  }
  return best
}

const isRanked = ({ stage }: Observation): boolean => !Number.isNaN(stage)
/** Is it ranked, but on no front? */
const isBehind = ({ trial, stage, violation }: Observation): boolean =>
  trial.state === 'pruned' || (violation > 0 && !Number.isNaN(stage))

function bestByFronts(
  observations: readonly Observation[],
  count: number,
  goals: readonly Goal[],
  order: FrontOrder,
): number[] {
  const placeOf = new Map(observations.map(({ trial }, i) => [trial, i]))
  let rest: readonly TrialRecord[] = observations
    .filter(({ trial, violation }) => trial.state === 'complete' && violation === 0)
    .map(({ trial }) => trial)
  const best: TrialRecord[] = []
  const bestLosses: number[][] = []
  while (best.length < count && rest.length > 0) {
    const front = paretoFront(rest, goals)
    const members = new Set<TrialRecord>(front)
    const losses = front.map((trial) => lossesOf(trial, goals))
    const room = count - best.length
    const ordered = room < front.length ? order(losses, bestLosses, room) : leastCrowded(losses)
    for (const i of ordered.slice(0, room)) {
      best.push(front[i]!)
      bestLosses.push(losses[i]!)
    }
    rest = rest.filter((trial) => !members.has(trial))
  }
  const complete = best.map((trial) => placeOf.get(trial)!)
  return [...complete, ...bestByValue(observations, count - complete.length, isBehind)]
}

function lossesOf(trial: CompleteTrial, goals: readonly Goal[]): number[] {
  return goals.map(({ direction }, g) => lossOf(trial.values[g] ?? Number.NaN, direction))
}

/** A front by descending crowding distance (Deb et al. 2002): the ends of each goal first, then those with room around them. */
function leastCrowded(front: readonly (readonly number[])[]): number[] {
  const room = crowdingDistances(front)
  return [...front.keys()].sort((a, b) => compare(room[b]!, room[a]!) || a - b)
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
