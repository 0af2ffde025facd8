import { initialize } from '../network/initializer.ts'
import type { Network } from '../network/network.ts'
import { sizeOf } from '../network/shape.ts'
import type { TensorDescription } from '../network/tensors.ts'
import { randomStream } from '../random.ts'

/** A network with numbers in it. Training changes the arrays in place, at the end of each epoch. */
export interface Model {
  readonly network: Network
  /** Values by tensor name (`0.weight`), row-major in the shape that `network.tensors` gives. */
  readonly tensors: ReadonlyMap<string, Float32Array>
}

/**
 * A new model with seeded starting weights: the same seed and network give the same numbers everywhere.
 *
 * @param options `seed`: default 0
 * @example const model = createModel(network, { seed: 7 })
 */
export function createModel(network: Network, options: { readonly seed?: number } = {}): Model {
  const random = randomStream(options.seed ?? 0).split('weights')
  const start = ({ name, shape, start }: TensorDescription): Float32Array => {
    const values = new Float32Array(sizeOf(shape))
    if (start.kind === 'constant') values.fill(start.value)
    // A stream per tensor: changing one layer leaves the others' start as it was.
    else initialize(start.initializer, values, start, random.split(name))
    return values
  }
  return { network, tensors: new Map(network.tensors.map((tensor) => [tensor.name, start(tensor)])) }
}
