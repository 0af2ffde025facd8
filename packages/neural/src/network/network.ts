import { NetworkError } from '../errors.ts'
import { activationNames } from './activation.ts'
import { type InitializerName, initializerFor, initializerNames } from './initializer.ts'
import type { DenseLayer, Layer } from './layer.ts'

/** A checked description of a network, shapes worked out. Plain data: it can be stored and sent. */
export interface Network {
  /** Features per example. */
  readonly inputs: number
  /** Outputs per example. */
  readonly outputs: number
  readonly layers: readonly Layer[]
  /** Every tensor that a model of this network holds, in the order of the layers. */
  readonly tensors: readonly TensorDescription[]
}

/** A tensor of a model: `parameter` is trained by gradients, `statistic` is a running average (batch normalisation). */
export interface TensorDescription {
  /** The layer's position and the tensor's role, as PyTorch would call it in a Sequential: `0.weight`, `1.runningMean`. */
  readonly name: string
  readonly role: 'parameter' | 'statistic'
  readonly shape: readonly number[]
  readonly start: TensorStart
}

export type TensorStart =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'random'; readonly initializer: InitializerName; readonly fanIn: number; readonly fanOut: number }

/**
 * Checks a network description and works out its shapes.
 *
 * @param description `inputs`: features per example; `layers`: in order, with at least one dense layer
 * @throws NetworkError that names the layer and what is wrong with it
 * @example
 * const network = defineNetwork({ inputs: 64, layers: [dense(128), activation('relu'), dropout(0.2), dense(10)] })
 */
export function defineNetwork(description: { readonly inputs: number; readonly layers: readonly Layer[] }): Network {
  const { inputs, layers } = description
  requireCount('inputs', inputs)
  const tensors: TensorDescription[] = []
  let width = inputs
  for (const [index, layer] of layers.entries()) {
    checkLayer(`layers[${index}] (${layer.kind})`, layer)
    tensors.push(...tensorsOf(layer, index, width, layers))
    if (layer.kind === 'dense') width = layer.units
  }
  if (!layers.some((layer) => layer.kind === 'dense')) {
    throw new NetworkError('layers', 'there is no dense layer, so nothing can be learned', 'Add dense(units)')
  }
  return { inputs, outputs: width, layers, tensors }
}

/** Number of trained numbers in `network`. */
export function countParameters(network: Network): number {
  return network.tensors
    .filter((tensor) => tensor.role === 'parameter')
    .reduce((total, tensor) => total + sizeOf(tensor.shape), 0)
}

/** Number of elements of a tensor. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

function checkLayer(where: string, layer: Layer): void {
  switch (layer.kind) {
    case 'dense':
      requireCount(`${where}.units`, layer.units)
      if (layer.initializer) requireOneOf(`${where}.initializer`, layer.initializer, initializerNames)
      return
    case 'activation':
      requireOneOf(`${where}.name`, layer.name, activationNames)
      return
    case 'dropout':
      requireRange(`${where}.rate`, layer.rate, layer.rate >= 0 && layer.rate < 1, 'at least 0 and below 1')
      return
    case 'batchNorm':
      requireRange(`${where}.momentum`, layer.momentum, layer.momentum > 0 && layer.momentum <= 1, 'above 0, up to 1')
      requireRange(`${where}.epsilon`, layer.epsilon, layer.epsilon > 0, 'above 0')
      return
    case 'layerNorm':
      requireRange(`${where}.epsilon`, layer.epsilon, layer.epsilon > 0, 'above 0')
      return
    default:
      throw new NetworkError(
        where,
        'this kind of layer is unknown',
        `Use one that this package exports, got ${JSON.stringify(layer satisfies never)}`,
      )
  }
}

function tensorsOf(layer: Layer, index: number, width: number, layers: readonly Layer[]): TensorDescription[] {
  const filled = (role: TensorDescription['role'], what: string, size: number, value: number): TensorDescription => ({
    name: `${index}.${what}`,
    role,
    shape: [size],
    start: { kind: 'constant', value },
  })
  switch (layer.kind) {
    case 'dense': {
      const start = denseStart(layer, width, layers.slice(index + 1))
      const weight: TensorDescription = {
        name: `${index}.weight`,
        role: 'parameter',
        shape: [layer.units, width],
        start,
      }
      return layer.bias ? [weight, filled('parameter', 'bias', layer.units, 0)] : [weight]
    }
    case 'batchNorm':
      return [
        filled('parameter', 'weight', width, 1),
        filled('parameter', 'bias', width, 0),
        filled('statistic', 'runningMean', width, 0),
        filled('statistic', 'runningVariance', width, 1),
      ]
    case 'layerNorm':
      return [filled('parameter', 'weight', width, 1), filled('parameter', 'bias', width, 0)]
    case 'activation':
    case 'dropout':
      return []
    default:
      return layer satisfies never
  }
}

function denseStart(layer: DenseLayer, width: number, following: readonly Layer[]): TensorStart {
  const next = following.find((later) => later.kind === 'dense' || later.kind === 'activation')
  const initializer = layer.initializer ?? initializerFor(next?.kind === 'activation' ? next.name : undefined)
  return { kind: 'random', initializer, fanIn: width, fanOut: layer.units }
}

function requireCount(where: string, value: number): void {
  requireRange(where, value, Number.isSafeInteger(value) && value >= 1, 'a whole number, at least 1')
}

function requireRange(where: string, value: number, isRight: boolean, wanted: string): void {
  if (!isRight) throw new NetworkError(where, `must be ${wanted}, got ${value}`, 'Change the value')
}

function requireOneOf(where: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value))
    throw new NetworkError(where, `'${value}' is unknown`, `Use one of ${allowed.join(', ')}`)
}
