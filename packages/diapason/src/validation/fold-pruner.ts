import { OptionError } from '../errors.ts'
import { studentCdf } from '../math/student-t.ts'
import { CONTINUE, type Decision, type Pruner } from '../pruners/pruner.ts'
import { reportDirection } from '../pruners/reports.ts'
import { countOf, readable } from '../pruners/wording.ts'
import { parseCount } from '../study/budget.ts'
import type { Goal, History } from '../trial/history.ts'
import { bestTrial, lossOf } from '../trial/ranking.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { type FoldFit, fitFolds, levelOf } from './fold-fit.ts'
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
  /** Most chance to win that a configuration may still have and be stopped: 0 (only where it cannot win) up to 0.5. Default 0.02. */
  readonly risk?: number
}

/** Below so many independent numbers a variance is a guess. */
const LEAST_FREEDOM = 4

/**
 * Stops a configuration that is being cross-validated once it will not be the best. Reports are the mean score of the first n
 * folds, at step n; `crossValidated` makes them.
 *
 * - *Exact*: even perfect scores in the folds that are left would not lift its mean over the best complete one. Never wrong.
 * - *Predicted*: what it will end with is its level, freed from how hard its folds were, plus the folds that are left. The
 *   spread of that is pooled over all configurations that got half way. It stops where the chance to beat the best is below `risk`.
 *   Needs two complete configurations.
 *
 * Cost: O(scores known) a decision.
 * @throws {OptionError} for an option outside its range
 */
export function foldPruner(options: FoldPrunerOptions): Pruner {
  const folds = parseCount('folds', options.folds, 2)
  const { range, risk = 0.02 } = options
  if (!(risk >= 0 && risk <= 0.5)) throw new OptionError(`risk is ${risk}`, 'Give a chance from 0 to 0.5')
  if (range !== undefined && !(range[0] < range[1])) {
    throw new OptionError(`range is [${range.join(', ')}]`, 'Give the least and the greatest score')
  }
  return {
    name: 'fold',
    decide(history, trial) {
      const [goal] = history.goals
      const own = foldLosses(trial, history)
      const best = goal && bestTrial(history.trials, goal)
      if (goal === undefined || best === undefined || own === undefined || own.length >= folds) return CONTINUE
      const bar = lossOf(best.values[0] ?? Number.NaN, goal.direction)
      const exact = exactReason({ own, folds, bar, best, goal, trial }, range ?? rangeOf(goal))
      if (exact !== undefined) return { action: 'prune', reason: `after ${countOf(own.length, 'fold')}: ${exact}` }
      return risk === 0 ? CONTINUE : predict({ own, folds, bar, best, goal, trial }, history, risk)
    },
  }
}

interface Case {
  /** The candidate's losses, fold by fold. */
  readonly own: readonly number[]
  readonly folds: number
  /** Mean loss of the best complete trial. */
  readonly bar: number
  readonly best: TrialRecord
  readonly goal: Goal
  readonly trial: TrialRecord
}

/** Why it cannot win any more, if so. */
function exactReason(
  { own, folds, bar, best, goal, trial }: Case,
  range: FoldPrunerOptions['range'],
): string | undefined {
  if (range === undefined) return undefined
  const [low, high] = range
  const perfect = goal.direction === 'minimize' ? low : high
  const perfectLoss = lossOf(perfect, goal.direction)
  // A score better than perfect: this range is not the metric's.
  if (!Number.isFinite(perfectLoss) || own.some((loss) => loss < perfectLoss - 1e-9) || bar < perfectLoss - 1e-9)
    return undefined
  const reachable = (own.reduce((sum, loss) => sum + loss, 0) + (folds - own.length) * perfectLoss) / folds
  // A tie goes to the earlier trial; rounding must not decide one.
  const slack = 1e-12 * Math.max(1, Math.abs(bar))
  if (trial.number < best.number ? reachable <= bar + slack : reachable < bar - slack) return undefined
  const score = (loss: number) => readable(goal.direction === 'minimize' ? loss : -loss)
  return `with ${readable(perfect)} in every fold left it would come to ${score(reachable)}; trial ${best.number} has ${score(bar)}`
}

function predict(facts: Case, history: History, risk: number): Decision {
  const { own, folds, bar, goal, best } = facts
  const rows: (readonly number[])[] = []
  let complete = 0
  for (const other of history.trials) {
    const row = other.number === facts.trial.number ? own : foldLosses(other, history)
    // Those that got half way: the spread of bad configurations is another one.
    if (
      row === undefined ||
      2 * row.length < folds ||
      row.length < 2 ||
      row.length > folds ||
      !row.every(Number.isFinite)
    )
      continue
    rows.push(row)
    if (row.length === folds && other.state === 'complete') complete++
  }
  if (complete < 2 || !own.every(Number.isFinite)) return CONTINUE
  const fit = fitFolds(rows, folds)
  if (fit.freedom < LEAST_FREEDOM) return CONTINUE
  const chance = chanceToBeat(own, folds, bar, fit, complete)
  if (!(chance < risk)) return CONTINUE
  const predicted = finalLoss(own, folds, fit)
  const score = (loss: number) => readable(goal.direction === 'minimize' ? loss : -loss)
  const words = `it will come to about ${score(predicted)}, with a chance of ${inPercent(chance)} to beat the ${score(bar)} of trial ${best.number}`
  return { action: 'prune', reason: `after ${countOf(own.length, 'fold')}: ${words}` }
}

function finalLoss(own: readonly number[], folds: number, fit: FoldFit): number {
  const level = levelOf(own, fit.folds)
  let sum = own.reduce((total, loss) => total + loss, 0)
  for (let f = own.length; f < folds; f++) sum += level + fit.folds[f]!
  return sum / folds
}

/**
 * With n of k folds done, level and rest each err: the mean over all folds has variance σ² (k − n) / (n k), and as much again
 * divided by the number of complete configurations for the folds' effects. Student's t, because σ² is an estimate.
 */
function chanceToBeat(own: readonly number[], folds: number, bar: number, fit: FoldFit, complete: number): number {
  const left = folds - own.length
  const variance = ((fit.variance * left) / (own.length * folds)) * (1 + 1 / complete)
  const behind = finalLoss(own, folds, fit) - bar
  if (behind <= 0) return 1
  return variance === 0 ? 0 : studentCdf(-behind / Math.sqrt(variance), fit.freedom)
}

/** The losses of the first folds, taken out of their running means; undefined where the reports are no such means. */
function foldLosses(trial: TrialRecord, history: History): readonly number[] | undefined {
  const direction = reportDirection(history)
  const losses: number[] = []
  let before = 0
  for (const [i, [step, mean]] of trial.reports.entries()) {
    if (step !== i + 1 || Number.isNaN(mean)) return undefined
    const sum = mean * step
    losses.push(lossOf(sum - before, direction))
    before = sum
  }
  return losses.length === 0 ? undefined : losses
}

function inPercent(chance: number): string {
  return chance < 0.001 ? 'less than 0.1 %' : `${readable(100 * chance, 2)} %`
}
