import type { Layer } from '../network/layer.ts'
import type { Network } from '../network/network.ts'

/**
 * What of a network decides its graph, as text: two networks with the same key share one compiled graph.
 * Widths, filters, categories and dropout rates are absent on purpose; they are inputs.
 */
export function structureKey(network: Network): string {
  const [, ...sizes] = network.inputShape
  const images = sizes.length > 0 ? `images(${sizes.join('×')}) ` : ''
  const table = network.layers.some(({ kind }) => kind === 'embedding') ? `${network.inputs} columns ` : ''
  return images + table + network.layers.map(layerKey).join(' ')
}

function layerKey(layer: Layer): string {
  switch (layer.kind) {
    case 'dense':
      return layer.bias ? 'dense' : 'dense-unbiased'
    case 'convolution': {
      const { filters: _, initializer: __, kind, ...numbers } = layer
      return `${kind}${JSON.stringify(numbers)}`
    }
    case 'pooling':
    case 'globalPooling':
      return JSON.stringify(layer)
    case 'embedding':
      return `embedding(${layer.columns.map(({ column }) => column).join(',')})`
    case 'activation':
      return layer.name
    case 'dropout':
      return layer.rate === 0 ? 'nothing' : layer.channels ? 'channel-dropout' : 'dropout'
    case 'batchNorm':
      return `batchNorm(${layer.momentum},${layer.epsilon})`
    case 'layerNorm':
      return `layerNorm(${layer.epsilon})`
    case 'flatten':
      return 'flatten'
    case 'sequential':
      return `(${layer.layers.map(layerKey).join(' ')})`
    case 'residual':
      return `residual(${layer.body.map(layerKey).join(' ')} | ${layer.shortcut.map(layerKey).join(' ')})`
    default:
      return layer satisfies never
  }
}
