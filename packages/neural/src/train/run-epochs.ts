import type { Dataset } from '../data/dataset.ts'
import { CheckpointError } from '../errors.ts'
import { type RandomStream, randomStream, shuffle } from '../random.ts'
import { type Augmenter, createAugmenter } from './augmentation.ts'
import { averageShare } from './averaging.ts'
import { fillBatch } from './batch.ts'
import { type Checkpoint, recipeOf } from './checkpoint.ts'
import { checkLoss } from './divergence.ts'
import { isTimeToStop, nextStopping, type StoppingState } from './early-stopping.ts'
import type { Epoch } from './epoch.ts'
import type { Evaluation, Evaluator } from './evaluate.ts'
import { type MetricName, measure } from './metrics.ts'
import type { Model } from './model.ts'
import type { Plan, TrainingData } from './options.ts'
import { followSchedule, type LearningRate } from './schedule.ts'
import type { TrainingState } from './training-state.ts'

/** One training, ready to run. */
export interface Training {
  readonly plan: Plan
  readonly model: Model
  readonly data: TrainingData
  readonly state: TrainingState
  /** Evaluate the model on either part; missing where nothing is asked of it. */
  readonly evaluators: { readonly training: Evaluator | undefined; readonly validation: Evaluator | undefined }
}

/** What changes from epoch to epoch beside the tensors. */
interface Progress {
  readonly rate: LearningRate
  firstLoss: number | undefined
  stopping: StoppingState | null
  best: Record<string, Float32Array> | null
}

/** Runs the epochs from where the state stands. */
export async function* runEpochs(training: Training): AsyncGenerator<Epoch, void, undefined> {
  const { plan, model, state } = training
  const { options, totalSteps } = plan
  const { resume, earlyStopping } = options
  const settings = { peak: options.optimizer.learningRate, totalSteps }
  const progress: Progress = {
    rate: followSchedule(options.schedule ?? { kind: 'constant' }, settings, resume?.plateau),
    firstLoss: resume?.firstLoss,
    stopping: resume?.stopping ?? null,
    best: resume?.best ? structuredClone(resume.best) : null,
  }
  const random = randomStream(options.seed ?? 0).split('training')
  const augment = options.augmentation && createAugmenter(options.augmentation, model.network.inputShape)
  for (let epoch = (resume?.epoch ?? 0) + 1; epoch <= options.epochs; epoch++) {
    if (earlyStopping && progress.stopping && isTimeToStop(earlyStopping, progress.stopping, epoch - 1)) break
    const trainingLoss = await trainEpoch(training, progress, {
      epoch,
      random: random.split(`epoch ${epoch}`),
      augment,
    })
    state.store()
    const judged = await judge(training, progress, epoch)
    progress.rate.epochEnded(judged.validationLoss ?? trainingLoss)
    const report = { epoch, steps: state.steps, trainingLoss, learningRate: progress.rate.at(state.steps), ...judged }
    yield { ...report, checkpoint: () => takeCheckpoint(training, progress, report) }
  }
  if (progress.best) for (const [name, values] of model.tensors) values.set(progress.best[name] ?? values)
}

interface EpochSetting {
  readonly epoch: number
  readonly random: RandomStream
  readonly augment: Augmenter | undefined
}

async function trainEpoch(
  { state, data: { training: data }, plan }: Training,
  progress: Progress,
  { epoch, random, augment }: EpochSetting,
): Promise<number> {
  const { options, batchSize, smallestBatch, totalSteps } = plan
  const order = Int32Array.from({ length: data.count }, (_, i) => i)
  shuffle(order, random.split('order'))
  const [masks, changes] = [random.split('dropout'), random.split('augmentation')]
  let total = 0
  let seen = 0
  for (let start = 0; start + smallestBatch <= data.count; start += batchSize) {
    options.signal?.throwIfAborted()
    const rows = order.subarray(start, start + batchSize)
    fillBatch(state.batch, data, rows, plan)
    augment?.(state.batch.features.values, rows.length, changes)
    state.drawMasks(rows.length, masks)
    const step = state.steps + 1
    const learningRate = progress.rate.at(step)
    const share = options.averaging ? averageShare(options.averaging, step, totalSteps) : 1
    const loss = await state.step(rows.length, { learningRate, averageShare: share })
    progress.firstLoss ??= loss
    checkLoss(loss, 'trainingLoss', progress.firstLoss, { epoch, step, learningRate })
    total += loss * rows.length
    seen += rows.length
  }
  options.signal?.throwIfAborted()
  return total / seen
}

interface Judgement {
  readonly metrics: Epoch['metrics']
  readonly validationLoss?: number
  readonly accuracy?: number
}

/** Measures the model after `epoch`, and notes where it is the best so far. */
async function judge(
  { plan, model, data, evaluators, state }: Training,
  progress: Progress,
  epoch: number,
): Promise<Judgement> {
  const { metrics, signal, earlyStopping, optimizer } = plan.options
  const measured = (names: readonly MetricName[] = [], part?: Dataset, evaluation?: Evaluation) =>
    part && evaluation ? measure(names, part, evaluation) : {}
  const onTraining = await evaluators.training?.(signal)
  const onValidation = await evaluators.validation?.(signal)
  const all = {
    training: measured(metrics?.training, data.training, onTraining),
    validation: measured(metrics?.validation, data.validation, onValidation),
  }
  if (!onValidation || !data.validation) return { metrics: all }
  // An exploded validation loss alone is overfitting, not divergence.
  const limit = Number.POSITIVE_INFINITY
  checkLoss(onValidation.loss, 'validationLoss', limit, {
    epoch,
    step: state.steps,
    learningRate: optimizer.learningRate,
  })
  if (earlyStopping) {
    const name = earlyStopping.metric ?? 'loss'
    const value = measure([name], data.validation, onValidation)[name] ?? Number.NaN
    progress.stopping = nextStopping(earlyStopping, progress.stopping ?? undefined, { epoch, value })
    const isBest = progress.stopping.bestEpoch === epoch
    if (isBest && (earlyStopping.restoreBest ?? true)) progress.best = copyOf(model)
  }
  const accuracy = 'accuracy' in onValidation ? { accuracy: onValidation.accuracy } : {}
  return { metrics: all, validationLoss: onValidation.loss, ...accuracy }
}

const copyOf = (model: Model): Record<string, Float32Array> =>
  Object.fromEntries(Array.from(model.tensors, ([name, values]) => [name, values.slice()]))

function takeCheckpoint(
  { plan, model, data, state }: Training,
  progress: Progress,
  { epoch, steps }: { readonly epoch: number; readonly steps: number },
): Checkpoint {
  if (state.steps !== steps)
    throw new CheckpointError(`Epoch ${epoch} is over: the training has gone on`, 'Take it before the next epoch')
  return {
    network: model.network,
    recipe: structuredClone(recipeOf(plan.options)),
    seed: plan.options.seed ?? 0,
    examples: data.training.count,
    epoch,
    steps,
    firstLoss: progress.firstLoss ?? 0,
    plateau: progress.rate.state,
    stopping: progress.stopping,
    tensors: state.copy(),
    best: progress.best && structuredClone(progress.best),
  }
}
