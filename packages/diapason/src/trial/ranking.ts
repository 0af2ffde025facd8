import type { Direction, Goal } from './history.ts'
import type { CompleteTrial, TrialRecord } from './trial-record.ts'

/** A value turned so that less is better; NaN becomes +Infinity. */
export function lossOf(value: number, direction: Direction): number {
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY
  return direction === 'minimize' ? value : -value
}

/** The complete trials, by ascending number. */
export function completeTrials(trials: readonly TrialRecord[]): CompleteTrial[] {
  return trials.filter((trial) => trial.state === 'complete')
}

/** The complete trial with the best value of a single goal, the earlier one on ties; undefined where none is complete. */
export function bestTrial(trials: readonly TrialRecord[], goal: Goal): CompleteTrial | undefined {
  let best: CompleteTrial | undefined
  let bestLoss = Number.POSITIVE_INFINITY
  for (const trial of trials) {
    if (trial.state !== 'complete') continue
    const loss = lossOf(trial.values[0] ?? Number.NaN, goal.direction)
    if (best === undefined || loss < bestLoss) {
      best = trial
      bestLoss = loss
    }
  }
  return best
}

/** The complete trials that no other one dominates, by ascending number. O(n² goals). */
export function paretoFront(trials: readonly TrialRecord[], goals: readonly Goal[]): CompleteTrial[] {
  const complete = completeTrials(trials)
  const losses = complete.map((trial) => goals.map((goal, g) => lossOf(trial.values[g] ?? Number.NaN, goal.direction)))
  return complete.filter((_, i) => !losses.some((other, j) => j !== i && dominates(other, losses[i] ?? [])))
}

/** Is `a` at least as good everywhere and better somewhere? Both as losses. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? Number.POSITIVE_INFINITY
    if (x > y) return false
    if (x < y) better = true
  }
  return better
}
