import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import type { FoldLosses } from './fold-fit.ts'
import { FOLD_SCORES, scoreOf, storedScores } from './fold-scores.ts'

/**
 * What is known of a trial, fold by fold: the scores kept with it, else those of its first folds, taken out of reports that are running
 * means. Undefined where there are none.
 */
export function foldLosses(trial: TrialRecord, goal: Goal, folds: number): FoldLosses | undefined {
  const scores = storedScores(trial.userAttrs[FOLD_SCORES], folds)
  if (scores.size === 0) return lossesOfMeans(trial, goal)
  return new Map([...scores].map(([fold, score]) => [fold, lossOf(scoreOf(score, goal.name), goal.direction)]))
}

function lossesOfMeans({ reports }: TrialRecord, { direction }: Goal): FoldLosses | undefined {
  const losses = new Map<number, number>()
  let before = 0
  for (const [i, [step, mean]] of reports.entries()) {
    if (step !== i + 1 || Number.isNaN(mean)) return undefined
    const sum = mean * step
    losses.set(i, lossOf(sum - before, direction))
    before = sum
  }
  return losses.size === 0 ? undefined : losses
}
