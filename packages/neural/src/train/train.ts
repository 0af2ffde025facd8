import { evaluationGraph, gradientGraph } from '../compile/gradient-graph.ts'
import type { Classification, Dataset, Regression } from '../data/dataset.ts'
import { sharedSessions } from '../runtime/shared-sessions.ts'
import { checkModel } from './check-fit.ts'
import { checkResumable } from './checkpoint.ts'
import type { ClassifierEpoch, Epoch, ValidatedEpoch } from './epoch.ts'
import { createEvaluator } from './evaluate.ts'
import type { Model } from './model.ts'
import { makePlan, needsExampleWeights, type TrainingData, type TrainOptions } from './options.ts'
import { runEpochs } from './run-epochs.ts'
import { createTrainingState } from './training-state.ts'

/**
 * Trains `model` in place, one epoch a turn of the iterator; other work gets a turn after every batch.
 *
 * Stopping early is leaving the loop: the model then holds the weights (or averages) of the last epoch given. Where the loop ends by
 * itself under `earlyStopping`, it holds those of the best epoch.
 *
 * @param data `training`, and `validation` where epochs should be judged
 * @throws DivergenceError when a loss is no longer finite or has exploded (epoch and step in it); DataError when data and network do
 *   not fit; NetworkError when a setting is out of range; CheckpointError when `resume` is from another training; the signal's
 *   reason when it aborts
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
  data: { readonly training: Dataset; readonly validation?: Dataset },
  options: TrainOptions,
): AsyncGenerator<Epoch, void, undefined>
export async function* train(
  model: Model,
  data: TrainingData,
  options: TrainOptions,
): AsyncGenerator<Epoch, void, undefined> {
  const { network } = model
  checkModel(model)
  const plan = makePlan(network, data, options)
  if (options.resume) checkResumable(options.resume, network, data.training.count, options)
  options.signal?.throwIfAborted()
  const { loss } = plan
  const { threads = 1, clipping, metrics } = options
  const variant = { hasNormLimit: clipping?.kind === 'norm', isWeighted: needsExampleWeights(plan) }
  // Nested try instead of `await using`, which Node 22 does not know.
  const training = await sharedSessions().acquire(gradientGraph(network, loss.kind, variant), threads)
  try {
    const judges = data.validation !== undefined || (metrics?.training?.length ?? 0) > 0
    const evaluation = judges ? await sharedSessions().acquire(evaluationGraph(network, loss.kind), threads) : undefined
    try {
      const state = createTrainingState(training.session, model, plan)
      const evaluator = (part: Dataset | undefined) =>
        part && evaluation ? createEvaluator(evaluation.session, model, part) : undefined
      const evaluators = {
        training: metrics?.training?.length ? evaluator(data.training) : undefined,
        validation: evaluator(data.validation),
      }
      yield* runEpochs({ plan, model, data, state, evaluators })
    } finally {
      await evaluation?.release()
    }
  } finally {
    await training.release()
  }
}
