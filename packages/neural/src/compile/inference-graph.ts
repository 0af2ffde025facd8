import type { Network } from '../network/network.ts'
import { createGraph, type Dimension, type Graph, input, type Value } from './graph.ts'
import { buildNetwork } from './layers.ts'
import { writeOnnx } from './onnx.ts'
import { divide, subtract } from './operations/arithmetic.ts'

/** Means and scales of each feature. */
interface Scaling {
  readonly means: ArrayLike<number>
  readonly scales: ArrayLike<number>
}

/**
 * A network with its numbers as an ONNX model of its own: input `features` [batch, …inputs], output `output` [batch, outputs].
 *
 * @param tensors the network's tensors by name
 * @param scaling where the file should take features as they are before standardisation
 */
export function inferenceGraph(
  network: Network,
  tensors: ReadonlyMap<string, Float32Array>,
  scaling?: Scaling,
): Uint8Array {
  const graph = createGraph()
  const initial = new Map(tensors)
  const built = buildNetwork(graph, network, false, (features) =>
    scaling ? standardized(graph, features, scaling, initial) : features,
  )
  const sizes = new Map<Dimension, number>(
    Array.from(built.features.shape.slice(1), (size, i) => [size, network.inputShape[i]!]),
  )
  for (const { name, shape } of network.tensors) {
    built.tensors.get(name)?.shape.forEach((size, axis) => {
      sizes.set(size, shape[axis]!)
    })
  }
  return writeOnnx(graph, { output: built.output }, { initial, sizes })
}

function standardized(
  graph: Graph,
  features: Value,
  { means, scales }: Scaling,
  initial: Map<string, Float32Array>,
): Value {
  const whole = (name: string, values: ArrayLike<number>): Value => {
    initial.set(name, Float32Array.from(values))
    return input(graph, name, features.shape.slice(1))
  }
  return divide(subtract(features, whole('means', means)), whole('scales', scales))
}
