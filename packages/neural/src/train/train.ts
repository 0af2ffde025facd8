import { optimizerRule } from '../compile/optimizers/select.ts'
import { evaluationGraph, trainingGraph } from '../compile/training-graph.ts'
import type { Classification, Dataset, Regression } from '../data/dataset.ts'
import { DataError, DivergenceError } from '../errors.ts'
import type { Loss } from '../network/loss.ts'
import { layerSites } from '../network/network.ts'
import type { Optimizer } from '../network/optimizer.ts'
import { type RandomStream, randomStream, shuffle } from '../random.ts'
import { sharedSessions } from '../runtime/shared-sessions.ts'
import { checkFit, defaultLoss, fillBatch } from './batch.ts'
import { createEvaluator, type Evaluator } from './evaluate.ts'
import type { Model } from './model.ts'
import { createTrainingState, type TrainingState } from './training-state.ts'

const DEFAULT_BATCH_SIZE = 32

export interface TrainOptions {
  readonly optimizer: Optimizer
  /** Passes over the training data, at least 1. */
  readonly epochs: number
  /** Examples a step; default 32. The last batch of an epoch may be smaller. */
  readonly batchSize?: number
  /** Default: cross-entropy for classes (binary for one output), squared error for numbers. */
  readonly loss?: Loss
  /** Decides the order of examples and dropout; default 0. The same seed on one thread gives the same weights. */
  readonly seed?: number
  /** Stops the training within one batch. */
  readonly signal?: AbortSignal
  /** Threads within one operation; default 1, which suits several trainings side by side. */
  readonly threads?: number
}

/** What is known after an epoch. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number
  /** Optimiser steps done so far. */
  readonly steps: number
  /** Mean loss over the epoch's batches as they were trained on (with dropout and label smoothing, weights still moving). */
  readonly trainingLoss: number
}
export interface ValidatedEpoch extends Epoch {
  /** Mean loss on the validation data, without dropout or label smoothing. */
  readonly validationLoss: number
}
export interface ClassifierEpoch extends ValidatedEpoch {
  /** Share of validation examples classified correctly, 0 … 1. */
  readonly accuracy: number
}

/**
 * Trains `model` in place, one epoch a turn of the iterator; other work gets a turn after every batch.
 *
 * Stopping early is leaving the loop: the model then holds the weights of the last epoch given.
 *
 * @param data `training`, and `validation` where epochs should be judged
 * @throws DivergenceError when a loss is no longer finite (epoch and step in it); DataError when data and network do not fit;
 *   NetworkError when an optimiser setting is out of range; the signal's reason when it aborts
 * @example
 * for await (const { epoch, accuracy } of train(model, { training, validation }, { optimizer, epochs: 27 })) {
 *   console.log(epoch, accuracy)
 * }
 */
export function train(
  model: Model,
  data: { readonly training: Classification; readonly validation: Classification },
  options: TrainOptions,
): AsyncGenerator<ClassifierEpoch, void, undefined>
export function train(
  model: Model,
  data: { readonly training: Regression; readonly validation: Regression },
  options: TrainOptions,
): AsyncGenerator<ValidatedEpoch, void, undefined>
export function train(
  model: Model,
  data: { readonly training: Dataset },
  options: TrainOptions,
): AsyncGenerator<Epoch, void, undefined>
export async function* train(
  model: Model,
  data: { readonly training: Dataset; readonly validation?: Dataset },
  options: TrainOptions,
): AsyncGenerator<Epoch | ValidatedEpoch | ClassifierEpoch, void, undefined> {
  const loss = options.loss ?? defaultLoss(model.network, data.training)
  checkOptions(model, data, options, loss)
  const rule = optimizerRule(options.optimizer)
  options.signal?.throwIfAborted()
  const { threads = 1 } = options
  // Nested try instead of `await using`, which Node 22 does not know.
  const training = await sharedSessions().acquire(trainingGraph(model.network, loss.kind, rule), threads)
  try {
    const evaluation =
      data.validation && (await sharedSessions().acquire(evaluationGraph(model.network, loss.kind), threads))
    try {
      const state = createTrainingState(training.session, model, rule, options.batchSize ?? DEFAULT_BATCH_SIZE)
      const validate = data.validation && evaluation && createEvaluator(evaluation.session, model, data.validation)
      yield* runEpochs({ state, model, data: data.training, options, loss, validate })
    } finally {
      await evaluation?.release()
    }
  } finally {
    await training.release()
  }
}

