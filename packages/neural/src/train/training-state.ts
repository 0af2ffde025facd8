import { maskName } from '../compile/layers.ts'
import { AVERAGE, nextName, slotName } from '../compile/training-graph.ts'
import { layerSites, type Network } from '../network/network.ts'
import { sizeOf } from '../network/shape.ts'
import type { RandomStream } from '../random.ts'
import type { Binding, RuntimeSession, RuntimeTensor } from '../runtime/runtime.ts'
import { type BatchBuffer, createBatchBuffer, firstRows } from './batch.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Model } from './model.ts'
import { needsExampleWeights, type Plan } from './options.ts'

type Tensors = Readonly<Record<string, RuntimeTensor>>

/** What of a plan a training's state depends on. */
export type StatePlan = Pick<Plan, 'options' | 'rule' | 'batchSize' | 'loss' | 'classWeights'>

/** The numbers of one step. */
export interface StepNumbers {
  readonly learningRate: number
  /** Share of the new weights in the averages, where there are any. */
  readonly averageShare: number
}

/** A training under way: parameters, optimiser state and the buffers a step reads from and writes to. */
export interface TrainingState {
  readonly batch: BatchBuffer
  /** Draws new dropout masks for the first `size` rows. */
  drawMasks(size: number, random: RandomStream): void
  /** One optimiser step on the first `size` rows of the batch; returns the loss before it. */
  step(size: number, numbers: StepNumbers): Promise<number>
  /** Copies the present tensors, or their averages, into the model. */
  store(): void
  /** Copies of everything that changes: tensors, optimiser state, averages. */
  copy(): Record<string, Float32Array>
  /** Steps done. */
  readonly steps: number
}

/**
 * Sets up training of `model` on `session`, from its present weights or from a checkpoint.
 *
 * The graph must not write where it reads, so every tensor exists twice and the two sides swap roles each step:
 * no copies, no allocation, and the weights never leave the memory that the runtime works on.
 */
export function createTrainingState(session: RuntimeSession, model: Model, plan: StatePlan): TrainingState {
  const { rule, batchSize, options } = plan
  const batch = createBatchBuffer(model.network, batchSize, needsExampleWeights(plan))
  const masks = createMasks(model.network, batchSize)
  const start = () => createTensors(model, plan, options.resume)
  const sides = [start(), start()] as const
  const scalars = createScalars(plan)
  const loss: RuntimeTensor = { values: new Float32Array(1), shape: [1, 1] }
  const bindings = new Map<string, Binding>()
  let steps = options.resume?.steps ?? 0
  const present = (): 0 | 1 => (steps % 2 === 0 ? 0 : 1)

  const bindingFor = (size: number, from: 0 | 1): Binding => {
    const key = `${size} ${from}`
    const known = bindings.get(key)
    if (known) return known
    const whole = { ...batch, ...Object.fromEntries(masks.map(({ name, tensor }) => [name, tensor])) }
    const rows = renamed(whole, (name, tensor) => [name, firstRows(tensor, size)])
    const written = renamed(sides[from === 0 ? 1 : 0], (name, tensor) => [nextName(name), tensor])
    const binding = session.bind({ ...rows, ...sides[from], ...scalars }, { ...written, loss })
    bindings.set(key, binding)
    return binding
  }

  return {
    batch,
    drawMasks: (size, random) => {
      for (const mask of masks) fillMask(firstRows(mask.tensor, size).values, mask.rate, random)
    },
    step: async (size, { learningRate, averageShare }) => {
      const values: Record<string, number> = { averageShare, ...rule.scalarsAt(steps + 1, learningRate) }
      for (const [name, { values: cell }] of Object.entries(scalars)) cell[0] = values[name] ?? cell[0] ?? Number.NaN
      await bindingFor(size, present()).run()
      steps++
      return loss.values[0] ?? Number.NaN
    },
    store: () => {
      const side = sides[present()]
      const stored = (name: string): string => (options.averaging ? slotName(name, AVERAGE) : name)
      for (const [name, values] of model.tensors) values.set(side[stored(name)]?.values ?? values)
    },
    copy: () =>
      Object.fromEntries(Object.entries(sides[present()]).map(([name, { values }]) => [name, values.slice()])),
    get steps() {
      return steps
    },
  }
}

/** Graph inputs that hold one number each. */
function createScalars({ rule, options }: StatePlan): Record<string, RuntimeTensor> {
  const cell = (value: number): RuntimeTensor => ({ values: Float32Array.of(value), shape: [] })
  return {
    ...Object.fromEntries(rule.scalars.map((name) => [name, cell(Number.NaN)])),
    ...(options.clipping && { clipLimit: cell(options.clipping.limit) }),
    ...(options.averaging && { averageShare: cell(Number.NaN) }),
  }
}

/** The model's tensors, copied, with a zero slot of each kind for each parameter, and averages; or what `checkpoint` holds. */
function createTensors(model: Model, { rule, options }: StatePlan, checkpoint: Checkpoint | undefined): Tensors {
  const tensors: Record<string, RuntimeTensor> = {}
  const put = (name: string, shape: readonly number[], fresh?: Float32Array): void => {
    const values = checkpoint?.tensors[name] ?? fresh
    tensors[name] = { values: values ? Float32Array.from(values) : new Float32Array(sizeOf(shape)), shape }
  }
  for (const { name, role, shape } of model.network.tensors) {
    put(name, shape, model.tensors.get(name))
    if (role === 'parameter') for (const slot of rule.slots) put(slotName(name, slot), shape)
    if (options.averaging) put(slotName(name, AVERAGE), shape)
  }
  return tensors
}

const renamed = (
  tensors: Tensors,
  change: (name: string, tensor: RuntimeTensor) => readonly [string, RuntimeTensor],
): Tensors => Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => change(name, tensor)))

interface Mask {
  readonly name: string
  readonly rate: number
  readonly tensor: RuntimeTensor
}

function createMasks(network: Network, batchSize: number): readonly Mask[] {
  return layerSites(network).flatMap(({ layer, path, input }): Mask[] => {
    if (layer.kind !== 'dropout' || layer.rate === 0) return []
    const shape = layer.channels ? input.map((size, axis) => (axis === 0 ? size : 1)) : input
    const tensor = { values: new Float32Array(batchSize * sizeOf(shape)), shape: [batchSize, ...shape] }
    return [{ name: maskName(path), rate: layer.rate, tensor }]
  })
}

/** Draws 16 bits an element, two elements a draw; the rate is rounded to a multiple of 1/65536. */
function fillMask(mask: Float32Array, rate: number, random: RandomStream): void {
  const dropBelow = Math.min(65_535, Math.round(rate * 65_536))
  // From the rounded rate, so that the expected value of the layer is exactly kept.
  const kept = 1 / (1 - dropBelow / 65_536)
  for (let i = 0; i < mask.length; i += 2) {
    const bits = random.nextUint32()
    mask[i] = bits >>> 16 < dropBelow ? 0 : kept
    mask[i + 1] = (bits & 65_535) < dropBelow ? 0 : kept
  }
}
