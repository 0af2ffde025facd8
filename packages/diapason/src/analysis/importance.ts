import { OptionError } from '../errors.ts'
import type { Goal } from '../trial/history.ts'
import type { CompleteTrial, TrialRecord } from '../trial/trial-record.ts'
import { bestShare, type RankedTrial } from './best-share.ts'
import { type PedAnovaOptions, pedAnova } from './ped-anova.ts'
import { wasPruned } from './savings.ts'
import { searchTrials } from './search-trials.ts'

/** How {@link importance} is judged. */
export interface ImportanceOptions extends PedAnovaOptions {
  /** The goal by name; default: all goals together, by what it takes to be among the trials that few others beat. */
  readonly goal?: string
  /** Which share of the trials counts as good, in (0, 1), default 0.1. */
  readonly best?: number
}

/** One parameter's part. */
export interface ParamImportance {
  readonly path: string
  /** In [0, 1]; all of them sum to 1, unless nothing mattered at all (then all are 0). */
  readonly share: number
  /** As computed, not comparable between studies. */
  readonly score: number
  /** How many of the trials had it. */
  readonly trials: number
}

/** Which parameters mattered. */
export interface Importance {
  /** The goal's name; undefined where all goals were taken together. */
  readonly goal: string | undefined
  /** The complete trials with finite values, and the pruned ones. */
  readonly trials: number
  /** How many of them counted as good. */
  readonly best: number
  /** The most important first. */
  readonly params: readonly ParamImportance[]
}

/**
 * Which parameters decide whether a trial is among the best, by PED-ANOVA: `learningRate` 0.62, `units` 0.21, …
 * What a sampler preferred anyway is taken out, parameters of branches take part. Pruned trials count as not good, unless too few
 * came further; they say nothing about goals other than the first. Trials that continue each other count once, repeats and what an ablation trained not at all. Twenty trials are few, a hundred are good.
 * @throws {OptionError} on a goal that the study has not, or a share outside (0, 1)
 * Cost: O(trials · parameters), under 100 ms for 10,000 trials of 20 parameters.
 * @example import { importance } from 'diapason/analysis'
 * importance(study.trials, study.goals).params[0]?.path
 */
export function importance(
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  { goal: name, best: share = 0.1, ...options }: ImportanceOptions = {},
): Importance {
  if (!(share > 0 && share < 1)) {
    throw new OptionError(`best is ${share}`, 'Give the share of trials that counts as good, between 0 and 1')
  }
  const index = name === undefined ? -1 : goalIndex(goals, name)
  const chosen = index < 0 ? goals : goals.slice(index, index + 1)
  const counted = rankedTrials(trials, goals, index)
  const best = bestShare(counted, chosen, share, Math.max(0, index))
  const scores = pedAnova(counted, best, options)
  const total = [...scores.values()].reduce((sum, { score }) => sum + score, 0)
  const params = [...scores].map(([path, { score, trials: held }]) => ({
    path,
    share: total > 0 ? score / total : 0,
    score,
    trials: held,
  }))
  return {
    goal: goals.length === 1 ? goals[0]?.name : name,
    trials: counted.length,
    best: best.size,
    params: params.sort((a, b) => b.score - a.score),
  }
}

/** The position of a goal. @throws {OptionError} where there is none of this name */
export function goalIndex(goals: readonly Goal[], name: string): number {
  const index = goals.findIndex((goal) => goal.name === name)
  if (index >= 0) return index
  throw new OptionError(
    `The study has no goal "${name}"`,
    `Name one of: ${goals.map((goal) => `"${goal.name}"`).join(', ')}`,
  )
}

/** The complete trials with a finite value of a goal, or of all goals (index −1). */
export function finiteTrials(trials: readonly TrialRecord[], index: number): CompleteTrial[] {
  return trials.filter(
    (trial): trial is CompleteTrial =>
      trial.state === 'complete' &&
      (index < 0 ? trial.values.every(Number.isFinite) : Number.isFinite(trial.values[index])),
  )
}

function rankedTrials(trials: readonly TrialRecord[], goals: readonly Goal[], index: number): RankedTrial[] {
  const searched = searchTrials(trials)
  const complete = finiteTrials(searched, index)
  const isFirst = index === 0 || goals.length === 1
  return isFirst ? [...complete, ...searched.filter((trial) => wasPruned(trial))] : complete
}