/** One training, ready to run. */
interface Training {
  readonly state: TrainingState
  readonly model: Model
  readonly data: Dataset
  readonly options: TrainOptions
  readonly loss: Loss
  readonly validate: Evaluator | undefined
}

async function* runEpochs(
  training: Training,
): AsyncGenerator<Epoch | ValidatedEpoch | ClassifierEpoch, void, undefined> {
  const { state, options, validate } = training
  const random = randomStream(options.seed ?? 0).split('training')
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const trainingLoss = await trainEpoch(training, epoch, random.split(`epoch ${epoch}`))
    state.store()
    const report = { epoch, steps: state.steps, trainingLoss }
    if (validate) {
      const evaluation = await validate(options.signal)
      checkFinite(evaluation.loss, 'validationLoss', epoch, training)
      const accuracy = 'accuracy' in evaluation ? { accuracy: evaluation.accuracy } : {}
      yield { ...report, validationLoss: evaluation.loss, ...accuracy }
    } else yield report
  }
}

async function trainEpoch(training: Training, epoch: number, random: RandomStream): Promise<number> {
  const { state, model, data, loss, options } = training
  const { optimizer, signal, batchSize = DEFAULT_BATCH_SIZE } = options
  const order = Int32Array.from({ length: data.count }, (_, i) => i)
  shuffle(order, random.split('order'))
  const masks = random.split('dropout')
  const smoothing = loss.kind === 'crossEntropy' ? (loss.labelSmoothing ?? 0) : 0
  // The spread of one example is 0: batch normalisation cannot learn from it.
  const smallest = layerSites(model.network).some(({ layer }) => layer.kind === 'batchNorm') ? 2 : 1
  let total = 0
  let seen = 0
  for (let start = 0; start + smallest <= data.count; start += batchSize) {
    signal?.throwIfAborted()
    const rows = order.subarray(start, start + batchSize)
    fillBatch(state.batch, data, rows, smoothing)
    state.drawMasks(rows.length, masks)
    const batchLoss = await state.step(rows.length, optimizer.learningRate)
    checkFinite(batchLoss, 'trainingLoss', epoch, training)
    total += batchLoss * rows.length
    seen += rows.length
  }
  signal?.throwIfAborted()
  return total / seen
}

function checkFinite(value: number, kind: DivergenceError['kind'], epoch: number, { state, options }: Training): void {
  if (Number.isFinite(value)) return
  throw new DivergenceError({ kind, epoch, step: state.steps, value, learningRate: options.optimizer.learningRate })
}

function checkOptions(
  { network }: Model,
  data: { readonly training: Dataset; readonly validation?: Dataset },
  { epochs, batchSize = DEFAULT_BATCH_SIZE }: TrainOptions,
  loss: Loss,
): void {
  checkFit(network, data.training, loss, 'training')
  if (data.validation) checkFit(network, data.validation, loss, 'validation')
  for (const [name, value] of Object.entries({ epochs, batchSize })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new DataError(`${name} must be a whole number, at least 1, got ${value}`, 'Change it')
  }
  if (batchSize > data.training.count) {
    throw new DataError(
      `batchSize ${batchSize} exceeds the ${data.training.count} training examples`,
      'Make it smaller',
    )
  }
  const smoothing = loss.kind === 'crossEntropy' ? (loss.labelSmoothing ?? 0) : 0
  if (!(smoothing >= 0 && smoothing < 1))
    throw new DataError(`labelSmoothing must be at least 0 and below 1, got ${smoothing}`, 'Change it')
}
