import { continuationOf, pausedAt } from './continuation.ts'
import type { TrialRecord, TrialState } from './trial-record.ts'

// A configuration that was paused and promoted was trained in several trials. Whoever looks at a study sees it once, as the last of these.

/** How a person calls the state of a trial: one that was paused is pruned to Optuna alone. */
export type ShownState = TrialState | 'paused'

/** The state of a trial, paused ones told apart. */
export function shownState(trial: TrialRecord): ShownState {
  return pausedAt(trial) === undefined ? trial.state : 'paused'
}

/** Positions of the trials of each training that has several, ascending, by the number of the first. */
type Chains = ReadonlyMap<number, readonly number[]>

/** By number of a trial: the one that continues it, the latest where it was begun several times. */
export function successors(trials: readonly TrialRecord[]): ReadonlyMap<number, number> {
  return seenOf(trials).next
}

interface Seen {
  /** How many of the list's trials have been looked at. */
  length: number
  readonly first: Map<number, number>
  readonly next: Map<number, number>
  readonly chains: Map<number, number[]>
}

/** What a trial continues stands in it from its creation on, so a list that has grown is looked at from there. */
const known = new WeakMap<readonly TrialRecord[], Seen>()

/**
 * The trials, of each configuration that was trained in several the last one alone: it has the result, and the whole curve. The list itself
 * where nothing was continued.
 * @param trials by ascending number
 * Cost: O(trials).
 */
export function latestParts(trials: readonly TrialRecord[]): readonly TrialRecord[] {
  const earlier = new Set([...chainsIn(trials).values()].flatMap((positions) => positions.slice(0, -1)))
  return earlier.size === 0 ? trials : trials.filter((_, i) => !earlier.has(i))
}

/** What each configuration was trained in before its last trial, ascending, by the number of that one. */
export function earlierParts(trials: readonly TrialRecord[]): ReadonlyMap<number, readonly TrialRecord[]> {
  const parts = new Map<number, readonly TrialRecord[]>()
  for (const positions of chainsIn(trials).values()) {
    const chain = positions.flatMap((i) => trials[i] ?? [])
    const latest = chain.pop()
    if (latest !== undefined && chain.length > 0) parts.set(latest.number, chain)
  }
  return parts
}

/** Where trainings were paused and went on, by the number of the later trial: the way back to the first. */
export function pausesOf(
  trial: TrialRecord,
  earlier: readonly TrialRecord[],
): readonly { readonly trial: number; readonly step: number }[] {
  const pauses: { trial: number; step: number }[] = []
  for (let at = continuationOf(trial); at !== undefined; ) {
    pauses.unshift(at)
    const { trial: before } = at
    const held = earlier.find(({ number }) => number === before)
    at = held && continuationOf(held)
  }
  return pauses
}

function chainsIn(trials: readonly TrialRecord[]): Chains {
  return seenOf(trials).chains
}

function seenOf(trials: readonly TrialRecord[]): Seen {
  const seen = known.get(trials) ?? { length: 0, first: new Map(), next: new Map(), chains: new Map() }
  for (let i = seen.length; i < trials.length; i++) {
    const trial = trials[i]
    const continued = trial && continuationOf(trial)?.trial
    if (trial === undefined || continued === undefined) continue
    const begin = seen.first.get(continued) ?? continued
    seen.first.set(trial.number, begin)
    seen.next.set(continued, trial.number)
    const chain = seen.chains.get(begin) ?? positionOf(trials, begin)
    chain.push(i)
    seen.chains.set(begin, chain)
  }
  seen.length = trials.length
  known.set(trials, seen)
  return seen
}

/** The position of a number in a list that may lack some; none where it lacks it. */
function positionOf(trials: readonly TrialRecord[], number: number): number[] {
  let [low, high] = [0, Math.min(trials.length, number + 1)]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((trials[middle]?.number ?? number) < number) low = middle + 1
    else high = middle
  }
  return trials[low]?.number === number ? [low] : []
}
