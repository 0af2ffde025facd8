import { OptionError } from '../errors.ts'
import { createRng } from '../math/rng.ts'
import { noPruner } from '../pruners/no-pruning.ts'
import type { Pruner } from '../pruners/pruner.ts'
import type { RunPort } from '../study/arrangement.ts'
import { parseCount } from '../study/budget.ts'
import type { LiveTrial } from '../study/live-trial.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { summarizeFolds } from './corrected-error.ts'
import { createFoldGate, type FoldGate, type FoldRequest } from './fold-gate.ts'
import { type FoldPrunerOptions, foldPruner } from './fold-pruner.ts'
import { FOLD_SCORES, type FoldScore, meanScore, STANDARD_ERROR, scoreOf, storedScores } from './fold-scores.ts'
import type { Examples, Split, Splitter } from './splitter.ts'

/** One part of the examples to train on and one to score. Whatever is fitted (scaling, vocabularies) is fitted to `train` alone. */
export interface Fold extends Split {
  /** From 0 on. */
  readonly index: number
  /** Folds in all. */
  readonly count: number
  /** The trial's number. */
  readonly trial: number
  /** A seed of this fold's own in [0, 2^32). */
  readonly seed: number
  /** Aborts when the fold should end early. */
  readonly signal: AbortSignal
}

/** Trains on one fold's training part and scores the rest: one number, or one a goal. */
export type FoldObjective<P, R extends FoldScore> = (params: P, fold: Fold) => R | Promise<R>

/** What {@link crossValidated} makes: an objective for any study with such goals. */
export interface CrossValidated<P, R extends FoldScore> {
  (params: P, trial: LiveTrial<P>): Promise<R>
  readonly arrange: (run: RunPort) => {
    readonly objective: (params: P, trial: LiveTrial<P>) => Promise<R>
    readonly openTrials: number
    readonly pruner: Pruner
  }
  readonly runPart: (params: P, part: number, trial: LiveTrial<P>) => Promise<R>
}

/** How {@link crossValidated} splits, and when it stops. */
export interface CrossValidationOptions extends Pick<FoldPrunerOptions, 'range' | 'risk'> {
  readonly splitter: Splitter
  readonly examples: Examples
  /** Configurations in progress at the same time, most of which wait for their next fold (default: 8, and four for each fold that trains at a time). */
  readonly openTrials?: number
}

/** With few to choose from, those that wait are trained on though they are bad; with many, what they teach comes late. */
const LEAST_OPEN = 8
const OPEN_PER_FOLD = 4

/**
 * An objective that cross-validates: the mean score over folds, each trained by `train`.
 *
 * First folds of many configurations run before the last fold of any, as many at a time as the run's `concurrency`, the hardest folds
 * first once it is known which those are. A configuration stops when it cannot be the best any more, or hardly so (see `foldPruner`; `risk`
 * is the most chance of stopping the best). Finished folds are kept
 * with the trial (`foldScores`), and a trial that was interrupted goes on with those that are missing. Complete trials
 * carry the `standardError` of their mean, corrected for the examples that folds share.
 *
 * With several goals no configuration is stopped.
 * @param train must not keep state from fold to fold: they may run in any order, at once, or in other processes
 * @throws {OptionError} where the examples cannot be split so
 * @example
 * await study.optimize(
 *   crossValidated({ splitter: stratifiedKFold(5, { seed: 1 }), examples: { count: labels.length, labels } }, (params, { train, test }) =>
 *     accuracy(fit(params, train), test)),
 *   { trials: 60, concurrency: 2 },
 * )
 */
export function crossValidated<P, R extends FoldScore>(
  options: CrossValidationOptions,
  train: FoldObjective<P, R>,
): CrossValidated<P, R> {
  const splits = options.splitter.split(options.examples)
  if (splits.length < 2) {
    throw new OptionError(`${options.splitter.name} makes ${splits.length} fold`, 'Cross-validation needs at least 2')
  }
  const open = options.openTrials === undefined ? undefined : parseCount('openTrials', options.openTrials)
  const { range, risk } = options
  const pruner = foldPruner({
    folds: splits.length,
    ...(range === undefined ? {} : { range }),
    ...(risk === undefined ? {} : { risk }),
  })
  const runPart = async (params: P, index: number, trial: LiveTrial<P>) =>
    train(params, foldOf(splits, index, trial, trial.signal))
  const alone = (params: P, trial: LiveTrial<P>) =>
    runTrial<P, R>({
      splits,
      params,
      trial,
      goal: undefined,
      parallel: 1,
      runPart,
      gate: createFoldGate(1, splits.length),
    })

  function arrange(run: RunPort) {
    const gate = createFoldGate(run.concurrency, splits.length)
    const part = run.runPart
    const remote = part && ((_: P, index: number, trial: LiveTrial<P>) => part(trial, index, trial.signal))
    const shared = {
      splits,
      gate,
      parallel: run.concurrency,
      runPart: remote ?? runPart,
      goal: run.goals[0],
      reconsider: run.reconsider,
    }
    return {
      objective: (params: P, trial: LiveTrial<P>) => runTrial<P, R>({ ...shared, params, trial }),
      openTrials: open ?? Math.max(LEAST_OPEN, OPEN_PER_FOLD * run.concurrency),
      // Another goal may make up for what the first lacks.
      pruner: run.goals.length === 1 ? pruner : noPruner(),
    }
  }
  return Object.assign(alone, { arrange, runPart })
}

