import { OptionError } from '../errors.ts'
import { studentCdf } from '../math/student-t.ts'
import { CONTINUE, type Decision, type Pruner } from '../pruners/pruner.ts'
import { countOf, readable } from '../pruners/wording.ts'
import { parseCount } from '../study/budget.ts'
import type { Goal } from '../trial/history.ts'
import { bestTrial, lossOf } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import type { FoldLosses } from './fold-fit.ts'
import { foldLosses } from './fold-losses.ts'
import { type FoldPrediction, predictMean } from './fold-prediction.ts'
import { rangeOf } from './metrics.ts'

/** Options of {@link foldPruner}. */
export interface FoldPrunerOptions {
  /** Folds of a whole trial, at least 2. */
  readonly folds: number
  /**
   * Least and greatest score of one fold, for the exact rule; default: that of the metric that the goal is named after
   * (`accuracy`: 0 to 1), else none.
   */
  readonly range?: readonly [low: number, high: number]
  /**
   * Most chance of stopping a configuration that would have been the best, shared out evenly over the looks at it: 0 (it stops only where it
   * cannot win) up to 0.5. Default 0.05.
   */
  readonly risk?: number
}

/**
 * Stops a configuration that is being cross-validated once it will not be the best. Scores are read from the user attribute
 * `foldScores`, which `crossValidated` keeps; without it, reports are taken for the mean score of the first n folds, at step n.
 *
 * - *Exact*: even perfect scores in the folds that are left would not lift its mean over the best complete one. Never wrong.
 * - *Predicted*: what it will end with is its level, freed from how hard its folds were, plus the folds that are left. The
 *   spread of that is learned from all configurations that got half way. It stops where the chance to beat the best is below a look's
 *   share of `risk`. Needs two complete configurations.
 *
 * Cost: O(scores known) a decision.
 * @throws {OptionError} for an option outside its range
 */
export function foldPruner(options: FoldPrunerOptions): Pruner {
  const folds = parseCount('folds', options.folds, 2)
  const { range, risk = 0.05 } = options
  if (!(risk >= 0 && risk <= 0.5)) throw new OptionError(`risk is ${risk}`, 'Give a chance from 0 to 0.5')
  if (range !== undefined && !(range[0] < range[1])) {
    throw new OptionError(`range is [${range.join(', ')}]`, 'Give the least and the greatest score')
  }
  /** A record never changes, and most are looked at again and again. */
  const read = new WeakMap<TrialRecord, FoldLosses | 'none'>()
  function lossesOf(trial: TrialRecord, goal: Goal): FoldLosses | undefined {
    const losses = read.get(trial) ?? foldLosses(trial, goal, folds) ?? 'none'
    read.set(trial, losses)
    return losses === 'none' ? undefined : losses
  }
  return {
    name: 'fold',
    decide(history, trial) {
      const [goal] = history.goals
      const best = goal && bestTrial(history.trials, goal)
      if (goal === undefined || best === undefined) return CONTINUE
      const own = lossesOf(trial, goal)
      if (own === undefined || own.size >= folds) return CONTINUE
      const bar = lossOf(best.values[0] ?? Number.NaN, goal.direction)
      const exact = exactReason({ own, folds, bar, best, goal }, range ?? rangeOf(goal))
      if (exact !== undefined) return { action: 'prune', reason: `after ${countOf(own.size, 'fold')}: ${exact}` }
      if (risk === 0) return CONTINUE
      const rows = history.trials.flatMap((other) => lossesOf(other, goal) ?? [])
      return predict({ own, folds, bar, best, goal }, rows, risk / (folds - 1))
    },
  }
}

interface Case {
  /** The candidate's losses. */
  readonly own: FoldLosses
  readonly folds: number
  /** Mean loss of the best complete trial. */
  readonly bar: number
  readonly best: TrialRecord
  readonly goal: Goal
}

/** Why it cannot win any more, if so. */
function exactReason({ own, folds, bar, best, goal }: Case, range: FoldPrunerOptions['range']): string | undefined {
  if (range === undefined) return undefined
  const [low, high] = range
  const perfect = goal.direction === 'minimize' ? low : high
  const perfectLoss = lossOf(perfect, goal.direction)
  const losses = [...own.values()]
  // A score better than perfect: this range is not the metric's.
  if (!Number.isFinite(perfectLoss) || Math.min(bar, ...losses) < perfectLoss - 1e-9) return undefined
  const reachable = (sumOf(losses) + (folds - own.size) * perfectLoss) / folds
  // Nothing is gained by a tie; rounding must not decide one.
  if (reachable < bar - 1e-12 * Math.max(1, Math.abs(bar))) return undefined
  const score = (loss: number) => readable(goal.direction === 'minimize' ? loss : -loss)
  return `with ${readable(perfect)} in every fold left it would come to ${score(reachable)}; trial ${best.number} has ${score(bar)}`
}

function predict({ own, folds, bar, goal, best }: Case, rows: readonly FoldLosses[], risk: number): Decision {
  const prediction = predictMean(own, rows.filter(isKnown), folds)
  if (prediction === undefined || !isKnown(own)) return CONTINUE
  const chance = chanceBelow(bar, prediction)
  if (!(chance < risk)) return CONTINUE
  const score = (loss: number) => readable(goal.direction === 'minimize' ? loss : -loss)
  const words = `it will come to about ${score(prediction.mean)}, with a chance of ${inPercent(chance)} to beat the ${score(bar)} of trial ${best.number}`
  return { action: 'prune', reason: `after ${countOf(own.size, 'fold')}: ${words}` }
}

/** By Student's t, because the variance is an estimate. */
function chanceBelow(bar: number, { mean, variance, freedom }: FoldPrediction): number {
  if (mean <= bar) return 1
  return variance === 0 ? 0 : studentCdf((bar - mean) / Math.sqrt(variance), freedom)
}

function isKnown(row: FoldLosses): boolean {
  return [...row.values()].every(Number.isFinite)
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function inPercent(chance: number): string {
  return chance < 0.001 ? 'less than 0.1 %' : `${readable(100 * chance, 2)} %`
}
