import { OptionError, StudyError } from '../errors.ts'
import { createRng } from '../math/rng.ts'
import type { Entries, Infer } from '../space/nodes.ts'
import type { SearchSpace } from '../space/search-space.ts'
import type { SpaceFunction } from '../space/suggest.ts'
import { parseCount } from '../study/budget.ts'
import {
  createStudy,
  type DeclaredStudyOptions,
  type DynamicStudyOptions,
  type Restriction,
  type StudySettings,
} from '../study/create-study.ts'
import type { Goals } from '../study/goals.ts'
import type { OptimizeOptions } from '../study/run-limits.ts'
import type { Study } from '../study/study.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { type FoldSummary, summarizeFolds } from './corrected-error.ts'
import { type CrossValidationOptions, crossValidated, type FoldObjective } from './cross-validated.ts'
import { type FoldScore, scoreOf } from './fold-scores.ts'
import { type ParamStability, stabilityOf } from './param-stability.ts'
import type { Examples, Label, Split, Splitter } from './splitter.ts'

/** What {@link nestedCrossValidation} does beside what a study needs. */
export interface NestedOptions extends Pick<CrossValidationOptions, 'examples' | 'range' | 'risk'> {
  /** Parts to judge tuning by. */
  readonly outer: Splitter
  /** How the training part of each outer fold is split for tuning. */
  readonly inner: Splitter
  /** For tuning in each outer fold; `trials` is needed, so that every fold is tuned alike. */
  readonly budget: Pick<OptimizeOptions, 'concurrency' | 'signal'> & { readonly trials: number }
}

/** One outer fold. */
export interface OuterFold<P> {
  /** What tuning chose here. */
  readonly params: P
  /** Its mean over the inner folds, by which it was chosen. */
  readonly innerScore: number
  /** Its score on examples that tuning never saw. */
  readonly score: number
  /** The study that chose it. */
  readonly study: string
}

/** What tuning is worth on new data. */
export interface NestedResult<P> extends FoldSummary {
  readonly folds: readonly OuterFold<P>[]
  /** How much better the inner scores looked: above 0, tuning flattered itself. */
  readonly optimism: number
  /** How alike the outer folds chose, parameter by parameter. */
  readonly stability: readonly ParamStability[]
}

/**
 * Nested cross-validation: in each outer fold a study of its own tunes by inner cross-validation on the training part, and its
 * winner, trained on all of that part, is scored on the rest. The mean is what the whole procedure, tuning included, is worth on
 * new data; its error is corrected for the examples that folds share.
 *
 * Each outer fold has its own study (`name/outer 1 of 5`) and learns nothing from the others', whose data hold its test examples. With a
 * `storage` and `ifExists: 'resume'` a call that was interrupted goes on, fold by fold.
 * @param options those of `createStudy` (one goal), and {@link NestedOptions}
 * @throws {OptionError} where the examples cannot be split so
 * @throws {StudyError} where a fold has no complete trial, or the run was stopped
 * @example
 * const { mean, interval, stability } = await nestedCrossValidation(
 *   { goals: { accuracy: 'maximize' }, space, examples: { count: labels.length, labels },
 *     outer: stratifiedKFold(5, { seed: 1 }), inner: stratifiedKFold(4), budget: { trials: 30 } },
 *   (params, { train, test, seed }) => accuracy(fit(params, train, seed), test),
 * )
 */
