import { GRADIENT, PARAMETER, type UpdateKernel } from '../compile/update-kernel.ts'
import { RuntimeError } from '../errors.ts'
import type { Network } from '../network/network.ts'
import { sizeOf } from '../network/shape.ts'
import type { TensorDescription } from '../network/tensors.ts'
import type { RuntimeTensor } from '../runtime/runtime.ts'

export type Tensors = Readonly<Record<string, RuntimeTensor>>

/** The name of what is kept beside a parameter: `0.weight/mean`, `0.weight/average`. */
export const slotName = (tensor: string, slot: string): string => `${tensor}/${slot}`

/** Where parameters, their gradients and the optimiser's state lie, for the runtime and the update kernel alike. */
export interface TrainingMemory {
  /** By parameter name; those of the optimiser's slots and of averages by `slotName`. */
  readonly kept: Tensors
  /** By parameter name: where the runtime writes gradients. */
  readonly gradients: Tensors
  /** By the kernel's names. */
  readonly scalars: Tensors
  /** Moves every parameter by its gradient. */
  update(): void
}

/** So that no tensor begins in the middle of a cache line. */
const LINE_BYTES = 64
const PAGE_BYTES = 65_536
/** What 32 bits can address. */
const LARGEST_BYTES = 2 ** 32

/**
 * Lays out `kernel`'s vectors, each all parameters of `network` in their order, in one WebAssembly memory filled with zeros: ONNX
 * Runtime for Node reads and writes there without a copy.
 *
 * @throws RuntimeError when the memory is not to be had
 */
export function createTrainingMemory(network: Network, kernel: UpdateKernel): TrainingMemory {
  const parameters = network.tensors.filter(({ role }) => role === 'parameter')
  const offsets = new Map<string, number>()
  let length = 0
  for (const { name, shape } of parameters) {
    offsets.set(name, length)
    length += aligned(4 * sizeOf(shape))
  }
  const first = aligned(4 * kernel.scalars.length)
  const memory = openMemory(first + kernel.vectors.length * length)
  const view = (offset: number, shape: readonly number[]): RuntimeTensor => ({
    values: new Float32Array(memory.buffer, offset, sizeOf(shape)),
    shape,
  })
  const vector = (wanted: string, nameOf: (tensor: string) => string): [string, RuntimeTensor][] => {
    const start = first + kernel.vectors.indexOf(wanted) * length
    const at = ({ name, shape }: TensorDescription) => view(start + (offsets.get(name) ?? 0), shape)
    return parameters.map((tensor) => [nameOf(tensor.name), at(tensor)])
  }
  const slots = kernel.vectors.filter((name) => name !== PARAMETER && name !== GRADIENT)
  const run = kernel.instantiate(memory)
  return {
    kept: Object.fromEntries([
      ...vector(PARAMETER, (name) => name),
      ...slots.flatMap((slot) => vector(slot, (name) => slotName(name, slot))),
    ]),
    gradients: Object.fromEntries(vector(GRADIENT, (name) => name)),
    scalars: Object.fromEntries(kernel.scalars.map((name, i) => [name, view(4 * i, [])])),
    update: () => run(first, length, length, 0),
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / LINE_BYTES) * LINE_BYTES

function openMemory(bytes: number): WebAssembly.Memory {
  const size = `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`
  if (bytes > LARGEST_BYTES)
    throw new RuntimeError(`Parameters and optimiser state take ${size}, more than 4 GiB`, 'Make the network smaller')
  const pages = Math.ceil(bytes / PAGE_BYTES)
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages })
  } catch (cause) {
    const problem = `There is no memory for ${size} of parameters and optimiser state: ${String(cause)}`
    throw new RuntimeError(problem, 'Make the network smaller, or train fewer side by side', { cause })
  }
}
