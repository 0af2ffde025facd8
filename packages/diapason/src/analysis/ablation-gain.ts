import { studentQuantile } from '../math/student-t.ts'
import type { ParamValues } from '../space/search-space.ts'
import type { Goal } from '../trial/history.ts'
import type { CompleteTrial } from '../trial/trial-record.ts'
import type { JointChange } from './joint-changes.ts'

/** A configuration on the way from the default to the winner. */
export interface AblationNode {
  readonly params: ParamValues
  /** Mean of its runs; undefined where none is complete. */
  readonly value: number | undefined
  readonly runs: number
}

/** What a step of the way earned. */
export interface AblationGain {
  /** In the goal's unit, above 0 where it is better; undefined where an end was not measured. */
  readonly gain: number | undefined
  /** 95 %; undefined where no configuration was trained twice. */
  readonly interval: readonly [low: number, high: number] | undefined
}

/** One step: a change, or the rest of them where the budget did not do to tell them apart. */
export interface AblationStep extends AblationGain {
  readonly changes: readonly JointChange[]
  /** What it leads to. */
  readonly node: AblationNode
}

/** The scores of the runs that a configuration was not chosen by; all of them where there are no others. */
export function freshRuns(runs: readonly CompleteTrial[], wasChosen: boolean): readonly number[] {
  const scores = runs.map(({ values }) => values[0] ?? Number.NaN)
  return wasChosen && scores.length > 1 ? scores.slice(1) : scores
}

/** Undefined of nothing. */
export const meanOf = (scores: readonly number[]): number | undefined =>
  scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length

/** One noise for all: within configurations, pooled. Undefined where none was trained twice. */
export function pooledNoise(
  nodes: readonly (readonly number[])[],
): { readonly noise: number; readonly freedom: number } | undefined {
  let squares = 0
  let freedom = 0
  for (const scores of nodes) {
    const mean = meanOf(scores)
    for (const score of scores) squares += (score - mean!) ** 2
    freedom += Math.max(0, scores.length - 1)
  }
  return freedom === 0 ? undefined : { noise: Math.sqrt(squares / freedom), freedom }
}

/** What going from one configuration to another earned, by the scores of both. */
export function gainBetween(
  before: readonly number[],
  after: readonly number[],
  { direction }: Goal,
  spread: ReturnType<typeof pooledNoise>,
): AblationGain {
  const [from, to] = [meanOf(before), meanOf(after)]
  if (from === undefined || to === undefined) return { gain: undefined, interval: undefined }
  const gain = direction === 'maximize' ? to - from : from - to
  if (spread === undefined) return { gain, interval: undefined }
  const error = spread.noise * Math.sqrt(1 / before.length + 1 / after.length)
  const reach = error === 0 ? 0 : studentQuantile(0.975, spread.freedom) * error
  return { gain, interval: [gain - reach, gain + reach] }
}