export function nestedCrossValidation<const E extends Entries, const G extends Goals, R extends FoldScore>(
  options: DeclaredStudyOptions<E, G> & NestedOptions,
  train: FoldObjective<Infer<E>, R>,
): Promise<NestedResult<Infer<E>>>
export function nestedCrossValidation<P, const G extends Goals, R extends FoldScore>(
  options: DynamicStudyOptions<P, G> & NestedOptions,
  train: FoldObjective<P, R>,
): Promise<NestedResult<P>>
export async function nestedCrossValidation<P, G extends Goals>(
  options: StudySettings<G> & Restriction<P> & { readonly space: Entries | SpaceFunction<P> } & NestedOptions,
  train: FoldObjective<P, FoldScore>,
): Promise<NestedResult<P>> {
  const { outer, inner, budget, examples, range, risk, ...settings } = options
  parseCount('budget.trials', budget.trials)
  const splits = outer.split(examples)
  if (splits.length < 2)
    throw new OptionError(`${outer.name} makes ${splits.length} fold`, 'Use at least 2 outer folds')
  const name = settings.name ?? 'nested'
  const folds: OuterFold<P>[] = []
  let space: SearchSpace | undefined
  const chosen: TrialRecord[] = []
  for (const [index, split] of splits.entries()) {
    const studyName = `${name}/outer ${index + 1} of ${splits.length}`
    // A declared space or a function: createStudy tells them apart.
    await using study = await createStudy({ ...settings, name: studyName } as DynamicStudyOptions<P, G>)
    const splitter = within(inner, split)
    const cross = { splitter, examples, ...(range && { range }), ...(risk !== undefined && { risk }) }
    const { trials: total, ...limits } = budget
    // Numbers or one number a goal: the study checks what comes.
    const { reason } = await study.optimize(crossValidated(cross, train) as never, { ...limits, total })
    if (reason === 'signal' || reason === 'stop') {
      throw new StudyError(`Nested cross-validation was stopped in "${studyName}"`, "Go on with ifExists: 'resume'")
    }
    const { params, record } = study.best
    const seed = createRng(study.seed)
      .split('outer')
      .int(2 ** 32)
    const signal = budget.signal ?? new AbortController().signal
    const fold = { ...split, index, count: splits.length, trial: record.number, seed, signal }
    const score = await outerScore(study, record, async () => train(params, fold))
    folds.push({ params, innerScore: record.values[0] ?? Number.NaN, score, study: studyName })
    chosen.push(record)
    space = study.space
  }
  const scores = folds.map(({ score }) => score)
  const { train: trained, test: tested } = splits[0]!
  const sign = Object.values(settings.goals)[0] === 'minimize' ? -1 : 1
  const summary = summarizeFolds(scores, tested.length / trained.length)
  const inners = folds.reduce((sum, { innerScore }) => sum + innerScore, 0) / folds.length
  return {
    ...summary,
    folds,
    optimism: sign * (inners - summary.mean),
    stability:
      space === undefined
        ? []
        : stabilityOf(
            space,
            chosen.map(({ params }) => params),
          ),
  }
}

/** User attribute of an outer fold's study: the winner's trial and its score on the outer test part. */
const OUTER_SCORE = 'outerScore'

async function outerScore<P, G extends Goals>(
  study: Study<P, G>,
  winner: TrialRecord,
  train: () => Promise<FoldScore>,
) {
  const stored = study.userAttrs[OUTER_SCORE] as { trial?: unknown; score?: unknown } | undefined
  if (stored?.trial === winner.number && typeof stored.score === 'number') return stored.score
  const score = scoreOf(await train(), study.goals[0]?.name)
  if (Number.isNaN(score))
    throw new StudyError(`The winner of "${study.name}" scored NaN`, 'Return its score as a number')
  await study.setAttr(OUTER_SCORE, { trial: winner.number, score })
  return score
}

/** A splitter of the examples of a training part, whose places are those of all examples. */
function within(splitter: Splitter, { train }: Split): Splitter {
  const pick = (column: ArrayLike<Label> | undefined) => column && Array.from(train, (i) => column[i]!)
  const back = (places: Int32Array) => places.map((i) => train[i]!)
  return {
    name: splitter.name,
    split({ labels, groups }: Examples) {
      const picked = { labels: pick(labels), groups: pick(groups) }
      const part: Examples = {
        count: train.length,
        ...(picked.labels && { labels: picked.labels }),
        ...(picked.groups && { groups: picked.groups }),
      }
      return splitter.split(part).map((split) => ({ train: back(split.train), test: back(split.test) }))
    },
  }
}
