import type { Layer } from '../network/layer.ts'
import type { Network } from '../network/network.ts'
import { type Dimension, type Graph, input, type Shape, type Value } from './graph.ts'
import { activate } from './operations/activation.ts'
import { add, divide, multiply, square, squareRoot, subtract } from './operations/arithmetic.ts'
import { linear } from './operations/linear.ts'
import { dropLeading } from './operations/reduction.ts'
import { count, mean } from './operations/statistics.ts'

/** A network built into a graph. Widths stay symbolic: one graph serves every width of the same structure. */
export interface BuiltNetwork {
  readonly features: Value
  readonly output: Value
  /** Inputs of the graph by tensor name. */
  readonly tensors: ReadonlyMap<string, Value>
  /** Dropout masks by input name: the mask multiplies the layer's input. */
  readonly masks: readonly Value[]
  /** New values of the running statistics, by tensor name. */
  readonly statistics: ReadonlyMap<string, Value>
}

interface Building {
  readonly graph: Graph
  readonly isTraining: boolean
  readonly tensors: Map<string, Value>
  readonly masks: Value[]
  readonly statistics: Map<string, Value>
}

/**
 * What of a network decides its graph, as text: two networks with the same key share one compiled graph.
 * Widths and dropout rates are absent on purpose; they are inputs.
 */
export function structureKey(network: Network): string {
  return network.layers.map(layerKey).join(' ')
}

function layerKey(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return layer.bias ? 'dense' : 'dense-unbiased'
    case 'activation':
      return layer.name
    case 'dropout':
      return layer.rate > 0 ? 'dropout' : 'nothing'
    case 'batchNorm':
      return `batchNorm(${layer.momentum},${layer.epsilon})`
    case 'layerNorm':
      return `layerNorm(${layer.epsilon})`
    default:
      return layer satisfies never
  }
}

/** The name of the graph input that holds the mask of the dropout layer at `index`. */
export const maskName = (index: number): string => `${index}.mask`

/** Builds the forward pass into `graph`. While training, dropout is applied and batch normalisation uses the batch. */
export function buildNetwork(graph: Graph, network: Network, isTraining: boolean): BuiltNetwork {
  const building: Building = { graph, isTraining, tensors: new Map(), masks: [], statistics: new Map() }
  const features = input(graph, 'features', ['batch', 'inputs'])
  const output = network.layers.reduce((x, layer, index) => buildLayer(building, layer, index, x), features)
  return { ...building, features, output }
}

function buildLayer(building: Building, layer: Layer, index: number, x: Value): Value {
  switch (layer.kind) {
    case 'dense': {
      const units = `units${index}`
      const weight = tensor(building, `${index}.weight`, [units, widthOf(x)])
      return layer.bias ? linear(x, weight, tensor(building, `${index}.bias`, [units])) : linear(x, weight)
    }
    case 'activation':
      return activate(layer.name, x)
    case 'dropout': {
      if (!building.isTraining || layer.rate === 0) return x
      const mask = input(building.graph, maskName(index), x.shape)
      building.masks.push(mask)
      return multiply(x, mask)
    }
    case 'batchNorm':
      return building.isTraining
        ? batchNormTraining(building, index, x, layer)
        : batchNormEvaluating(building, index, x, layer.epsilon)
    case 'layerNorm': {
      const centred = subtract(x, mean(x, [1]))
      const variance = mean(square(centred), [1])
      return scaleAndShift(building, index, divide(centred, squareRoot(add(variance, layer.epsilon))))
    }
    default:
      return layer satisfies never
  }
}

const widthOf = (x: Value): Dimension => x.shape[1] ?? 1

function tensor(building: Building, name: string, shape: Shape): Value {
  const value = input(building.graph, name, shape)
  building.tensors.set(name, value)
  return value
}

function scaleAndShift(building: Building, index: number, x: Value): Value {
  const scale = tensor(building, `${index}.weight`, [widthOf(x)])
  const shift = tensor(building, `${index}.bias`, [widthOf(x)])
  return add(multiply(x, scale), shift)
}

function batchNormTraining(
  building: Building,
  index: number,
  x: Value,
  layer: { momentum: number; epsilon: number },
): Value {
  const average = mean(x, [0])
  const centred = subtract(x, average)
  const variance = mean(square(centred), [0])
  const batch = divide(count(x), count(variance))
  // The running variance is the unbiased one, the one used for scaling is not: Ioffe, Szegedy (2015), and PyTorch.
  const unbiased = multiply(variance, divide(batch, subtract(batch, 1)))
  const runningMean = tensor(building, `${index}.runningMean`, [widthOf(x)])
  const runningVariance = tensor(building, `${index}.runningVariance`, [widthOf(x)])
  building.statistics.set(`${index}.runningMean`, moveTowards(runningMean, dropLeading(average), layer.momentum))
  building.statistics.set(
    `${index}.runningVariance`,
    moveTowards(runningVariance, dropLeading(unbiased), layer.momentum),
  )
  return scaleAndShift(building, index, divide(centred, squareRoot(add(variance, layer.epsilon))))
}

function batchNormEvaluating(building: Building, index: number, x: Value, epsilon: number): Value {
  const average = tensor(building, `${index}.runningMean`, [widthOf(x)])
  const variance = tensor(building, `${index}.runningVariance`, [widthOf(x)])
  return scaleAndShift(building, index, divide(subtract(x, average), squareRoot(add(variance, epsilon))))
}

const moveTowards = (from: Value, to: Value, share: number): Value => add(from, multiply(subtract(to, from), share))
