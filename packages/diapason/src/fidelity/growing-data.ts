import { OptionError } from '../errors.ts'
import { noPruner } from '../pruners/no-pruning.ts'
import { promotionPruner } from '../pruners/promotion.ts'
import type { Pruner } from '../pruners/pruner.ts'
import type { RunPort } from '../study/arrangement.ts'
import type { LiveTrial } from '../study/live-trial.ts'
import { ATTR } from '../study/study-parts.ts'
import { configurations } from '../trial/continuation.ts'
import type { Goal } from '../trial/history.ts'
import { type FoldScore, scoreOf, storedScores } from '../validation/fold-scores.ts'
import type { Examples } from '../validation/splitter.ts'
import { type AgreementTerms, agreementAt, checkedTerms } from './agreement.ts'
import { agreementPruner } from './agreement-pruner.ts'
import { nestedSubsets } from './nested-subsets.ts'

/** User attribute of a trial on growing data: its scores by subset, as far as they are known. */
export const SUBSET_SCORES = 'subsetScores'

/** The examples that a training gets, and whose it is. */
export interface DataPart {
  /** Places of the examples to train on, ascending. */
  readonly rows: Int32Array
  /** The trial's number. */
  readonly number: number
  /** The trial's, the same for every subset. */
  readonly seed: number
  readonly signal: AbortSignal
}

/** Trains on a part of the examples, and scores on validation data that are always the same: one number, or one a goal. */
export type PartObjective<P, R extends FoldScore> = (params: P, part: DataPart) => R | Promise<R>

/** How {@link onGrowingData} takes its subsets, and when it believes them. */
export interface GrowingDataOptions extends AgreementTerms {
  /** The examples to train on; `labels` for stratified subsets, `groups` for subsets of whole groups. */
  readonly examples: Examples
  /** Share of the smallest subset, above 0 and below 1; default 1/9. */
  readonly smallest?: number
  /** Each subset is so many times the one before, and one trial in so many goes on to the next: ≥ 2. Default 3. */
  readonly eta?: number
  /** Decides which examples make up the subsets; default 0. */
  readonly seed?: number
}

/** What {@link onGrowingData} makes: an objective for any study with such goals. */
export interface OnGrowingData<P, R extends FoldScore> {
  (params: P, trial: LiveTrial<P>): Promise<R>
  readonly arrange: (run: RunPort) => {
    readonly objective: (params: P, trial: LiveTrial<P>) => Promise<R>
    readonly openTrials: number
    readonly pruner: Pruner
  }
  readonly runPart: (params: P, part: number, trial: LiveTrial<P>) => Promise<R>
}

/**
 * An objective that trains on a ninth of the examples first, then on a third, then on all, and pauses where a configuration is not
 * among the best third, see `promotionPruner`. Each step is a training from the beginning, so pausing needs no checkpoint.
 *
 * A subset stops nobody before its order was seen to agree with that of all examples: the first ten configurations are trained on every
 * subset and on all, or up to fifteen where that does not tell. A subset that does not agree is then left out; with none that does the study
 * goes on with all examples. Either is told in a sentence (event `method`, `diapason show`).
 *
 * Repeats of `confirm` and `ablate` train on all examples alone, and so do studies with several goals.
 * @param train must not keep state from part to part: they may run in other processes
 * @throws {OptionError} for an option outside its range
 * @example
 * const objective = onGrowingData({ examples: { count: labels.length, labels } }, (params, { rows, seed, signal }) =>
 *   fit(params, rows, seed, signal))
 * await study.optimize(objective, { trials: 60 })
 */
