import { NetworkError } from '../errors.ts'
import { checkLayer } from './check-layer.ts'
import type { Layer } from './layer.ts'
import { requireCount, requireRange } from './require.ts'
import { type ExampleShape, showShape, sizeOf } from './shape.ts'
import { type TensorDescription, tensorsOf } from './tensors.ts'
import { type LayerSite, walkLayers } from './walk.ts'

/** A checked description of a network, shapes worked out. Plain data: it can be stored and sent. */
export interface Network {
  /** Numbers per example. */
  readonly inputs: number
  /** The shape of one example: [features], [channels, length] or [channels, height, width]. */
  readonly inputShape: ExampleShape
  /** Outputs per example. */
  readonly outputs: number
  readonly layers: readonly Layer[]
  /** Every tensor that a model of this network holds, in the order of the layers. */
  readonly tensors: readonly TensorDescription[]
}

/**
 * Checks a network description and works out its shapes.
 *
 * @param description `inputs`: features per example, or the shape of one; `layers`: in order, with something to learn, ending in
 *   one row of outputs
 * @throws NetworkError that names the layer and what is wrong with it; where shapes do not fit, both of them
 * @example
 * const network = defineNetwork({ inputs: 64, layers: [dense(128), activation('relu'), dropout(0.2), dense(10)] })
 * const images = defineNetwork({
 *   inputs: [1, 28, 28],
 *   layers: [conv2d(16, 3), activation('relu'), maxPool(2), flatten(), dense(10)],
 * })
 */
export function defineNetwork(description: {
  readonly inputs: number | ExampleShape
  readonly layers: readonly Layer[]
}): Network {
  const { layers } = description
  const inputShape = typeof description.inputs === 'number' ? [description.inputs] : description.inputs
  requireRange('inputs', showShape(inputShape), inputShape.length >= 1 && inputShape.length <= 3, 'one to three sizes')
  for (const size of inputShape) requireCount('inputs', size)
  const { sites, output } = walkLayers(layers, inputShape, checkLayer)
  const late = sites.findIndex(({ layer }, index) => layer.kind === 'embedding' && index > 0)
  if (late >= 0) {
    throw new NetworkError(
      `layers[${sites[late]?.path}] (embedding)`,
      'must be the first layer',
      'Move it to the front',
    )
  }
  const tensors = sites.flatMap(tensorsOf)
  if (!sites.some(({ layer }) => layer.kind === 'dense' || layer.kind === 'convolution')) {
    throw new NetworkError(
      'layers',
      'there is no dense layer and no convolution, so nothing can be learned',
      'Add dense(units)',
    )
  }
  if (output.length !== 1) {
    const problem = `the last layer gives ${showShape(output)}, but a network ends in one row [outputs]`
    throw new NetworkError('layers', problem, 'Add flatten() or globalPool()')
  }
  return { inputs: sizeOf(inputShape), inputShape, outputs: output[0] ?? 0, layers, tensors }
}

/** Every simple layer of `network` with its path and shapes, composed layers through their parts. */
export const layerSites = (network: Network): readonly LayerSite[] =>
  walkLayers(network.layers, network.inputShape).sites

/** Number of trained numbers in `network`. */
export function countParameters(network: Network): number {
  return network.tensors
    .filter((tensor) => tensor.role === 'parameter')
    .reduce((total, tensor) => total + sizeOf(tensor.shape), 0)
}
