import type { ParamValues, SearchSpace } from '../space/search-space.ts'
import { counted, numberText, percentText } from '../text/numbers.ts'
import { valueText } from '../text/param-text.ts'
import type { Goal } from '../trial/history.ts'
import { latestParts } from '../trial/training-parts.ts'
import { type FinishedTrial, isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { type AtBound, atBounds } from './at-bounds.ts'
import { wasStopped } from './savings.ts'
import { spaceCoverage } from './space-coverage.ts'

/** What advice is given from; a `Study` is one. */
export interface AdviceSource {
  readonly goals: readonly Goal[]
  readonly trials: readonly TrialRecord[]
  readonly space: SearchSpace
}

/** The configuration that is to be used, and the trial that it is of. */
export interface AdvisedBest {
  readonly trial: number | null
  readonly params: ParamValues
}

/** Below so many trials, the last one being the best says nothing. */
const ENOUGH_TRIALS = 20
const LATE_SHARE = 0.1
const MANY_FAILURES = 0.2
/** A linear range that spans more than this factor spends its trials at one end of it. */
const WIDE_RANGE = 100

/**
 * What somebody might do about a study, in sentences: widen a range, use a log scale, look where nobody looked, mend failures.
 * @param best the configuration that won; undefined where there are several goals, or none is complete
 */
export function studyAdvice({ trials, space }: AdviceSource, best: AdvisedBest | undefined): string[] {
  const finished = latestParts(trials).filter(isFinished)
  const bounds = best === undefined ? [] : atBounds(space, best.params)
  const advice = [...bounds.map(boundWords), ...scaleWords(space), ...untriedWords(space, finished)]
  const latest = finished.reduce((most, { number }) => Math.max(most, number), 0)
  if (best?.trial != null && finished.length >= ENOUGH_TRIALS && best.trial >= (1 - LATE_SHARE) * latest) {
    advice.push(`The best came late (trial ${best.trial} of ${latest + 1}): more trials may well find better.`)
  }
  const failed = finished.filter((trial) => trial.state === 'failed' && !wasStopped(trial))
  if (failed.length > 0 && failed.length >= MANY_FAILURES * finished.length) advice.push(failureWords(failed, finished))
  return advice
}

function boundWords({ path, value, bound, limit }: AtBound): string {
  const end = bound === 'low' ? 'lower' : 'upper'
  const at =
    value === limit ? `at the ${end} end of its range` : `close to the ${end} end of its range, ${valueText(limit)}`
  return `${path} ${valueText(value)} is ${at}: widen it, there may be better beyond.`
}

function scaleWords({ parameters }: SearchSpace): string[] {
  return parameters.flatMap(({ name, distribution }) => {
    if (distribution.kind === 'categorical' || distribution.log) return []
    const { low, high } = distribution
    if (!(low > 0 && high > WIDE_RANGE * low)) return []
    const tenth = numberText(low + (high - low) / 10, 2)
    const range = `${name} goes from ${numberText(low)} to ${numberText(high)} evenly, nine tenths of it above ${tenth}`
    return [`${range}: use a log scale.`]
  })
}

/** Options that no trial had; of few trials nothing else can be expected. */
function untriedWords(space: SearchSpace, finished: readonly FinishedTrial[]): string[] {
  if (finished.length < ENOUGH_TRIALS) return []
  const never = spaceCoverage(space, finished).untried.filter(({ options }) => options.length > 0)
  if (never.length === 0) return []
  const list = never.map(({ path, options }) => `${path} ${options.map(valueText).join(' or ')}`)
  const isOne = never.length === 1 && never[0]?.options.length === 1
  return [`Never tried: ${list.join('; ')}. Queue ${isOne ? 'it, or take it' : 'one, or take them'} out.`]
}

function failureWords(failed: readonly FinishedTrial[], finished: readonly FinishedTrial[]): string {
  const causes = new Map<string, number>()
  for (const trial of failed) {
    const cause = trial.state === 'failed' ? (trial.reason.trim().split('\n')[0] ?? '') : ''
    causes.set(cause, (causes.get(cause) ?? 0) + 1)
  }
  const [commonest] = [...causes].sort(([, a], [, b]) => b - a)
  const share = percentText(failed.length / finished.length)
  return `${counted(failed.length, 'trial')} failed (${share}), most often with: ${commonest?.[0] ?? ''}`
}