export function onGrowingData<P, R extends FoldScore>(
  options: GrowingDataOptions,
  train: PartObjective<P, R>,
): OnGrowingData<P, R> {
  const { examples, smallest = 1 / 9, eta = 3, seed } = options
  const terms = checkedTerms(options)
  const sizes = sizesOf(examples.count, smallest, eta)
  const subsets = nestedSubsets({ examples, sizes, ...(seed === undefined ? {} : { seed }) })
  // With groups a subset holds about as many as was asked for; steps stay what was asked for.
  const promotion = promotionPruner({ min: examples.count * smallest, max: examples.count, eta })
  const pruner = agreementPruner(promotion, { ...terms, steps: sizes, unit: 'examples' })
  const whole = sizes.length - 1
  const runPart = async (params: P, index: number, { number, seed, signal }: LiveTrial<P>) =>
    train(params, { rows: subsets[index]!, number, seed, signal })
  const alone = async (params: P, trial: LiveTrial<P>) => checkedScore(await runPart(params, whole, trial), 'all') as R

  function arrange(run: RunPort) {
    const part = run.runPart
    const remote = part && ((_: P, index: number, trial: LiveTrial<P>) => part(trial, index, trial.signal))
    const [goal] = run.goals
    const isSingle = run.goals.length === 1
    const partsFor = (number: number) => (isSingle ? partsOf(run, sizes, terms, number) : [whole])
    const shared = { sizes, goal, runPart: remote ?? runPart }
    return {
      objective: (params: P, trial: LiveTrial<P>) =>
        climb<P, R>({ ...shared, params, trial, parts: partsFor(trial.number), done: reportedBy(run, trial.number) }),
      openTrials: run.concurrency,
      // Another goal may make up for what the first lacks.
      pruner: isSingle ? pruner : noPruner(),
    }
  }
  return Object.assign(alone, { arrange, runPart })
}

/** Ascending, the last one all. */
function sizesOf(count: number, smallest: number, eta: number): readonly number[] {
  if (!(smallest > 0 && smallest < 1))
    throw new OptionError(`smallest is ${smallest}`, 'Give a share above 0 and below 1, such as 1/9')
  if (!(eta >= 2)) throw new OptionError(`eta is ${eta}`, 'Give a number of at least 2')
  const sizes = new Set<number>()
  // Rounded first: a share that is off by one bit must not add an example, nor a subset of nearly all.
  for (let share = smallest; share < 0.99; share *= eta) sizes.add(Math.ceil(Number((count * share).toPrecision(12))))
  return [...sizes].filter((size) => size < count).concat(count)
}

/** Which subsets a trial is trained on: those that may still stop somebody, and all examples. */
function partsOf(run: RunPort, sizes: readonly number[], terms: Required<AgreementTerms>, number: number): number[] {
  const trials = run.trials()
  const attrs = trials[number]?.systemAttrs ?? {}
  const isExtra = attrs[ATTR.repeats] !== undefined || attrs[ATTR.ablates] !== undefined
  const direction = run.goals[0]?.direction ?? 'minimize'
  const searched = configurations(trials)
  return [...sizes.keys()].filter((index) => {
    if (index === sizes.length - 1) return true
    return !isExtra && agreementAt(searched, direction, sizes[index]!, sizes, terms).verdict !== 'disagrees'
  })
}

/** The steps that a trial has reported, or inherited from the one that it continues. */
const reportedBy = (run: RunPort, number: number): ReadonlySet<number> =>
  new Set(run.trials()[number]?.reports.map(([step]) => step))

interface Climb<P> {
  readonly sizes: readonly number[]
  readonly goal: Goal | undefined
  readonly params: P
  readonly trial: LiveTrial<P>
  /** Places of `sizes`, ascending. */
  readonly parts: readonly number[]
  readonly done: ReadonlySet<number>
  /** A LiveTrial whose signal ends the part as well. */
  readonly runPart: (params: P, index: number, trial: LiveTrial<P>) => unknown
}

async function climb<P, R extends FoldScore>(run: Climb<P>): Promise<R> {
  const { sizes, trial } = run
  const scores = storedScores(trial.attrs[SUBSET_SCORES], sizes.length)
  let score: FoldScore = Number.NaN
  for (const index of run.parts) {
    const size = sizes[index]!
    const known = scores.get(index)
    score = known ?? checkedScore(await run.runPart(run.params, index, trial), size)
    if (known === undefined) {
      scores.set(index, score)
      await trial.setAttr(SUBSET_SCORES, Object.fromEntries(scores))
    }
    if (!run.done.has(size)) await trial.report(size, scoreOf(score, run.goal?.name))
  }
  // Of the shape that the parts returned.
  return score as R
}

function checkedScore(value: unknown, size: number | 'all'): FoldScore {
  const isScore = (x: unknown) => typeof x === 'number'
  if (isScore(value)) return value as number
  const entries = typeof value === 'object' && value !== null ? Object.values(value) : []
  if (entries.length > 0 && entries.every(isScore)) return value as FoldScore
  const problem = `A training on ${size} examples returned ${JSON.stringify(value) ?? value}`
  throw new OptionError(problem, 'Return its score, one number a goal')
}
