import type { Classification } from '../data/dataset.ts'
import type { DataParts } from '../data/split.ts'
import { sizeOf } from '../network/shape.ts'
import type { ClassifierEpoch } from '../train/epoch.ts'
import { evaluate } from '../train/evaluate.ts'
import { createModel, type Model } from '../train/model.ts'
import { train } from '../train/train.ts'
import { type DenseParams, denseNetwork } from './dense-space.ts'

/** What an objective needs of a trial; a trial of diapason has it all. */
export interface TrialLike {
  readonly number: number
  readonly signal: AbortSignal
  /** Most epochs this trial may take; may be Infinity. */
  readonly budget?: number
  /** Seed of the trial's own. */
  readonly seed?: number
  report(step: number, value: number): Promise<void>
}

export interface DenseTrainingOptions {
  /** Passes over the training data where the trial's budget does not say less; default 27. */
  readonly epochs?: number
  /** Threads of one training; default 1, so that trials side by side do not fight. */
  readonly threads?: number
}

/**
 * An objective for {@link denseSpace}: trains, reports the validation accuracy of each epoch, returns the last one.
 *
 * @param parts the data, see `prepare`; the test part is not touched
 * @returns throws what `train` throws: a diverged training fails its trial with the cause
 * @example
 * const parts = prepare(await digits(), { validation: 0.2, test: 0.3 })
 * await study.optimize(denseObjective(parts), { time: '1m' })
 */
export function denseObjective(
  parts: Pick<DataParts<Classification>, 'training' | 'validation'>,
  options: DenseTrainingOptions = {},
): (params: DenseParams, trial: TrialLike) => Promise<number> {
  const { epochs = 27 } = options
  return async (params, trial) => {
    const settings = { ...options, epochs: Math.min(epochs, trial.budget ?? epochs) }
    let accuracy = 0
    const run = trainDense(params, parts, settings, trial.seed ?? trial.number, trial.signal)
    for await (const epoch of run.epochs) {
      accuracy = epoch.accuracy
      await trial.report(epoch.epoch, accuracy)
    }
    return accuracy
  }
}

/**
 * The final judgement for {@link denseSpace}: trains anew and tells, example by example, what it gets right in the test part.
 *
 * @returns a function of parameters and seed; resolves to 1 (right) or 0 (wrong) per test example
 */
export function denseTest(
  parts: DataParts<Classification>,
  options: DenseTrainingOptions = {},
): (params: DenseParams, context: { readonly seed: number; readonly signal: AbortSignal }) => Promise<Uint8Array> {
  return async (params, { seed, signal }) => {
    const run = trainDense(params, parts, { epochs: 27, ...options }, seed, signal)
    for await (const _ of run.epochs);
    const { correct } = await evaluate(run.model, parts.test, { signal, threads: options.threads ?? 1 })
    return correct
  }
}

function trainDense(
  params: DenseParams,
  parts: Pick<DataParts<Classification>, 'training' | 'validation'>,
  { epochs, threads = 1 }: DenseTrainingOptions & { readonly epochs: number },
  seed: number,
  signal: AbortSignal,
): { readonly model: Model; readonly epochs: AsyncIterable<ClassifierEpoch> } {
  const { training, validation } = parts
  const network = denseNetwork(params, { inputs: sizeOf(training.featureShape), outputs: training.classes })
  const model = createModel(network, { seed })
  const batchSize = Math.min(params.batchSize, training.count)
  const options = { optimizer: params.optimizer, epochs, batchSize, seed, signal, threads }
  return { model, epochs: train(model, { training, validation }, options) }
}
