import { type Axes, axesOf } from '../models/axes.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { violationOf } from '../trial/feasibility.ts'
import type { Direction, History } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { isFinished, lastReport, type TrialRecord } from '../trial/trial-record.ts'

/** A trial as models see it. */
export interface Observation {
  readonly trial: TrialRecord
  /** How far it got: Infinity for complete trials, the last step of pruned ones, NaN for those that cannot be good. */
  readonly stage: number
  /** Value of the first goal (the last report, if pruned), less is better. */
  readonly loss: number
  /** By how much it breaks its constraints; 0 where it keeps them. */
  readonly violation: number
  /** Position on each axis; NaN where the trial has no usable value. */
  readonly position: Float64Array
  /** Equal positions have equal keys; different ones differ but for one chance in 10^15. */
  readonly key: number
}

/** Encoded trials; each finished one is encoded once. */
export interface Observations {
  /** The axes of the history's space. */
  axes(history: History): Axes
  /**
   * The trials that have parameters (finished and running ones), by ascending number; the array holds until the next call.
   * O(trials), a nanosecond each, and more for those from the first on that changed since the last call. Where the same array is
   * given again, its finished first trials are not looked at.
   */
  of(history: History): readonly Observation[]
  /** How many of the first observations of the last call were already there, the same, in the call before. */
  unchanged(): number
}

/** An empty cache; it serves one study at a time and starts afresh when the space changes. */
export function createObservations(): Observations {
  let space: SearchSpace | undefined
  let axes: Axes | undefined
  let known: (Observation | undefined)[] = []
  /** The trials of the last call, how many of those before each were visible, and the visible ones. */
  let last: TrialRecord[] = []
  let visibleBefore: number[] = []
  let visible: Observation[] = []
  let unchanged = 0
  /** The array of the last call, and how many of its first trials had finished by the call before. */
  let given: readonly TrialRecord[] | undefined
  let settled = 0

  function axesFor(history: History): Axes {
    if (axes === undefined || space !== history.space) {
      space = history.space
      axes = axesOf(space)
      known = []
      last = []
      given = undefined
      visibleBefore = []
      visible = []
    }
    return axes
  }

  function settledFrom(start: number): number {
    let count = start
    while (count < last.length && isFinished(last[count]!)) count++
    return count
  }

  return {
    axes: axesFor,
    of(history) {
      axesFor(history)
      const { trials } = history
      settled = trials === given ? settledFrom(settled) : 0
      given = trials
      let same = settled
      while (same < last.length && trials[same] === last[same]) same++
      if (same < last.length) visible.length = visibleBefore[same]!
      unchanged = visible.length
      last.length = same
      visibleBefore.length = same
      for (const trial of trials.slice(same)) {
        let observation = known[trial.number]
        if (observation?.trial !== trial) {
          observation = observe(trial, history.space, history.goals[0]!.direction)
          known[trial.number] = observation
        }
        last.push(trial)
        visibleBefore.push(visible.length)
        if (observation !== undefined) visible.push(observation)
      }
      return visible
    },
    unchanged: () => unchanged,
  }
}

/** Undefined for trials without parameters: queued ones, and those just created. */
function observe(trial: TrialRecord, space: SearchSpace, direction: Direction): Observation | undefined {
  if (trial.state === 'waiting') return undefined
  const position = new Float64Array(space.parameters.length).fill(Number.NaN)
  let active = 0
  for (const [j, { name, column }] of space.parameters.entries()) {
    const value = trial.params[name]
    // A value of another type or an option since removed says nothing about this axis; a number outside is clamped to it.
    if (value === undefined || (column.kind === 'categorical' ? !column.contains(value) : typeof value !== 'number'))
      continue
    position[j] = column.encode(value)
    active++
  }
  if (active === 0) return undefined
  return { trial, ...progressOf(trial, direction), violation: violationOf(trial), position, key: keyOf(position) }
}

function progressOf(trial: TrialRecord, direction: Direction): { stage: number; loss: number } {
  if (trial.state === 'complete') {
    return { stage: Number.POSITIVE_INFINITY, loss: lossOf(trial.values[0] ?? Number.NaN, direction) }
  }
  if (trial.state !== 'pruned') return { stage: Number.NaN, loss: Number.POSITIVE_INFINITY }
  const [step, value] = lastReport(trial) ?? [Number.NEGATIVE_INFINITY, Number.NaN]
  return { stage: step, loss: lossOf(value, direction) }
}

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

/** A 53-bit hash of a position; all NaN are alike. */
export function keyOf(position: Float64Array): number {
  let high = 0x9e3779b9
  let low = 0x85ebca6b
  for (let j = 0; j < position.length; j++) {
    // Adding 0 turns −0 into 0.
    double[0] = position[j]! + 0
    high = Math.imul(high ^ words[0]!, 0xcc9e2d51)
    high = Math.imul((high ^ (high >>> 15)) + words[1]!, 0x1b873593)
    low = Math.imul(low ^ words[1]!, 0xc2b2ae35)
    low = Math.imul((low ^ (low >>> 13)) + words[0]!, 0x27d4eb2f)
    high ^= high >>> 16
    low ^= low >>> 16
  }
  return (high >>> 0) * 2 ** 21 + (low >>> 11)
}
