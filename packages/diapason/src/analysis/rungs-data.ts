import { spearman, spearmanInterval } from '../math/rank-correlation.ts'
import type { Fidelity, Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { CompleteTrial, Report, TrialRecord } from '../trial/trial-record.ts'
import { searchTrials } from './search-trials.ts'

/** How well the order of trials at a step agrees with their order at the end. */
export interface RungAgreement {
  readonly step: number
  /** Complete trials that reported there. */
  readonly trials: number
  /** Spearman's rank correlation, in [−1, 1]. */
  readonly correlation: number
  /** 95 %; undefined for fewer than five trials. */
  readonly interval: readonly [low: number, high: number] | undefined
  /** Of the best third at the end, the share that was among the best third at this step. */
  readonly kept: number
}

/** Whether early results tell who wins: what pruning rests on. */
export interface RungsData {
  readonly goal: Goal
  readonly unit: string
  /** By ascending step. */
  readonly rungs: readonly RungAgreement[]
  /** Steps of a whole trial. */
  readonly end: number
}

/** With fewer trials than this an order says nothing. */
const FEWEST = 4
/** Steps from one rung to the next, as successive halving has it. */
const ETA = 3

/**
 * The agreement of the order at `min · 3^k` steps, and at two thirds of the whole, with the order at the end, over complete trials of the search.
 * Trials that were pruned never showed their end, so this speaks of those that came through. Cost: O(trials log trials · rungs).
 */
export function rungsData(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  fidelity: Fidelity | undefined,
): RungsData {
  const goal = goals[0] ?? { name: 'value', direction: 'minimize' as const }
  const complete = searchTrials(trials).filter(
    (trial): trial is CompleteTrial => trial.state === 'complete' && trial.reports.length > 1,
  )
  const curves = complete.map(({ reports, values }) => ({
    reports,
    loss: lossOf(values[0] ?? Number.NaN, goal.direction),
  }))
  const lastStep = curves.reduce((most, { reports }) => Math.max(most, reports[reports.length - 1]?.[0] ?? 0), 0)
  const firstStep = curves.reduce((least, { reports }) => Math.min(least, reports[0]?.[0] ?? least), lastStep)
  const end = fidelity?.max ?? lastStep
  const rungs = rungSteps(Math.max(fidelity?.min ?? 1, firstStep), end).flatMap((step) => {
    const pairs = curves.flatMap(({ reports, loss }) => {
      const value = valueAt(reports, step)
      return value === undefined ? [] : [{ early: lossOf(value, goal.direction), late: loss }]
    })
    return pairs.length < FEWEST ? [] : [agreement(step, pairs)]
  })
  return { goal, unit: fidelity?.name ?? 'step', rungs: rungs.filter((rung) => !Number.isNaN(rung.correlation)), end }
}

/** The value reported at a step; reports are ascending by step. O(log reports). */
function valueAt(reports: readonly Report[], step: number): number | undefined {
  let [low, high] = [0, reports.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((reports[middle]?.[0] ?? step) < step) low = middle + 1
    else high = middle
  }
  const found = reports[low]
  return found?.[0] === step ? found[1] : undefined
}

function rungSteps(min: number, end: number): number[] {
  const steps = new Set<number>()
  for (let step = Math.max(1, Math.round(min)); step < end && steps.size < 12; step *= ETA) steps.add(step)
  const late = Math.round((2 * end) / 3)
  if (late >= 1 && late < end) steps.add(late)
  return [...steps].sort((a, b) => a - b)
}

function agreement(step: number, pairs: readonly { readonly early: number; readonly late: number }[]): RungAgreement {
  const [early, late] = [pairs.map((pair) => pair.early), pairs.map((pair) => pair.late)]
  const correlation = spearman(early, late)
  const third = Math.max(1, Math.floor(pairs.length / 3))
  const before = new Set(leading(early, third))
  return {
    step,
    trials: pairs.length,
    correlation,
    interval: spearmanInterval(correlation, pairs.length),
    kept: leading(late, third).filter((i) => before.has(i)).length / third,
  }
}

/** Positions of the `count` smallest; of equal ones the first. */
function leading(losses: readonly number[], count: number): number[] {
  const cut = Float64Array.from(losses).sort()[count - 1] ?? Number.POSITIVE_INFINITY
  const below = losses.flatMap((loss, i) => (loss < cut ? [i] : []))
  const level = losses.flatMap((loss, i) => (loss === cut ? [i] : []))
  return [...below, ...level.slice(0, count - below.length)]
}
