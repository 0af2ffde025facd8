import type { Split } from 'diapason'
import { embeddedColumns } from '../data/encoding.ts'
import { selectTableRows, type Table } from '../data/table.ts'
import type { Loss } from '../network/loss.ts'
import { sizeOf } from '../network/shape.ts'
import { createModel } from '../train/model.ts'
import { train } from '../train/train.ts'
import { type FitParams, fitNetwork } from './fit-space.ts'
import type { AnyMetric, FitTask, Truth } from './fit-task.ts'
import { fitFoldEncoding, fitTargetScale, trainingSet } from './fold-encoding.ts'
import { type Member, predictMember, type TablePrediction } from './table-model.ts'

/** What is learned from: the target taken apart, and the columns that were kept. */
export interface FitData extends Pick<FitTask, 'truth' | 'metric'> {
  readonly table: Table
}

/** How one network is trained. */
export interface MemberRun {
  readonly seed: number
  readonly signal: AbortSignal
  /** Told after each epoch, from 1. */
  readonly onEpoch?: (epoch: number) => void
}

const WARM_UP = 0.05
const LAST_RATE = 1e-2

/**
 * Trains a network on some rows: encoding and scale of the target are learned from these rows alone, and the last epoch counts.
 *
 * @throws DivergenceError when the loss explodes; the signal's reason when it aborts
 */
export async function trainMember(
  { table, truth }: FitData,
  rows: Int32Array,
  params: FitParams,
  { seed, signal, onEpoch }: MemberRun,
): Promise<Member> {
  const encoding = fitFoldEncoding(table, rows)
  const scale = truth.kind === 'numbers' ? fitTargetScale(truth.values, rows, params.target === 'log') : undefined
  const training = trainingSet(table, rows, encoding, truth, scale)
  const network = fitNetwork(params, {
    inputs: sizeOf(training.featureShape),
    outputs: truth.kind === 'classes' ? truth.classes.length : 1,
    categories: embeddedColumns(encoding),
  })
  const model = createModel(network, { seed })
  const options = {
    optimizer: { kind: 'adamW', learningRate: params.learningRate, weightDecay: params.weightDecay },
    schedule: { kind: 'cosine', warmUp: WARM_UP, end: LAST_RATE },
    epochs: params.epochs,
    batchSize: Math.min(params.batchSize, training.count),
    loss: lossFor(truth, params),
    seed,
    signal,
  } as const
  for await (const { epoch } of train(model, { training }, options)) onEpoch?.(epoch)
  return { ...encoding, model, ...(scale && { scale }) }
}

function lossFor(truth: Truth, { labelSmoothing = 0, classWeights }: FitParams): Loss {
  if (truth.kind === 'numbers') return { kind: 'squaredError' }
  return { kind: 'crossEntropy', labelSmoothing, ...(classWeights === 'balanced' && { classWeights }) }
}

/** A network of one fold and what it says about the rows that it never saw. */
export interface JudgedMember {
  readonly member: Member
  readonly prediction: TablePrediction
  readonly score: number
}

/** Trains on a split's first part and scores the second. */
export async function trainAndJudge(
  data: FitData,
  { train: rows, test }: Split,
  params: FitParams,
  run: MemberRun,
): Promise<JudgedMember> {
  const member = await trainMember(data, rows, params, run)
  const classes = data.truth.kind === 'classes' ? data.truth.classes : undefined
  const prediction = await predictMember(member, classes, selectTableRows(data.table, test), run.signal)
  return { member, prediction, score: scoreOf(data.metric, data.truth, test, prediction) }
}

/** What a metric says of predictions for some rows. */
export function scoreOf(metric: AnyMetric, truth: Truth, rows: Int32Array, prediction: TablePrediction): number {
  const score = metric.score as (truth: ArrayLike<number>, predicted: unknown) => number // Kinds were paired by `fitTask`.
  if (truth.kind === 'numbers') {
    const actual = Float64Array.from(rows, (row) => truth.values[row]!)
    return score(actual, prediction.kind === 'numbers' ? prediction.values : undefined)
  }
  if (prediction.kind !== 'classes') return Number.NaN
  const actual = Int32Array.from(rows, (row) => truth.labels[row]!)
  if (metric.kind === 'classes') return score(actual, prediction.labels)
  const width = truth.classes.length
  const { probabilities } = prediction
  // Of two classes, metrics take the probability of the second.
  if (width === 2)
    return score(
      actual,
      Float64Array.from(actual, (_, row) => probabilities[2 * row + 1]!),
    )
  return score(
    actual,
    Array.from(actual, (_, row) => probabilities.subarray(row * width, (row + 1) * width)),
  )
}
