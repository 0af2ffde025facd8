import { crowdingDistances } from '../math/pareto.ts'
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
 * The best `count` observations and the rest. Those that break a constraint come last, the least broken first; before them complete trials come first, by value; then pruned ones, those that got further before
 * those that did not, then by their last value; earlier trials win ties. With several goals, complete trials come
 * front by front, and a front that does not fit gives its least crowded members. O(n log count) for one goal.
 */
export function splitObservations(observations: readonly Observation[], count: number, goals: readonly Goal[]): Split {
  const chosen = goals.length === 1 ? bestByValue(observations, count) : bestByFronts(observations, count, goals)
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

function bestByFronts(observations: readonly Observation[], count: number, goals: readonly Goal[]): number[] {
  const placeOf = new Map(observations.map(({ trial }, i) => [trial, i]))
  let rest: readonly TrialRecord[] = observations
    .filter(({ trial, violation }) => trial.state === 'complete' && violation === 0)
    .map(({ trial }) => trial)
  const best: TrialRecord[] = []
  while (best.length < count && rest.length > 0) {
    const front = paretoFront(rest, goals)
    const members = new Set<TrialRecord>(front)
    best.push(...leastCrowded(front, goals))
    rest = rest.filter((trial) => !members.has(trial))
  }
  const complete = best.slice(0, count).map((trial) => placeOf.get(trial)!)
  return [...complete, ...bestByValue(observations, count - complete.length, isBehind)]
}

/** A front by descending crowding distance (Deb et al. 2002): the ends of each goal first, then those with room around them. */
function leastCrowded(front: readonly TrialRecord[], goals: readonly Goal[]): TrialRecord[] {
  const losses = (trial: TrialRecord) =>
    goals.map(({ direction }, g) =>
      lossOf(trial.state === 'complete' ? (trial.values[g] ?? Number.NaN) : Number.NaN, direction),
    )
  const room = crowdingDistances(front.map(losses))
  return [...front.keys()].sort((a, b) => compare(room[b]!, room[a]!) || a - b).map((i) => front[i]!)
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
