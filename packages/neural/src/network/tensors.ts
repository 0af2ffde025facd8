import type { ConvolutionLayer } from './convolution.ts'
import { type Fans, type InitializerName, initializerFor } from './initializer.ts'
import type { DenseLayer, Layer } from './layer.ts'
import type { LayerSite } from './walk.ts'

/** A tensor of a model: `parameter` is trained by gradients, `statistic` is a running average (batch normalisation). */
export interface TensorDescription {
  /** The layer's path and the tensor's role, as PyTorch would call it: `0.weight`, `1.runningMean`, `2.body.0.bias`. */
  readonly name: string
  readonly role: 'parameter' | 'statistic'
  readonly shape: readonly number[]
  readonly start: TensorStart
}

export type TensorStart =
  | { readonly kind: 'constant'; readonly value: number }
  | ({ readonly kind: 'random'; readonly initializer: InitializerName } & Fans)

/** The tensors of one layer. */
export function tensorsOf({ layer, path, input, following }: LayerSite): TensorDescription[] {
  const width = input[0] ?? 1
  const filled = (role: TensorDescription['role'], what: string, size: number, value: number): TensorDescription => ({
    name: `${path}.${what}`,
    role,
    shape: [size],
    start: { kind: 'constant', value },
  })
  const weighted = (shape: readonly number[], start: TensorStart, bias: boolean): TensorDescription[] => {
    const weight: TensorDescription = { name: `${path}.weight`, role: 'parameter', shape, start }
    return bias ? [weight, filled('parameter', 'bias', shape[0] ?? 1, 0)] : [weight]
  }
  switch (layer.kind) {
    case 'dense':
      return weighted([layer.units, width], randomStart(layer, following, width, layer.units), layer.bias)
    case 'convolution': {
      const { filters, groups, kernel } = layer
      const window = kernel.reduce((a, b) => a * b, 1)
      const start = randomStart(layer, following, (width / groups) * window, (filters / groups) * window)
      return weighted([filters, width / groups, ...kernel], start, layer.bias)
    }
    case 'embedding':
      return layer.columns.map(({ column, categories, size }) => ({
        name: `${path}.column${column}`,
        role: 'parameter',
        shape: [categories, size],
        // Vectors of length about 1, whatever their size.
        start: { kind: 'random', initializer: 'lecunUniform', fanIn: size, fanOut: size, gain: 1 },
      }))
    case 'batchNorm':
      return [
        filled('parameter', 'weight', width, 1),
        filled('parameter', 'bias', width, 0),
        filled('statistic', 'runningMean', width, 0),
        filled('statistic', 'runningVariance', width, 1),
      ]
    case 'layerNorm':
      return [filled('parameter', 'weight', width, 1), filled('parameter', 'bias', width, 0)]
    default:
      return []
  }
}

function randomStart(
  layer: DenseLayer | ConvolutionLayer,
  following: readonly Layer[],
  fanIn: number,
  fanOut: number,
): TensorStart {
  const suitable = initializerFor(nextActivation(following))
  const gain = suitable === 'heNormal' ? Math.SQRT2 : 1
  return { kind: 'random', initializer: layer.initializer ?? suitable, fanIn, fanOut, gain }
}

/** The activation that the layer's output reaches before the next weights, if any. */
function nextActivation(following: readonly Layer[]): Extract<Layer, { kind: 'activation' }>['name'] | undefined {
  for (const layer of following) {
    if (layer.kind === 'activation') return layer.name
    if (layer.kind === 'dense' || layer.kind === 'convolution') return undefined
    if (layer.kind === 'sequential')
      return nextActivation([...layer.layers, ...following.slice(following.indexOf(layer) + 1)])
    if (layer.kind === 'residual') return nextActivation(layer.body)
  }
  return undefined
}
