import type { Goal } from '../trial/history.ts'
import { reachedLoss } from '../trial/ranking.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { wasStopped } from './savings.ts'
import { searchTrials } from './search-trials.ts'

/** What the best of so many trials would have been. */
export interface EfficiencyPoint {
  readonly trials: number
  /** One run in ten ends no better than `unlucky`, one in ten at least as well as `lucky`; undefined where no trial was complete. */
  readonly unlucky: number | undefined
  readonly middle: number | undefined
  readonly lucky: number | undefined
}

/** How the best result grows with the number of trials, whichever of them came first. */
export interface EfficiencyData {
  readonly goal: Goal
  /** By ascending number of trials; the last one has them all. */
  readonly points: readonly EfficiencyPoint[]
  /** How the search itself went: each improvement by how many trials had finished. */
  readonly reached: readonly { readonly trials: number; readonly value: number }[]
  /** Half as many trials, and the best of them on average over all orders; undefined where fewer than two were complete. */
  readonly half: { readonly trials: number; readonly mean: number } | undefined
  /** Finished trials, without those cut short by the end of a run. */
  readonly of: number
}

/**
 * The distribution of the best of k trials, drawn without replacement from those of the study, for growing k. For random search this is
 * what another run would have given; a search that learns should lie on the better side of it. Pruned and failed trials count as trials
 * that reached nothing; those that continue each other count once, repeats not at all.
 * Source: J. Bergstra and Y. Bengio, JMLR 13 (2012), §2.2 and figure 5 (random experiment efficiency curves); exact by counting subsets.
 * Cost: O(trials log trials).
 */
export function efficiencyData(trials: readonly TrialRecord[], goals: readonly Goal[], index = 0): EfficiencyData {
  const goal = goals[index] ?? { name: `value${index}`, direction: 'minimize' as const }
  const counted = searchTrials(trials).filter((trial) => isFinished(trial) && !wasStopped(trial))
  const losses = counted.map((trial) => reachedLoss(trial, index, goal))
  const sorted = Float64Array.from(losses).sort()
  const back = (loss: number | undefined) =>
    loss === undefined || loss === Number.POSITIVE_INFINITY
      ? undefined
      : goal.direction === 'minimize'
        ? loss
        : 0 - loss
  const points = sizes(sorted.length).map((k) => ({
    trials: k,
    unlucky: back(bestQuantile(sorted, k, 0.9)),
    middle: back(bestQuantile(sorted, k, 0.5)),
    lucky: back(bestQuantile(sorted, k, 0.1)),
  }))
  const reached: { trials: number; value: number }[] = []
  let best = Number.POSITIVE_INFINITY
  for (const [i, loss] of losses.entries()) {
    if (!(loss < best)) continue
    best = loss
    reached.push({ trials: i + 1, value: back(loss) ?? Number.NaN })
  }
  const half = Math.floor(sorted.length / 2)
  const mean = back(meanBest(losses, half))
  return { goal, points, reached, half: mean === undefined ? undefined : { trials: half, mean }, of: sorted.length }
}

/** 1, 2, 3, 5, 7, 10, … and n. */
function sizes(n: number): number[] {
  const all = new Set<number>()
  for (let size = 1; size < n; size *= 1.45) all.add(Math.round(size))
  if (n > 0) all.add(n)
  return [...all]
}

/**
 * The q-quantile of the least of k numbers drawn without replacement from a sorted list: the first place i at which
 * 1 − C(n−1−i, k) / C(n, k) reaches q.
 */
export function bestQuantile(sorted: ArrayLike<number>, k: number, q: number): number | undefined {
  const n = sorted.length
  let survival = 1
  for (let i = 0; i < n; i++) {
    survival *= Math.max(0, n - k - i) / (n - i)
    // Rounding must not push the middle of an even chance one place on.
    if (1 - survival >= q - 1e-12) return sorted[i]
  }
  return undefined
}

/** What further trials promise. */
export interface Outlook {
  /** So many more trials … */
  readonly trials: number
  /** … are expected to gain so much or less, in the goal's unit. */
  readonly gain: number
}

/** An outlook goes so many trials ahead, fewer where not twice as many have been. */
const AHEAD = 20
const FEWEST = 10

/**
 * What more trials like those so far would gain: at most what the last ones of as many did on average over all orders, as each trial adds
 * less than the one before it. A search that learns may do better; one that has converged, worse. Undefined with fewer than 10 trials.
 */
export function efficiencyOutlook(trials: readonly TrialRecord[], goals: readonly Goal[]): Outlook | undefined {
  const [goal] = goals
  if (goals.length !== 1 || goal === undefined) return undefined
  const counted = searchTrials(trials).filter((trial) => isFinished(trial) && !wasStopped(trial))
  const losses = counted.map((trial) => reachedLoss(trial, 0, goal))
  const finite = losses.filter(Number.isFinite)
  if (counted.length < FEWEST || finite.length < FEWEST / 2) return undefined
  const ahead = Math.min(AHEAD, Math.floor(losses.length / 2))
  const best = finite.reduce((least, loss) => Math.min(least, loss))
  const before = meanBest(losses, losses.length - ahead)
  return before === undefined ? undefined : { trials: ahead, gain: before - best }
}

/** Mean of the least of k losses over all orders; one that is infinite counts as the worst of the others. Undefined without any, or for k = 0. */
function meanBest(losses: readonly number[], k: number): number | undefined {
  const finite = losses.filter(Number.isFinite)
  if (finite.length < 2 || k < 1) return undefined
  const worst = finite.reduce((most, loss) => Math.max(most, loss))
  return expectedBest(Float64Array.from(losses, (loss) => Math.min(loss, worst)).sort(), k)
}

/** Mean of the least of k numbers drawn without replacement from a sorted list, 1 ≤ k ≤ its length. */
export function expectedBest(sorted: ArrayLike<number>, k: number): number {
  const n = sorted.length
  let survival = 1
  let mean = 0
  for (let i = 0; i < n; i++) {
    const after = (survival * Math.max(0, n - k - i)) / (n - i)
    mean += (survival - after) * sorted[i]!
    survival = after
  }
  return mean
}
