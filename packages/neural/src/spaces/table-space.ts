import { choice, float, type Infer, int } from 'diapason'
import { embedding, embeddingSize } from '../network/embedding.ts'
import { activation, dense, dropout, residual } from '../network/layer.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import { type LayerStyle, normalizationOf } from './dense-space.ts'
import { activationEntry, initializerOf, trainingSpace } from './training-space.ts'

/**
 * The search space of a residual dense network for tables, with learned vectors for categories.
 *
 * - architecture, ranges and defaults: the ResNet of Gorishniy et al. (2021), "Revisiting Deep Learning Models for Tabular Data", and
 *   its package rtdl_revisiting_models: 1 … 8 blocks, width 64 … 512, hidden layers 1 … 4 times as wide, dropout 0 … 0.5;
 * - vectors of 1.6 · categories^0.56 numbers (fastai), times `embedding`;
 * - initialiser, optimiser, schedule, batch size, label smoothing: see `trainingSpace`.
 */
export const tableSpace = {
  blocks: int(1, 8, { default: 2 }),
  width: int(64, 512, { log: true, default: 192 }),
  hidden: float(1, 4, { default: 2 }),
  hiddenDropout: float(0, 0.5, { default: 0.3 }),
  residualDropout: float(0, 0.5, { default: 0 }),
  embedding: float(0.25, 2, { log: true, default: 1 }),
  activation: activationEntry,
  normalization: choice(['none', 'batch', 'layer'], { default: 'batch' }),
  ...trainingSpace,
} as const

/** What a trial of {@link tableSpace} gets. */
export type TableParams = Infer<typeof tableSpace>

/** What {@link tableNetwork} is made of; {@link TableParams} has it all. */
export interface TableArchitecture extends LayerStyle {
  readonly blocks: number
  readonly width: number
  readonly hidden?: number
  readonly hiddenDropout?: number
  readonly residualDropout?: number
  readonly embedding?: number
}

/** A table as a network sees it. */
export interface TableShape {
  readonly inputs: number
  readonly outputs: number
  /** Columns that hold categories, see `embeddedColumns`; default: none. */
  readonly categories?: readonly { readonly column: number; readonly categories: number }[]
}

/** The network of `params`: embeddings, a first layer, residual blocks (normalise, widen, activate, narrow), an output layer. */
export function tableNetwork(params: TableArchitecture, { inputs, outputs, categories = [] }: TableShape): Network {
  const { blocks, width, hidden = 2, hiddenDropout = 0.3, residualDropout = 0 } = params
  const name = params.activation ?? 'relu'
  const start = initializerOf(params.initializer)
  const normalization = normalizationOf(params.normalization ?? 'batch')
  const block = residual([
    ...normalization,
    dense(Math.round(width * hidden), start),
    activation(name),
    dropout(hiddenDropout),
    dense(width, start),
    dropout(residualDropout),
  ])
  const columns = categories.map(({ column, categories: count }) => ({
    column,
    categories: count,
    size: Math.max(1, Math.round(embeddingSize(count) * (params.embedding ?? 1))),
  }))
  return defineNetwork({
    inputs,
    layers: [
      ...(columns.length > 0 ? [embedding(columns)] : []),
      dense(width, start),
      ...Array.from({ length: blocks }, () => block),
      ...normalization,
      activation(name),
      dense(outputs),
    ],
  })
}
