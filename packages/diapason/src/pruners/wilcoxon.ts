import { signedRankPValue } from '../math/signed-rank.ts'
import { bestTrial, lossOf } from '../trial/ranking.ts'
import { checkedNumber } from './option-checks.ts'
import { CONTINUE, type Pruner } from './pruner.ts'
import { readable } from './wording.ts'

/** Options of {@link wilcoxonPruner}. */
export interface WilcoxonOptions {
  /** How unlikely the differences from the best must be by chance, 0 to 1; default 0.1. Less prunes less. */
  readonly threshold?: number
  /** Common steps before the test is asked, at least 2; default 2. */
  readonly startupSteps?: number
}

/**
 * Stops a trial that is worse than the best complete one on the steps that both reported, by Wilcoxon's one-sided signed-rank test. For
 * objectives that are a mean over instances, folds or seeds: report each one's value at its own step, in any order.
 *
 * Never stops a trial whose own mean so far is as good as the best one's over all its reports, and never by NaN or infinite values. The rule
 * is that of Optuna's WilcoxonPruner; with several goals it looks at the first. With few common steps no p-value is small: at 0.1 four are needed.
 *
 * Cost: O(steps³) a decision up to 50 steps, then O(steps × log steps).
 * @throws {OptionError} for an option outside its range
 * @example
 * await createStudy({ name: 'digits', goals: { loss: 'minimize' }, space, pruner: wilcoxonPruner({ threshold: 0.05 }) })
 */
export function wilcoxonPruner(options: WilcoxonOptions = {}): Pruner {
  const threshold = checkedNumber('threshold', options.threshold, 0.1, { low: 0, high: 1 })
  const startupSteps = checkedNumber('startupSteps', options.startupSteps, 2, { low: 2, whole: true })
  return {
    name: 'wilcoxon',
    decide({ goals, trials }, { reports }) {
      const goal = goals[0]
      const best = goal && bestTrial(trials, goal)
      if (goal === undefined || best === undefined) return CONTINUE
      const lossAt = new Map(best.reports.map(([step, value]) => [step, lossOf(value, goal.direction)]))
      const own = reports.map(([step, value]) => [step, lossOf(value, goal.direction)] as const)
      if (![...lossAt.values(), ...own.map(([, loss]) => loss)].every(Number.isFinite)) return CONTINUE
      const differences = own.flatMap(([step, loss]) => (lossAt.has(step) ? [loss - lossAt.get(step)!] : []))
      if (differences.length < startupSteps) return CONTINUE
      const p = signedRankPValue(differences)
      if (!(p < threshold) || meanOf(own.map(([, loss]) => loss)) <= meanOf([...lossAt.values()])) return CONTINUE
      const reason = `after ${differences.length} steps in common: worse than trial ${best.number} (Wilcoxon's p is ${readable(p, 2)})`
      return { action: 'prune', reason }
    },
  }
}

const meanOf = (losses: readonly number[]): number => losses.reduce((a, b) => a + b, 0) / losses.length
