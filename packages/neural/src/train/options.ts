import type { OptimizerRule } from '../compile/optimizers/rule.ts'
import { optimizerRule } from '../compile/optimizers/select.ts'
import { checkLabels } from '../data/check-labels.ts'
import type { Classification, Dataset } from '../data/dataset.ts'
import { DataError } from '../errors.ts'
import type { Loss } from '../network/loss.ts'
import { layerSites, type Network } from '../network/network.ts'
import { checkAveraging } from './averaging.ts'
import { checkFit, checkThreads, defaultLoss } from './check-fit.ts'
import type { Checkpoint } from './checkpoint.ts'
import { resolveClassWeights } from './class-weights.ts'
import { checkEarlyStopping, type EarlyStopping } from './early-stopping.ts'
import { checkMetrics, type MetricName } from './metrics.ts'
import { checkClipping, type Recipe } from './recipe.ts'
import { checkSchedule } from './schedule.ts'

/** Everything `train` may be told: the recipe, and how this run of it goes. */
export interface TrainOptions extends Recipe, Execution {}

/** How one run of a recipe goes. */
export interface Execution {
  /** Decides the order of examples, dropout and augmentation; default 0. The same seed on one thread gives the same weights. */
  readonly seed?: number
  /** Stops the training within one batch. */
  readonly signal?: AbortSignal
  /** Threads within one operation; default 1, which suits several trainings side by side. */
  readonly threads?: number
  /** Default: all epochs. Needs validation data. */
  readonly earlyStopping?: EarlyStopping
  /** Measured after each epoch; those on the training data cost another pass over it. */
  readonly metrics?: { readonly training?: readonly MetricName[]; readonly validation?: readonly MetricName[] }
  /** Goes on from here; seed and recipe must be those it was made with, but for `epochs`. */
  readonly resume?: Checkpoint
}

export interface TrainingData {
  readonly training: Dataset
  readonly validation?: Dataset
}

/** Options checked, defaults filled in. */
export interface Plan {
  readonly options: TrainOptions
  readonly loss: Loss
  readonly rule: OptimizerRule
  readonly batchSize: number
  /** Examples that a batch must have. */
  readonly smallestBatch: number
  readonly totalSteps: number
  /** Share of the label spread over all classes. */
  readonly smoothing: number
  readonly classWeights: Float64Array | undefined
}

export const DEFAULT_BATCH_SIZE = 32

/** @throws DataError when data, network and options do not fit; NetworkError when a setting of the recipe is out of range */
export function makePlan(network: Network, data: TrainingData, options: TrainOptions): Plan {
  const { training, validation } = data
  const loss = options.loss ?? defaultLoss(network, training)
  const batchSize = options.batchSize ?? DEFAULT_BATCH_SIZE
  checkFit(network, training, loss, 'training')
  if (validation) checkFit(network, validation, loss, 'validation')
  checkLabels(data)
  checkCounts({ epochs: options.epochs, batchSize }, training.count)
  checkThreads(options.threads)
  checkRecipe(options)
  checkJudging(data, options)
  // The spread of one example is 0: batch normalisation cannot learn from it.
  const smallestBatch = layerSites(network).some(({ layer }) => layer.kind === 'batchNorm') ? 2 : 1
  const full = Math.floor(training.count / batchSize)
  const steps = full + (training.count % batchSize >= smallestBatch ? 1 : 0)
  if (smallestBatch > batchSize || steps === 0)
    throw new DataError('Batch normalisation needs at least two examples a batch', 'Use larger batches or more data')
  const smoothing = loss.kind === 'crossEntropy' ? (loss.labelSmoothing ?? 0) : 0
  if (!(smoothing >= 0 && smoothing < 1))
    throw new DataError(`labelSmoothing must be at least 0 and below 1, got ${smoothing}`, 'Change it')
  const classWeights = classWeightsOf(loss, training)
  const rule = optimizerRule(options.optimizer)
  const totalSteps = steps * options.epochs
  return { options, loss, rule, batchSize, smallestBatch, totalSteps, smoothing, classWeights }
}

function checkCounts(counts: { readonly epochs: number; readonly batchSize: number }, examples: number): void {
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new DataError(`${name} must be a whole number, at least 1, got ${value}`, 'Change it')
  }
  if (counts.batchSize > examples)
    throw new DataError(`batchSize ${counts.batchSize} exceeds the ${examples} training examples`, 'Make it smaller')
}

function checkRecipe({ schedule, clipping, averaging }: Recipe): void {
  if (schedule) checkSchedule(schedule)
  if (clipping) checkClipping(clipping)
  if (averaging) checkAveraging(averaging)
}

function checkJudging({ training, validation }: TrainingData, { earlyStopping, metrics }: Execution): void {
  checkMetrics(metrics?.training ?? [], training)
  const wanted = [...(metrics?.validation ?? []), ...(earlyStopping ? [earlyStopping.metric ?? 'loss'] : [])]
  if (validation) checkMetrics(wanted, validation)
  else if (wanted.length > 0)
    throw new DataError(`Without validation data there is no ${wanted.join(', ')} on it`, 'Give validation data')
  if (earlyStopping) checkEarlyStopping(earlyStopping)
}

function classWeightsOf(loss: Loss, data: Dataset): Float64Array | undefined {
  const weights = loss.kind === 'crossEntropy' || loss.kind === 'binaryCrossEntropy' ? loss.classWeights : undefined
  return weights && resolveClassWeights(weights, data as Classification)
}

/** Where classes are weighed by example: with one output there is no row of classes to weigh. */
export const needsExampleWeights = ({ loss, classWeights }: Pick<Plan, 'loss' | 'classWeights'>): boolean =>
  classWeights !== undefined && loss.kind === 'binaryCrossEntropy'
