import { optimizerRule } from '../compile/optimizers/select.ts'
import { evaluationGraph, trainingGraph } from '../compile/training-graph.ts'
import type { Classification, Dataset, Regression } from '../data/dataset.ts'
import { DataError, DivergenceError } from '../errors.ts'
import type { Loss } from '../network/loss.ts'
import type { Optimizer } from '../network/optimizer.ts'
import { type RandomStream, randomStream, shuffle } from '../random.ts'
import { sharedSessions } from '../runtime/shared-sessions.ts'
import { checkFit, defaultLoss, fillBatch } from './batch.ts'
import { createEvaluator } from './evaluate.ts'
import type { Model } from './model.ts'
import { createTrainingState, type TrainingState } from './training-state.ts'

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
  const { optimizer, threads = 1, signal } = options
  const loss = options.loss ?? defaultLoss(model.network, data.training)
  const batchSize = checkOptions(model, data, options, loss)
  const rule = optimizerRule(optimizer)
  signal?.throwIfAborted()
  await using training = await sharedSessions().acquire(trainingGraph(model.network, loss.kind, rule), threads)
  await using evaluation = await sharedSessions().acquire(evaluationGraph(model.network, loss.kind), threads)
  const state = createTrainingState(training.session, model, rule, batchSize)
  const validate = data.validation && createEvaluator(evaluation.session, model, data.validation)
  const random = randomStream(options.seed ?? 0).split('training')

  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const place = { epoch, random: random.split(`epoch ${epoch}`), loss, batchSize }
    const trainingLoss = await trainEpoch(state, model, data.training, options, place)
    state.store()
    const report = { epoch, steps: state.steps, trainingLoss }
    if (validate) {
      const { loss: validationLoss, outputs: _, ...judged } = await validate(signal)
      checkFinite(validationLoss, 'validationLoss', epoch, state.steps, optimizer)
      const accuracy = 'accuracy' in judged ? { accuracy: judged.accuracy } : {}
      yield { ...report, validationLoss, ...accuracy }
    } else yield report
  }
}

interface EpochPlace {
  readonly epoch: number
  readonly random: RandomStream
  readonly loss: Loss
  readonly batchSize: number
}

async function trainEpoch(
  state: TrainingState,
  model: Model,
  data: Dataset,
  { optimizer, signal }: TrainOptions,
  { epoch, random, loss, batchSize }: EpochPlace,
): Promise<number> {
  const order = Int32Array.from({ length: data.count }, (_, i) => i)
  shuffle(order, random.split('order'))
  const masks = random.split('dropout')
  const smoothing = loss.kind === 'crossEntropy' ? (loss.labelSmoothing ?? 0) : 0
  // The spread of one example is 0: batch normalisation cannot learn from it.
  const smallest = model.network.layers.some((layer) => layer.kind === 'batchNorm') ? 2 : 1
  let total = 0
  let seen = 0
  for (let start = 0; start + smallest <= data.count; start += batchSize) {
    signal?.throwIfAborted()
    const rows = order.subarray(start, start + batchSize)
    fillBatch(state.batch, data, rows, smoothing)
    state.drawMasks(rows.length, masks)
    const batchLoss = await state.step(rows.length, optimizer.learningRate)
    checkFinite(batchLoss, 'trainingLoss', epoch, state.steps, optimizer)
    total += batchLoss * rows.length
    seen += rows.length
  }
  signal?.throwIfAborted()
  return total / seen
}

function checkFinite(
  value: number,
  kind: DivergenceError['kind'],
  epoch: number,
  step: number,
  optimizer: Optimizer,
): void {
  if (!Number.isFinite(value))
    throw new DivergenceError({ kind, epoch, step, value, learningRate: optimizer.learningRate })
}

function checkOptions(
  { network }: Model,
  data: { readonly training: Dataset; readonly validation?: Dataset },
  { epochs, batchSize = 32 }: TrainOptions,
  loss: Loss,
): number {
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
  return batchSize
}
