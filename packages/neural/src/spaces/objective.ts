import { type Classification, type Dataset, selectRows } from '../data/dataset.ts'
import type { DataParts } from '../data/split.ts'
import type { Network } from '../network/network.ts'
import type { Augmentation } from '../train/augmentation.ts'
import type { Checkpoint } from '../train/checkpoint.ts'
import type { ClassifierEpoch, ValidatedEpoch } from '../train/epoch.ts'
import { evaluate } from '../train/evaluate.ts'
import { createModel, type Model } from '../train/model.ts'
import { type CostName, type ModelCosts, modelCosts, modelSize } from '../train/model-costs.ts'
import type { TrainOptions } from '../train/options.ts'
import { train } from '../train/train.ts'
import { recipeFor, type TrialRecipe } from './training-space.ts'

/** What an objective needs of a trial; a trial of diapason has it all. */
export interface TrialLike {
  readonly number: number
  readonly signal: AbortSignal
  /** Most epochs this trial may take; may be Infinity. */
  readonly budget?: number
  /** Seed of the trial's own. */
  readonly seed?: number
  /** `state` gives what a paused trial goes on from. Absent: nobody wants to know of single epochs. */
  report?(step: number, value: number, state?: () => unknown): Promise<void>
  /** The state of the trial that this one continues; undefined: train from the beginning. */
  checkpoint?(): Promise<{ readonly state: unknown } | undefined>
}

/** How the trainings of a study go, whatever the trial's parameters. */
export interface ObjectiveOptions {
  /** Passes over the training data where the trial's budget does not say less; default 27. */
  readonly epochs?: number
  /** Threads of one training; default 1, so that trials side by side do not fight. */
  readonly threads?: number
  /** Changes to training images that are no matter of search, such as mirroring. */
  readonly augmentation?: Augmentation
  /** Rows of the training part to learn from; default all. The validation part stays whole. */
  readonly rows?: Int32Array
}

/** Costs of the trained network that are goals as well. */
export interface CostOptions<C extends CostName> {
  /** Measured once a trial is trained; its value then has an entry for each, beside the score. Default none: the score alone. */
  readonly costs?: readonly C[]
}

/** The goal that is the score: classes are judged by accuracy, numbers by loss. */
export type ScoreName<D extends Dataset> = D extends Classification ? 'accuracy' : 'loss'

/** What an objective returns: the score, or with costs an entry for each goal. */
export type ObjectiveValue<D extends Dataset, C extends CostName> = [C] extends [never]
  ? number
  : { readonly [K in ScoreName<D> | C]: number }

/** The data an objective learns from and judges by. */
export type LearningParts<D extends Dataset> = Pick<DataParts<D>, 'training' | 'validation'>

/** Makes the network of a trial for data like `data`. */
export type NetworkMaker<P> = (params: P, data: Dataset) => Network

/**
 * An objective: trains, reports each epoch's value on the validation data, returns the last one. The value is the accuracy for
 * classes, to be maximised, and the loss for numbers, to be minimised; with `costs` there is an entry for each of them beside it. A trial that was paused goes on from its checkpoint; on one
 * thread it ends in the same bits as one that never paused.
 */
export function objectiveFor<P extends TrialRecipe, D extends Dataset, C extends CostName>(
  make: NetworkMaker<P>,
  parts: LearningParts<D>,
  options: ObjectiveOptions & CostOptions<C>,
): (params: P, trial: TrialLike) => Promise<ObjectiveValue<D, C>> {
  const { epochs = 27, costs = [] } = options
  return async (params, trial) => {
    const most = Math.min(epochs, trial.budget ?? epochs)
    let value = Number.NaN
    // Whatever a trial of this objective kept came from the report below.
    const resume = (await trial.checkpoint?.())?.state as Checkpoint | undefined
    const context = { seed: trial.seed ?? trial.number, signal: trial.signal, ...(resume && { resume }) }
    const run = start(make, params, parts, { ...options, epochs: most }, context)
    for await (const epoch of run.epochs) {
      value = 'accuracy' in epoch ? epoch.accuracy : epoch.validationLoss
      await trial.report?.(epoch.epoch, value, () => epoch.checkpoint())
    }
    const result = costs.length === 0 ? value : { ...(await scoreAndCosts(run.model, value, parts.validation)) }
    return result as ObjectiveValue<D, C> // As many entries as goals, which the type tells by `costs`.
  }

  async function scoreAndCosts(model: Model, value: number, validation: Dataset) {
    const { threads = 1 } = options
    const measured = costs.includes('inferenceMs' as C)
      ? await modelCosts(model, validation, { threads })
      : modelSize(model)
    const entries = costs.map((name) => [name, (measured as ModelCosts)[name]] as const)
    return { [validation.kind === 'classification' ? 'accuracy' : 'loss']: value, ...Object.fromEntries(entries) }
  }
}

/** What is given to a final judgement beside the parameters. */
export interface TestContext {
  readonly seed: number
  readonly signal: AbortSignal
}

/** A final judgement: trains anew and tells, example by example, what it gets right (1) or wrong (0) in the test part. */
export function testFor<P extends TrialRecipe>(
  make: NetworkMaker<P>,
  parts: DataParts<Classification>,
  options: ObjectiveOptions,
): (params: P, context: TestContext) => Promise<Uint8Array> {
  return async (params, context) => {
    const run = start(make, params, parts, { epochs: 27, ...options }, context)
    for await (const _ of run.epochs);
    const { signal } = context
    const { correct } = await evaluate(run.model, parts.test, { signal, threads: options.threads ?? 1 })
    return correct
  }
}

function start<P extends TrialRecipe>(
  make: NetworkMaker<P>,
  params: P,
  { training: all, validation }: LearningParts<Dataset>,
  { epochs, threads = 1, augmentation, rows }: ObjectiveOptions & { readonly epochs: number },
  { seed, signal, resume }: TestContext & { readonly resume?: Checkpoint },
): { readonly model: Model; readonly epochs: AsyncIterable<ValidatedEpoch | ClassifierEpoch> } {
  const training = rows === undefined ? all : selectRows(all, rows)
  const network = make(params, training)
  const model = createModel(network, { seed })
  const recipe = recipeFor(params, training, { epochs, ...(augmentation && { augmentation }) })
  const options: TrainOptions = { ...recipe, seed, signal, threads, ...(resume && { resume }) }
  // With validation data every epoch is a validated one; the overloads say so for one kind of data at a time.
  const epochsOf = train(model, { training, validation }, options) as AsyncIterable<ValidatedEpoch>
  return { model, epochs: epochsOf }
}

/** Outputs that data ask for: one a class, or one a number. */
export const outputsFor = (data: Dataset): number => (data.kind === 'classification' ? data.classes : data.outputs)
