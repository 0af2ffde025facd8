import { NetworkError } from '../errors.ts'
import { activationNames } from './activation.ts'
import type { ConvolutionLayer } from './convolution.ts'
import { initializerNames } from './initializer.ts'
import type { Layer } from './layer.ts'
import type { PoolingLayer } from './pooling.ts'
import { requireCount, requireOneOf, requireRange } from './require.ts'

/** @throws NetworkError when one of the layer's own numbers or names is wrong; shapes are not looked at */
export function checkLayer(layer: Layer, where: string): void {
  switch (layer.kind) {
    case 'dense':
      requireCount(`${where}.units`, layer.units)
      if (layer.initializer) requireOneOf(`${where}.initializer`, layer.initializer, initializerNames)
      return
    case 'convolution':
      checkConvolution(layer, where)
      return
    case 'pooling':
      checkPooling(layer, where)
      return
    case 'embedding':
      for (const { column, categories, size } of layer.columns) {
        requireCount(`${where}.columns.column`, column, 0)
        requireCount(`${where}.columns.categories`, categories)
        requireCount(`${where}.columns.size`, size)
      }
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
    case 'globalPooling':
      requireOneOf(`${where}.mode`, layer.mode, ['max', 'average'])
      return
    case 'flatten':
    case 'sequential':
    case 'residual':
      return
    default:
      throw new NetworkError(
        where,
        'this kind of layer is unknown',
        `Use one that this package exports, got ${JSON.stringify(layer satisfies never)}`,
      )
  }
}

function checkConvolution(layer: ConvolutionLayer, where: string): void {
  const { kernel, stride, padding } = layer
  requireCount(`${where}.filters`, layer.filters)
  requireCount(`${where}.groups`, layer.groups)
  requireRange(`${where}.kernel`, kernel, kernel.length === 1 || kernel.length === 2, 'one or two sizes')
  for (const size of kernel) requireCount(`${where}.kernel`, size)
  for (const step of stride) requireCount(`${where}.stride`, step)
  if (padding !== 'same') for (const zeros of padding) requireCount(`${where}.padding`, zeros, 0)
  for (const [name, values] of Object.entries({ stride, padding })) {
    if (values !== 'same')
      requireRange(`${where}.${name}`, values, values.length === kernel.length, 'one number per axis')
  }
  if (layer.initializer) requireOneOf(`${where}.initializer`, layer.initializer, initializerNames)
}

function checkPooling(layer: PoolingLayer, where: string): void {
  requireOneOf(`${where}.mode`, layer.mode, ['max', 'average'])
  for (const size of [layer.size].flat()) requireCount(`${where}.size`, size)
  for (const step of [layer.stride].flat()) requireCount(`${where}.stride`, step)
  const smallest = Math.min(...[layer.size].flat())
  for (const zeros of [layer.padding].flat()) {
    requireCount(`${where}.padding`, zeros, 0)
    requireRange(`${where}.padding`, zeros, 2 * zeros <= smallest, 'at most half the window')
  }
}
