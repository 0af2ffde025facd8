import { selectSmallest } from '../math/select-smallest.ts'
import { isFeasible, violationOf } from '../trial/feasibility.ts'
import type { Goal } from '../trial/history.ts'
import { completeTrials, lossOf, paretoFront } from '../trial/ranking.ts'
import { type CompleteTrial, lastReport, type PrunedTrial } from '../trial/trial-record.ts'

/** A trial that can be held against others. */
export type RankedTrial = CompleteTrial | PrunedTrial

/**
 * The best of some trials: `ceil(share · n)` of them, and those that are just as good as the last one. Complete trials come before
 * pruned ones, and of those the ones that got further. With several goals complete ones come front by front, the last
 * front whole, since its members are as good as each other; pruned ones are never among them. Those that break a constraint come after all
 * others, and are on no front.
 * @param share in (0, 1]
 * @param index of a lone goal among the values of a trial, default 0
 * Cost: O(n) for one goal; for more, a Pareto front for each front taken.
 */
export function bestShare(
  trials: readonly RankedTrial[],
  goals: readonly Goal[],
  share: number,
  index = 0,
): Set<RankedTrial> {
  const count = Math.ceil(share * trials.length)
  const [goal] = goals
  if (goal !== undefined && goals.length === 1) {
    const ranks = trials.map((trial) => rankOf(trial, goal, index))
    const compare = (a: number, b: number) => compareRanks(ranks[a], ranks[b])
    const order = Uint32Array.from(ranks.keys())
    selectSmallest(order, count, compare)
    // The last of those selected: none of them is worse.
    const cut = order.subarray(0, count).reduce((worst, i) => (compare(i, worst) > 0 ? i : worst), order[0] ?? 0)
    return new Set(trials.filter((_, i) => count > 0 && compare(i, cut) <= 0))
  }
  const best = new Set<RankedTrial>()
  let rest = completeTrials(trials).filter(isFeasible)
  while (best.size < count && rest.length > 0) {
    for (const trial of paretoFront(rest, goals)) best.add(trial)
    rest = rest.filter((trial) => !best.has(trial))
  }
  return best
}

/** By how much it breaks its constraints, how far it got (Infinity: to the end), and what it had then, less being better. */
type Rank = readonly [violation: number, stage: number, loss: number]

function rankOf(trial: RankedTrial, { direction }: Goal, index: number): Rank {
  const violation = violationOf(trial)
  if (trial.state === 'complete')
    return [violation, Number.POSITIVE_INFINITY, lossOf(trial.values[index] ?? Number.NaN, direction)]
  const [stage, value] = lastReport(trial) ?? [Number.NEGATIVE_INFINITY, Number.NaN]
  return [violation, stage, lossOf(value, direction)]
}

const WORST: Rank = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]

function compareRanks([violationA, stageA, lossA] = WORST, [violationB, stageB, lossB] = WORST): number {
  if (violationA !== violationB) return violationA < violationB ? -1 : 1
  // Infinities have no difference.
  if (stageA !== stageB) return stageA > stageB ? -1 : 1
  return lossA < lossB ? -1 : lossA > lossB ? 1 : 0
}
