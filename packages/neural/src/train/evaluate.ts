import { evaluationGraph } from '../compile/gradient-graph.ts'
import type { Classification, Dataset, Regression } from '../data/dataset.ts'
import type { Loss } from '../network/loss.ts'
import type { Network } from '../network/network.ts'
import { sizeOf } from '../network/shape.ts'
import type { Binding, RuntimeSession, RuntimeTensor } from '../runtime/runtime.ts'
import { sharedSessions } from '../runtime/shared-sessions.ts'
import { createBatchBuffer, fillBatch, firstRows, type TargetRule } from './batch.ts'
import { checkFit, checkModel, checkThreads, defaultLoss } from './check-fit.ts'
import type { Model } from './model.ts'

/** How a model does on a data set. */
export interface Evaluation {
  /** Mean loss, without label smoothing. */
  readonly loss: number
  /** Raw outputs of the network, row by row. */
  readonly outputs: Float32Array
}

/** How a classifier does on a data set. */
export interface ClassifierEvaluation extends Evaluation {
  /** Share of examples whose predicted class is right, 0 … 1. */
  readonly accuracy: number
  /** The predicted class of each example. */
  readonly predictions: Int32Array
  /** Per example 1 where the prediction is right, else 0: what intervals and paired tests are made from. */
  readonly correct: Uint8Array
}

export interface EvaluateOptions {
  /** Default: cross-entropy for classes (binary for one output), squared error for numbers. */
  readonly loss?: Loss
  readonly signal?: AbortSignal
  /** Threads within one operation; default 1. */
  readonly threads?: number
}

/** Rows a run: large enough to keep the processor busy, small enough to stop soon; images take more memory and time. */
const chunkFor = ({ inputShape }: Network): number => (inputShape.length > 1 ? 256 : 1024)
const unchanged: TargetRule = { smoothing: 0, classWeights: undefined }

/**
 * Runs `model` on every example of `data`: no dropout, running statistics in batch normalisation.
 *
 * @throws DataError when data and network do not fit; the signal's reason when it aborts
 * @example const { accuracy, correct } = await evaluate(model, test)
 */
export async function evaluate(
  model: Model,
  data: Classification,
  options?: EvaluateOptions,
): Promise<ClassifierEvaluation>
export async function evaluate(model: Model, data: Regression, options?: EvaluateOptions): Promise<Evaluation>
export async function evaluate(
  model: Model,
  data: Dataset,
  options: EvaluateOptions = {},
): Promise<Evaluation | ClassifierEvaluation> {
  const loss = options.loss ?? defaultLoss(model.network, data)
  checkFit(model.network, data, loss, 'evaluation')
  checkModel(model)
  checkThreads(options.threads)
  const lease = await sharedSessions().acquire(evaluationGraph(model.network, loss.kind), options.threads ?? 1)
  try {
    return await createEvaluator(lease.session, model, data)(options.signal)
  } finally {
    await lease.release()
  }
}

/** Evaluates a model as it is at the moment of the call. */
export type Evaluator = (signal?: AbortSignal) => Promise<Evaluation | ClassifierEvaluation>

/** Binds `session` to `model` and `data` once; the function returned may be called again whenever the model has changed. */
export function createEvaluator(session: RuntimeSession, model: Model, data: Dataset): Evaluator {
  const { network } = model
  const chunk = chunkFor(network)
  const size = Math.min(chunk, data.count)
  const buffer = createBatchBuffer(network, size)
  const output: RuntimeTensor = { values: new Float32Array(size * network.outputs), shape: [size, network.outputs] }
  const loss: RuntimeTensor = { values: new Float32Array(1), shape: [1, 1] }
  const tensors = Object.fromEntries(
    network.tensors.map(({ name, shape }) => [
      name,
      { values: model.tensors.get(name) ?? new Float32Array(sizeOf(shape)), shape },
    ]),
  )
  const bindings = new Map<number, Binding>()
  const bindingFor = (rows: number): Binding => {
    const known = bindings.get(rows)
    if (known) return known
    const inputs = { ...tensors, features: firstRows(buffer.features, rows), target: firstRows(buffer.target, rows) }
    const binding = session.bind(inputs, { output: firstRows(output, rows), loss })
    bindings.set(rows, binding)
    return binding
  }
  const all = Int32Array.from({ length: data.count }, (_, i) => i)

  return async (signal) => {
    const outputs = new Float32Array(data.count * network.outputs)
    let total = 0
    for (let start = 0; start < data.count; start += chunk) {
      signal?.throwIfAborted()
      const rows = all.subarray(start, start + chunk)
      fillBatch(buffer, data, rows, unchanged)
      await bindingFor(rows.length).run()
      outputs.set(output.values.subarray(0, rows.length * network.outputs), start * network.outputs)
      total += (loss.values[0] ?? 0) * rows.length
    }
    const evaluation = { loss: total / data.count, outputs }
    return data.kind === 'classification' ? judge(evaluation, data, network.outputs) : evaluation
  }
}

function judge(evaluation: Evaluation, data: Classification, outputs: number): ClassifierEvaluation {
  const predictions = new Int32Array(data.count)
  const correct = new Uint8Array(data.count)
  let right = 0
  for (let row = 0; row < data.count; row++) {
    const scores = evaluation.outputs.subarray(row * outputs, (row + 1) * outputs)
    const predicted = outputs === 1 ? Number((scores[0] ?? 0) > 0) : largestAt(scores)
    predictions[row] = predicted
    correct[row] = Number(predicted === data.labels[row])
    right += correct[row] ?? 0
  }
  return { ...evaluation, accuracy: right / data.count, predictions, correct }
}

function largestAt(scores: Float32Array): number {
  let best = 0
  for (let i = 1; i < scores.length; i++) if ((scores[i] ?? 0) > (scores[best] ?? 0)) best = i
  return best
}
