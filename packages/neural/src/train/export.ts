import { inferenceGraph } from '../compile/inference-graph.ts'
import type { Standardization } from '../data/standardize.ts'
import { DataError } from '../errors.ts'
import type { Model } from './model.ts'

/**
 * `model` as a plain ONNX file (operator set 18) for any ONNX runtime, in any language: input `features` [batch, …inputs], output
 * `output` [batch, outputs], raw scores for classes.
 *
 * @param options `standardization`: put into the file, which then takes features as they are before it
 * @returns the file's bytes
 * @throws DataError when the standardisation is for another number of features
 * @example await writeFile('digits.onnx', exportOnnx(model))
 */
export function exportOnnx(model: Model, options: { readonly standardization?: Standardization } = {}): Uint8Array {
  const { standardization } = options
  const { inputs } = model.network
  if (standardization && standardization.means.length !== inputs) {
    const problem = `The standardisation is for ${standardization.means.length} features, the network takes ${inputs}`
    throw new DataError(problem, 'Fit it on the same data')
  }
  return inferenceGraph(model.network, model.tensors, standardization)
}
