import { branch, choice, float, type Infer, int } from 'diapason'
import { embedding } from '../network/embedding.ts'
import { activation, batchNorm, dense, dropout, residual } from '../network/layer.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import type { Truth } from './fit-task.ts'

/** What decides the space beside the kind of the target. */
export interface FitSpaceFacts {
  readonly truth: Truth
  readonly rows: number
  readonly isSkewed: boolean
  /** Classes are uneven, and a metric is tuned that minds. */
  readonly isUneven: boolean
  /** Least, usual and most passes over the training rows. */
  readonly epochs: { readonly low: number; readonly usual: number; readonly high: number }
}

/** Entries that every task has. */
const common = {
  network: branch(
    'kind',
    {
      dense: {
        layers: int(1, 3, { default: 2 }),
        units: int(16, 512, { log: true, default: 128 }),
        dropout: float(0, 0.5, { default: 0.1 }),
      },
      residual: {
        blocks: int(1, 4, { default: 2 }),
        width: int(32, 256, { log: true, default: 128 }),
        dropout: float(0, 0.5, { default: 0.15 }),
      },
    },
    { default: 'dense' },
  ),
  activation: choice(['relu', 'silu', 'tanh'], { default: 'relu' }),
  learningRate: float(2e-4, 3e-2, { log: true, default: 3e-3 }),
  weightDecay: float(1e-4, 1, { log: true, default: 1e-2 }),
} as const

/**
 * The search space of `fitTable`: small, as minutes must do; AdamW under a cosine with warm-up, whose last epoch counts.
 *
 * Two dense layers first. The residual network is Gorishniy's (2021), see `tableSpace`.
 */
export const fitSpace = ({ truth, rows, isSkewed, isUneven, epochs }: FitSpaceFacts) => ({
  ...common,
  batchSize: int(16, 256, { log: true, default: usualBatch(rows) }),
  ...(epochs.low < epochs.high
    ? { epochs: int(epochs.low, epochs.high, { log: true, default: epochs.usual }) }
    : { epochs: int(epochs.low, epochs.low) }),
  ...(truth.kind === 'classes' && { labelSmoothing: choice([0, 0.1], { default: 0 }) }),
  ...(isUneven && { classWeights: choice(['balanced', 'none'], { default: 'balanced' }) }),
  ...(isSkewed && { target: choice(['log', 'linear'], { default: 'log' }) }),
})

/** One configuration. The last three are there where the task asks for them. */
export type FitParams = Infer<typeof common> & {
  readonly batchSize: number
  readonly epochs: number
  readonly labelSmoothing?: number
  readonly classWeights?: 'balanced' | 'none'
  readonly target?: 'log' | 'linear'
}

/** A configuration for a first measurement of time: near the default, as it is known before there is a space. */
export const startingParams = ({ rows }: Pick<FitSpaceFacts, 'rows'>): FitParams => ({
  network: { kind: 'dense', layers: 2, units: 128, dropout: 0.1 },
  activation: 'relu',
  learningRate: 3e-3,
  weightDecay: 1e-2,
  batchSize: usualBatch(rows),
  epochs: 1,
})

const usualBatch = (rows: number): number => (rows < 2000 ? 32 : rows < 20_000 ? 64 : 128)

/** The network of a configuration. */
export function fitNetwork(
  { network, activation: name }: FitParams,
  shape: {
    readonly inputs: number
    readonly outputs: number
    readonly categories: readonly { readonly column: number; readonly categories: number }[]
  },
): Network {
  const { inputs, outputs, categories } = shape
  const start = categories.length > 0 ? [embedding(categories)] : []
  if (network.kind === 'dense') {
    const layer = [dense(network.units), activation(name), dropout(network.dropout)]
    const hidden = Array.from({ length: network.layers }, () => layer).flat()
    return defineNetwork({ inputs, layers: [...start, ...hidden, dense(outputs)] })
  }
  const { blocks, width, dropout: share } = network
  const block = residual([batchNorm(), dense(2 * width), activation(name), dropout(share), dense(width)])
  const end = [batchNorm(), activation(name), dense(outputs)]
  return defineNetwork({
    inputs,
    layers: [...start, dense(width), ...Array.from({ length: blocks }, () => block), ...end],
  })
}
