import { OptionError } from '../errors.ts'
import { quantileOfSorted } from '../math/stats.ts'
import type { ParamValues } from '../space/search-space.ts'
import { confirmationOf } from '../study/confirm.ts'
import { tookMs } from '../text/study-words.ts'
import type { Goal } from '../trial/history.ts'
import { reachedLoss } from '../trial/ranking.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'
import type { ChartSource } from './chart-data.ts'
import { bestQuantile } from './efficiency-data.ts'
import { wasStopped } from './savings.ts'
import { searchTrials } from './search-trials.ts'

/** Two ends of an interval, the lower first. */
export type Interval = readonly [low: number, high: number]

/** One of the studies that are held side by side. */
export interface ComparedStudy {
  readonly name: string
  /** Finished trials of the search, without those cut short by the end of a run and without repeats of the best and what an ablation trained; those that continue each other count once. */
  readonly trials: number
  /** The best of the search; undefined where none is complete. Chosen by its value, so that it flatters itself. */
  readonly best: { readonly number: number; readonly value: number; readonly params: ParamValues } | undefined
  /** What the best configuration scored when it was trained again with other seeds; undefined where that was not done. */
  readonly confirmed:
    | { readonly number: number; readonly runs: number; readonly mean: number; readonly interval: Interval }
    | undefined
  /** Each improvement by how many trials had finished. */
  readonly reached: readonly { readonly trials: number; readonly value: number }[]
  /** What all its trials took together, repeats included, in milliseconds. */
  readonly tookMs: number
}

/** Whether one study found something better than another. */
export interface StudyDifference {
  /** Positions among the studies. */
  readonly first: number
  readonly second: number
  /** `repeats`: between what the best configurations scored again; `subsets`: between the bests of as many trials from each. */
  readonly basis: 'repeats' | 'subsets'
  /** How many trials were drawn from each; 0 for repeats. */
  readonly trials: number
  /** second − first, in the goal's own unit. */
  readonly difference: number
  /** 95 % of it. */
  readonly interval: Interval
  /** Position of the better one; undefined where the interval holds 0. */
  readonly better: number | undefined
}

/** Studies side by side. */
export interface StudyComparison {
  readonly goal: Goal
  readonly studies: readonly ComparedStudy[]
  /** Each further study against the first; those without a complete trial have none. */
  readonly differences: readonly StudyDifference[]
}

/** Points at which the distribution of a difference is looked at. */
const DRAWS = 4096

/**
 * Compares what studies found for a goal that they share.
 *
 * Where both trained their best configurations again (`confirm`), the difference of these means is judged, its interval put together from
 * the two. Otherwise half as many trials as the smaller study has are drawn from each, without replacement, again and again: the
 * interval holds 95 % of the differences between their bests. That tells whether a lead hangs on a few lucky trials, yet
 * not what noise in the scores themselves is worth.
 *
 * @param sources at least two studies
 * @param name    of the goal, default the first of the first study
 * @throws {OptionError} where there are fewer than two studies, or one has no such goal, or in the other direction
 * Source: G. Y. Zou, A. Donner, Statistics in Medicine 27, 2008 (an interval of a difference from two intervals); J. Dodge et al., "Show Your
 * Work", EMNLP 2019 (the best of so many trials as what searches are compared by).
 * Cost: O(trials log trials).
 */
export function compareStudies(sources: readonly ChartSource[], name?: string): StudyComparison {
  if (sources.length < 2) throw new OptionError(`${sources.length} study to compare`, 'Name at least two studies')
  const goal = sharedGoal(sources, name)
  const compared = sources.map((source) => comparedStudy(source, goal))
  const [base] = compared
  const differences = compared.flatMap((other, second) => {
    const found = second === 0 || base === undefined ? undefined : differenceOf(base, other, goal)
    return found === undefined ? [] : [{ first: 0, second, ...found, better: betterOf(found.interval, second, goal) }]
  })
  return { goal, studies: compared.map(({ losses: _, ...study }) => study), differences }
}