interface TrialRun<P> {
  readonly splits: readonly Split[]
  readonly params: P
  readonly trial: LiveTrial<P>
  readonly gate: FoldGate
  /** Folds of one trial at the same time. */
  readonly parallel: number
  /** What folds are compared by; undefined outside a run. */
  readonly goal: Goal | undefined
  readonly reconsider?: (number: number) => Promise<void>
  /** A LiveTrial whose signal ends the fold as well. */
  readonly runPart: (params: P, index: number, trial: LiveTrial<P>) => unknown
}

async function runTrial<P, R extends FoldScore>(run: TrialRun<P>): Promise<R> {
  const { splits, trial, parallel } = run
  const scores = storedScores(trial.attrs[FOLD_SCORES], splits.length)
  const halt = new AbortController()
  const signal = AbortSignal.any([trial.signal, halt.signal])
  const pending = [...splits.keys()].filter((index) => !scores.has(index))
  const state: FoldsState = { scores, pending, signal, reported: 0 }
  run.gate.learn(requestOf(run, state))
  const close = run.gate.open(trial.number)
  const workers: Promise<void>[] = []
  try {
    await reportMeans(run, state)
    workers.push(...Array.from({ length: Math.min(parallel, pending.length) }, () => workOnFolds(run, state)))
    await Promise.all(workers)
  } catch (error) {
    // The first failure ends the other folds; they are waited for, so that nothing runs on behind the study's back.
    halt.abort(error)
    await Promise.allSettled(workers)
    throw error
  } finally {
    close()
  }
  const result = meanScore([...scores.values()])
  const { train, test } = splits[0]!
  const first = splits.map((_, index) => scoreOf(scores.get(index)!, run.goal?.name))
  await trial.setAttr(STANDARD_ERROR, summarizeFolds(first, test.length / train.length).standardError)
  // Of the shape that the folds returned.
  return result as R
}

interface FoldsState {
  readonly scores: Map<number, FoldScore>
  /** Folds that nobody has begun. */
  readonly pending: number[]
  readonly signal: AbortSignal
  /** Folds whose running mean was reported. */
  reported: number
}

async function workOnFolds<P>(run: TrialRun<P>, state: FoldsState): Promise<void> {
  const { trial, gate } = run
  while (state.pending.length > 0) {
    const leave = await gate.enter(() => requestOf(run, state), state.signal)
    try {
      if (state.reported > 0) await run.reconsider?.(trial.number)
      const index = gate.hardest(state.pending)
      if (index === undefined) return
      state.pending.splice(state.pending.indexOf(index), 1)
      const score = checkedScore(await run.runPart(run.params, index, { ...trial, signal: state.signal }), index)
      state.signal.throwIfAborted()
      state.scores.set(index, score)
      gate.learn(requestOf(run, state))
      // Before the next fold may begin: this one may have decided against it.
      await trial.setAttr(FOLD_SCORES, Object.fromEntries(state.scores))
      await reportMeans(run, state)
    } finally {
      leave()
    }
  }
}

function requestOf<P>(run: TrialRun<P>, { scores }: FoldsState): FoldRequest {
  return {
    trial: run.trial.number,
    losses: new Map([...scores].map(([index, score]) => [index, lossFor(run, score)])),
  }
}

/** Reports the running mean after each fold, in the order in which they ended. */
async function reportMeans<P>({ trial, goal }: TrialRun<P>, state: FoldsState): Promise<void> {
  while (state.reported < state.scores.size) {
    const done = ++state.reported
    const scores = [...state.scores.values()].slice(0, done)
    await trial.report(done, scores.reduce<number>((sum, score) => sum + scoreOf(score, goal?.name), 0) / done)
  }
}

function lossFor<P>({ goal }: TrialRun<P>, score: FoldScore): number {
  return lossOf(scoreOf(score, goal?.name), goal?.direction ?? 'minimize')
}

function checkedScore(value: unknown, index: number): FoldScore {
  const isScore = (x: unknown) => typeof x === 'number' && !Number.isNaN(x)
  if (isScore(value)) return value as number
  const entries = typeof value === 'object' && value !== null ? Object.values(value) : []
  if (entries.length > 0 && entries.every(isScore)) return value as FoldScore
  throw new OptionError(
    `Fold ${index} returned ${JSON.stringify(value) ?? value}`,
    'Return its score, one number a goal',
  )
}

function foldOf<P>(splits: readonly Split[], index: number, trial: LiveTrial<P>, signal: AbortSignal): Fold {
  const seed = createRng(trial.seed)
    .split(`fold/${index}`)
    .int(2 ** 32)
  // The caller counts folds by these very splits.
  return { ...splits[index]!, index, count: splits.length, trial: trial.number, seed, signal }
}
