import type { AtBound } from '../../analysis/at-bounds.ts'
import { wasStopped } from '../../analysis/savings.ts'
import { counted, percentText } from '../../text/numbers.ts'
import { valueText } from '../../text/param-text.ts'
import { type FinishedTrial, isFinished, type TrialRecord } from '../../trial/trial-record.ts'
import type { ReportedConfig } from './final-report.ts'

/** What advice is given from. */
export interface AdviceParts {
  readonly trials: readonly TrialRecord[]
  /** The best of a study with one goal, or undefined. */
  readonly best: ReportedConfig | undefined
  readonly bounds: readonly AtBound[]
  /** The test was cut short. */
  readonly isStopped: boolean
}

/** Below so many trials, the last one being the best says nothing. */
const ENOUGH_TRIALS = 20
const LATE_SHARE = 0.1
const MANY_FAILURES = 0.2

/** What the person might do about the study, in sentences. */
export function adviceFor({ trials, best, bounds, isStopped }: AdviceParts): string[] {
  const finished = trials.filter(isFinished)
  const advice = bounds.map(boundWords)
  const latest = finished.reduce((most, { number }) => Math.max(most, number), 0)
  if (best?.trial != null && finished.length >= ENOUGH_TRIALS && best.trial >= (1 - LATE_SHARE) * latest) {
    advice.push(`The best came late (trial ${best.trial} of ${finished.length}): more trials may well find better.`)
  }
  const failed = finished.filter((trial) => trial.state === 'failed' && !wasStopped(trial))
  if (failed.length > 0 && failed.length >= MANY_FAILURES * finished.length) advice.push(failureWords(failed, finished))
  if (isStopped) advice.push('The test was stopped early; the interval would be narrower with all its seeds.')
  return advice
}

function boundWords({ path, value, bound, limit }: AtBound): string {
  const end = bound === 'low' ? 'lower' : 'upper'
  const at =
    value === limit ? `at the ${end} end of its range` : `close to the ${end} end of its range, ${valueText(limit)}`
  return `${path} ${valueText(value)} is ${at}: widen it, there may be better beyond.`
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
