import { gradientName, nextName } from '../compile/gradient-graph.ts'
import { maskName } from '../compile/layers.ts'
import { AVERAGE, updateKernel } from '../compile/update-kernel.ts'
import { layerSites, type Network } from '../network/network.ts'
import { sizeOf } from '../network/shape.ts'
import type { RandomStream } from '../random.ts'
import type { Binding, RuntimeSession, RuntimeTensor } from '../runtime/runtime.ts'
import { type BatchBuffer, createBatchBuffer, firstRows } from './batch.ts'
import type { Model } from './model.ts'
import { needsExampleWeights, type Plan } from './options.ts'
import { createTrainingMemory, slotName, type Tensors } from './training-memory.ts'

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
 * A step is a run of the graph, which leaves the gradients, and a run of the update kernel, which moves the parameters in place: the
 * weights never leave the memory that both work on, and nothing is allocated.
 */
export function createTrainingState(session: RuntimeSession, model: Model, plan: StatePlan): TrainingState {
  const { rule, batchSize, options } = plan
  const { clipping, averaging, resume } = options
  const batch = createBatchBuffer(model.network, batchSize, needsExampleWeights(plan))
  const masks = createMasks(model.network, batchSize)
  const kernel = updateKernel(rule, { clipping: clipping?.kind, hasAverages: averaging !== undefined })
  const memory = createTrainingMemory(model.network, kernel)
  const statistics = createStatistics(model, averaging !== undefined)
  const kept: Tensors = { ...memory.kept, ...statistics.kept }
  for (const [name, { values }] of Object.entries(kept)) {
    const start = resume?.tensors[name] ?? model.tensors.get(name)
    if (start) values.set(start)
  }
  const clipLimit: RuntimeTensor = { values: Float32Array.of(clipping?.limit ?? Number.NaN), shape: [] }
  const loss: RuntimeTensor = { values: new Float32Array(1), shape: [1, 1] }
  const results = {
    loss,
    ...renamed(memory.gradients, gradientName),
    ...renamed(statistics.next, nextName),
    ...(clipping?.kind === 'norm' && { gradientFactor: memory.scalars.gradientFactor! }),
  }
  const bindings = new Map<number, Binding>()
  let steps = resume?.steps ?? 0

  const bindingFor = (size: number): Binding => {
    const known = bindings.get(size)
    if (known) return known
    const whole = { ...batch, ...Object.fromEntries(masks.map(({ name, tensor }) => [name, tensor])) }
    const rows = Object.fromEntries(Object.entries(whole).map(([name, tensor]) => [name, firstRows(tensor, size)]))
    const tensors = Object.fromEntries(model.network.tensors.map(({ name }) => [name, kept[name]!]))
    const limit = clipping?.kind === 'norm' && { clipLimit }
    const binding = session.bind({ ...rows, ...tensors, ...limit }, results)
    bindings.set(size, binding)
    return binding
  }

  return {
    batch,
    drawMasks: (size, random) => {
      for (const mask of masks) fillMask(firstRows(mask.tensor, size).values, mask.rate, random)
    },
    step: async (size, { learningRate, averageShare }) => {
      const own = { averageShare, clipLimit: clipping?.limit ?? Number.NaN }
      const values: Record<string, number> = { ...own, ...rule.scalarsAt(steps + 1, learningRate) }
      await bindingFor(size).run()
      for (const [name, { values: cell }] of Object.entries(memory.scalars)) cell[0] = values[name] ?? cell[0]!
      memory.update()
      statistics.update(averageShare)
      steps++
      return loss.values[0] ?? Number.NaN
    },
    store: () => {
      const stored = (name: string): string => (averaging ? slotName(name, AVERAGE) : name)
      for (const [name, values] of model.tensors) values.set(kept[stored(name)]?.values ?? values)
    },
    copy: () => Object.fromEntries(Object.entries(kept).map(([name, { values }]) => [name, values.slice()])),
    get steps() {
      return steps
    },
  }
}

/** Running statistics: the graph gives their next values, which take the place of the present ones. */
interface Statistics {
  readonly kept: Tensors
  readonly next: Tensors
  update(averageShare: number): void
}

function createStatistics({ network }: Model, hasAverages: boolean): Statistics {
  const described = network.tensors.filter(({ role }) => role === 'statistic')
  const fresh = (nameOf: (name: string) => string): Tensors =>
    Object.fromEntries(
      described.map(({ name, shape }) => [nameOf(name), { values: new Float32Array(sizeOf(shape)), shape }]),
    )
  const [present, next] = [fresh((name) => name), fresh((name) => name)]
  const averages = hasAverages ? fresh((name) => slotName(name, AVERAGE)) : {}
  return {
    kept: { ...present, ...averages },
    next,
    update: (averageShare) => {
      for (const [name, { values }] of Object.entries(next)) {
        present[name]?.values.set(values)
        const average = averages[slotName(name, AVERAGE)]?.values
        if (average) for (const [i, value] of values.entries()) average[i]! += averageShare * (value - average[i]!)
      }
    },
  }
}

const renamed = (tensors: Tensors, nameOf: (name: string) => string): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [nameOf(name), tensor]))

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
