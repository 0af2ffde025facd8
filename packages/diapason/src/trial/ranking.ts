import { dominates } from '../math/pareto.ts'
import { isFeasible } from './feasibility.ts'
import type { Direction, Goal } from './history.ts'
import type { CompleteTrial, TrialRecord } from './trial-record.ts'

/** A value turned so that less is better; NaN becomes +Infinity, −0 becomes 0. */
export function lossOf(value: number, direction: Direction): number {
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY
  return direction === 'minimize' ? value + 0 : 0 - value
}

/** What a trial reached in a goal, less is better: Infinity where it is not complete, or breaks a constraint. */
export function reachedLoss(trial: TrialRecord, index: number, { direction }: Goal): number {
  if (trial.state !== 'complete' || !isFeasible(trial)) return Number.POSITIVE_INFINITY
  return lossOf(trial.values[index] ?? Number.NaN, direction)
}

/** The complete trials, by ascending number. */
export function completeTrials(trials: readonly TrialRecord[]): CompleteTrial[] {
  return trials.filter((trial) => trial.state === 'complete')
}

/**
 * The complete trial with the best value of a single goal among those that keep their constraints, the earlier one on ties; undefined
 * where there is none.
 */
export function bestTrial(trials: readonly TrialRecord[], goal: Goal): CompleteTrial | undefined {
  let best: CompleteTrial | undefined
  let bestLoss = Number.POSITIVE_INFINITY
  for (const trial of trials) {
    if (trial.state !== 'complete' || !isFeasible(trial)) continue
    const loss = lossOf(trial.values[0] ?? Number.NaN, goal.direction)
    if (best === undefined || loss < bestLoss) {
      best = trial
      bestLoss = loss
    }
  }
  return best
}

/**
 * The complete trials that no other one dominates, by ascending number; those that break a constraint are left out. Trials with equal values stand or fall together; infinite
 * values count like others, and a missing one or NaN is the worst.
 * O(n log n) for one or two goals, O(n · front · goals) for more.
 */
export function paretoFront(trials: readonly TrialRecord[], goals: readonly Goal[]): CompleteTrial[] {
  const kept = completeTrials(trials).filter(isFeasible)
  const candidates = kept.map((trial) => ({
    trial,
    losses: goals.map((goal, g) => lossOf(trial.values[g] ?? Number.NaN, goal.direction)),
  }))
  // Whoever dominates a point stands before it in this order, so a point need only be held against the front so far.
  candidates.sort((a, b) => compareLosses(a.losses, b.losses))
  const front: Candidate[] = []
  for (const candidate of candidates) {
    // With two goals the last of the front has the least second loss of all before: no other can dominate if it does not.
    const rivals = goals.length <= 2 ? front.slice(-1) : front
    if (!rivals.some((rival) => dominates(rival.losses, candidate.losses))) front.push(candidate)
  }
  return front.map(({ trial }) => trial).sort((a, b) => a.number - b.number)
}

interface Candidate {
  readonly trial: CompleteTrial
  readonly losses: readonly number[]
}

/** Lexicographic. */
function compareLosses(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((x, g) => x !== b[g])
  // Not their difference: that of two infinities is NaN.
  return i < 0 ? 0 : (a[i] ?? 0) < (b[i] ?? 0) ? -1 : 1
}
