import type { ConvolutionLayer } from '../network/convolution.ts'
import type { EmbeddingLayer } from '../network/embedding.ts'
import type { DropoutLayer, Layer, ResidualLayer } from '../network/layer.ts'
import type { Network } from '../network/network.ts'
import type { GlobalPoolingLayer, PoolingLayer } from '../network/pooling.ts'
import { paddingOf, poolingAxes } from '../network/shape.ts'
import { type Building, tensor, widthOf } from './building.ts'
import { type Graph, input, type Value } from './graph.ts'
import { batchNorm, layerNorm } from './normalization.ts'
import { activate } from './operations/activation.ts'
import { add, multiply } from './operations/arithmetic.ts'
import { convolution } from './operations/convolution.ts'
import { chooseColumns, lookUp } from './operations/gather.ts'
import { concatenate, dropAxes, relabel, reshape } from './operations/layout.ts'
import { linear } from './operations/linear.ts'
import { averagePool, globalAverage, globalMax, maxPool } from './operations/pooling.ts'

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

/** The name of the graph input that holds the mask of the dropout layer at `path`. */
export const maskName = (path: string): string => `${path}.mask`

/** Builds the forward pass into `graph`; `prepare` comes before the first layer. While training, dropout is applied and batch normalisation uses the batch. */
export function buildNetwork(
  graph: Graph,
  network: Network,
  isTraining: boolean,
  prepare: (features: Value) => Value = (features) => features,
): BuiltNetwork {
  const { inputs } = network
  const building: Building = { graph, inputs, isTraining, tensors: new Map(), masks: [], statistics: new Map() }
  const [, ...sizes] = network.inputShape
  const features = input(graph, 'features', ['batch', sizes.length === 0 ? 'inputs' : 'channels', ...sizes])
  const output = buildList(building, network.layers, '', prepare(features))
  return { ...building, features, output }
}

function buildList(building: Building, layers: readonly Layer[], prefix: string, x: Value): Value {
  return poolEarly(layers).reduce(
    (value, { layer, index }) => buildLayer(building, layer, `${prefix}${index}`, value),
    x,
  )
}

/**
 * Max pooling before an activation instead of after it: the same result, as the largest entry stays the largest under a function that
 * never falls, for a fraction of the work. Indices stay those of the description.
 */
function poolEarly(layers: readonly Layer[]): { readonly layer: Layer; readonly index: number }[] {
  const order = layers.map((layer, index) => ({ layer, index }))
  return order.map((place, i) => {
    const [before, after] = [order[i - 1], order[i + 1]]
    if (before && commute(before.layer, place.layer)) return before
    return after && commute(place.layer, after.layer) ? after : place
  })
}

const commute = (first: Layer, second: Layer): boolean =>
  first.kind === 'activation' &&
  (first.name === 'relu' || first.name === 'leakyRelu') &&
  second.kind === 'pooling' &&
  second.mode === 'max'

function buildLayer(building: Building, layer: Layer, path: string, x: Value): Value {
  switch (layer.kind) {
    case 'dense': {
      const units = `${path}.units`
      const weight = tensor(building, `${path}.weight`, [units, widthOf(x)])
      return layer.bias ? linear(x, weight, tensor(building, `${path}.bias`, [units])) : linear(x, weight)
    }
    case 'convolution':
      return convolve(building, layer, path, x)
    case 'pooling':
      return pool(layer, x)
    case 'globalPooling':
      return poolGlobally(layer, x)
    case 'flatten':
      return flatten(path, x)
    case 'embedding':
      return embed(building, layer, path, x)
    case 'activation':
      return activate(layer.name, x)
    case 'dropout':
      return drop(building, layer, path, x)
    case 'batchNorm':
      return batchNorm(building, path, x, layer)
    case 'layerNorm':
      return layerNorm(building, path, x, layer.epsilon)
    case 'sequential':
      return buildList(building, layer.layers, `${path}.`, x)
    case 'residual':
      return addShortcut(building, layer, path, x)
    default:
      return layer satisfies never
  }
}

function flatten(path: string, x: Value): Value {
  const places = x.shape.slice(2)
  if (places.every((size) => size === 1))
    return dropAxes(
      x,
      places.map((_, i) => i + 2),
    )
  return reshape(x, [0, -1], [x.shape[0]!, `${path}.flat`])
}

/** A sequence [batch, channels, length] as an image of height 1. */
const asImage = (x: Value): Value =>
  x.shape.length === 4 ? x : reshape(x, [0, 0, 1, Number(x.shape[2])], [...x.shape.slice(0, 2), 1, x.shape[2]!])

/** Back from an image of height 1, where `like` was a sequence. */
const asBefore = (image: Value, like: Value): Value =>
  like.shape.length === 4 ? image : reshape(image, [0, 0, Number(image.shape[3])], image.shape.toSpliced(2, 1))

function convolve(building: Building, layer: ConvolutionLayer, path: string, x: Value): Value {
  const filters = `${path}.filters`
  const inner = layer.groups === 1 ? widthOf(x) : `${path}.inner`
  const weight = tensor(building, `${path}.weight`, [filters, inner, ...layer.kernel])
  const bias = layer.bias ? tensor(building, `${path}.bias`, [filters]) : undefined
  const padding = paddingOf(layer, x.shape.slice(2).map(Number))
  const isSequence = layer.kernel.length === 1
  const numbers = {
    strides: isSequence ? [1, ...layer.stride] : layer.stride,
    padding: isSequence ? [[0, 0] as const, ...padding] : padding,
    groups: layer.groups,
  }
  return asBefore(convolution(asImage(x), asImage(weight), bias, numbers), x)
}

function pool(layer: PoolingLayer, x: Value): Value {
  const { size, stride, padding } = poolingAxes(layer, x.shape.length - 2)
  const isSequence = size.length === 1
  const windows = isSequence
    ? { size: [1, ...size], stride: [1, ...stride], padding: [0, ...padding] }
    : { size, stride, padding }
  return asBefore((layer.mode === 'max' ? maxPool : averagePool)(asImage(x), windows), x)
}

const poolGlobally = (layer: GlobalPoolingLayer, x: Value): Value =>
  (layer.mode === 'max' ? globalMax : globalAverage)(asImage(x))

function embed(building: Building, layer: EmbeddingLayer, path: string, x: Value): Value {
  const chosen = new Set(layer.columns.map(({ column }) => column))
  const others = Array.from({ length: building.inputs }, (_, column) => column).filter((column) => !chosen.has(column))
  const vectors = layer.columns.map(({ column }) => {
    const [categories, size] = [`${path}.categories${column}`, `${path}.size${column}`]
    return lookUp(tensor(building, `${path}.column${column}`, [categories, size]), x, column)
  })
  return concatenate(others.length === 0 ? vectors : [chooseColumns(x, others), ...vectors], 1, `${path}.width`)
}

function drop(building: Building, layer: DropoutLayer, path: string, x: Value): Value {
  if (!building.isTraining || layer.rate === 0) return x
  const shape = layer.channels ? x.shape.map((size, axis) => (axis < 2 ? size : 1)) : x.shape
  const mask = input(building.graph, maskName(path), shape)
  building.masks.push(mask)
  return multiply(x, mask)
}

function addShortcut(building: Building, layer: ResidualLayer, path: string, x: Value): Value {
  const shortcut = buildList(building, layer.shortcut, `${path}.shortcut.`, x)
  const body = buildList(building, layer.body, `${path}.body.`, x)
  // Sizes are equal, as the description was checked; their names need not be.
  return add(relabel(body, shortcut.shape), shortcut)
}