function sharedGoal(sources: readonly ChartSource[], name = sources[0]?.goals[0]?.name): Goal {
  const goals = sources.map(({ goals: known }) => known.find((goal) => goal.name === name))
  const [first] = goals
  for (const [i, goal] of goals.entries()) {
    if (goal !== undefined && goal.direction === first?.direction) continue
    const known = sources[i]?.goals.map((each) => `${each.direction} ${each.name}`).join(', ')
    throw new OptionError(
      `Study "${sources[i]?.name}" has the goals ${known}, not ${first?.direction ?? 'any'} ${name}`,
      'Compare studies that share a goal and its direction',
    )
  }
  return first as Goal
}

/** A study with the losses of its search, ascending. */
type Measured = ComparedStudy & { readonly losses: Float64Array }

function comparedStudy({ name, trials, goals }: ChartSource, goal: Goal): Measured {
  const index = goals.findIndex((each) => each.name === goal.name)
  const counted = searchTrials(trials).filter((trial) => isFinished(trial) && !wasStopped(trial))
  const losses = counted.map((trial) => reachedLoss(trial, index, goal))
  const reached: { trials: number; value: number }[] = []
  let best: TrialRecord | undefined
  let bestLoss = Number.POSITIVE_INFINITY
  for (const [i, loss] of losses.entries()) {
    if (!(loss < bestLoss)) continue
    bestLoss = loss
    best = counted[i]
    reached.push({ trials: i + 1, value: goalValue(loss, goal) })
  }
  return {
    name,
    trials: counted.length,
    best: best && { number: best.number, value: goalValue(bestLoss, goal), params: best.params },
    confirmed: goals.length === 1 ? confirmedBest(trials, goals) : undefined,
    reached,
    tookMs: trials.reduce((sum, trial) => sum + (tookMs(trial) ?? 0), 0),
    losses: Float64Array.from(losses).sort(),
  }
}

function goalValue(loss: number, { direction }: Goal): number {
  return direction === 'minimize' ? loss : 0 - loss
}

function confirmedBest(trials: readonly TrialRecord[], goals: readonly Goal[]): ComparedStudy['confirmed'] {
  const winner = confirmationOf({ trials, goals })?.winner
  return winner && { number: winner.number, runs: winner.runs.length, mean: winner.mean, interval: winner.interval }
}

type Found = Pick<StudyDifference, 'basis' | 'trials' | 'difference' | 'interval'>

function differenceOf(a: Measured, b: Measured, goal: Goal): Found | undefined {
  if (a.confirmed !== undefined && b.confirmed !== undefined) return ofRepeats(a.confirmed, b.confirmed)
  if (a.best === undefined || b.best === undefined) return undefined
  const drawn = Math.max(1, Math.floor(Math.min(a.trials, b.trials) / 2))
  return ofSubsets(a.losses, b.losses, drawn, goal)
}

function ofRepeats(a: NonNullable<ComparedStudy['confirmed']>, b: NonNullable<ComparedStudy['confirmed']>): Found {
  const difference = b.mean - a.mean
  const down = Math.hypot(b.mean - b.interval[0], a.interval[1] - a.mean)
  const up = Math.hypot(b.interval[1] - b.mean, a.mean - a.interval[0])
  return { basis: 'repeats', trials: 0, difference, interval: [difference - down, difference + up] }
}

/** Quantiles of both bests at the points of a lattice, which fill the square evenly, stand for all pairs of draws. */
function ofSubsets(a: Float64Array, b: Float64Array, drawn: number, goal: Goal): Found | undefined {
  const golden = (Math.sqrt(5) - 1) / 2
  const differences: number[] = []
  for (let i = 0; i < DRAWS; i++) {
    const lossA = bestQuantile(a, drawn, (i + 0.5) / DRAWS) ?? Number.POSITIVE_INFINITY
    const lossB = bestQuantile(b, drawn, (i * golden) % 1) ?? Number.POSITIVE_INFINITY
    // Neither drew a complete trial: no difference.
    differences.push(lossA === lossB ? 0 : goalValue(lossB - lossA, goal))
  }
  const sorted = differences.sort((x, y) => x - y)
  const at = (q: number) => quantileOfSorted(sorted, q)
  return { basis: 'subsets', trials: drawn, difference: at(0.5), interval: [at(0.025), at(0.975)] }
}

function betterOf([low, high]: Interval, second: number, { direction }: Goal): number | undefined {
  if (low <= 0 && high >= 0) return undefined
  return low > 0 === (direction === 'maximize') ? second : 0
}
