import { choice, float, type Infer, int } from 'diapason'
import { conv2d } from '../network/convolution.ts'
import { activation, dense, dropout, type Layer, residual } from '../network/layer.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import { globalPool } from '../network/pooling.ts'
import type { ImageShape } from './conv-space.ts'
import { type LayerStyle, normalizationOf } from './dense-space.ts'
import { activationEntry, imageTrainingSpace, initializerOf } from './training-space.ts'

/**
 * The search space of a small residual convolutional network for images.
 *
 * - architecture and defaults: the networks of He et al. (2016) for CIFAR, 3 stages of n blocks with 16, 32 and 64 filters, in the
 *   form that normalises first (He et al. 2016b); one block a stage by default, for 8 layers;
 * - width 8 … 64, blocks 1 … 3: JAHS-Bench-201 (Bansal et al. 2022) and Wide ResNets (Zagoruyko, Komodakis 2016), whose dropout
 *   between a block's convolutions is here too.
 */
export const resNetSpace = {
  width: int(8, 64, { log: true, default: 16 }),
  stages: int(1, 3, { default: 3 }),
  blocks: int(1, 3, { default: 1 }),
  dropout: float(0, 0.5, { default: 0 }),
  headDropout: float(0, 0.6, { default: 0 }),
  activation: activationEntry,
  normalization: choice(['batch', 'layer']),
  shift: int(0, 3, { default: 0 }),
  ...imageTrainingSpace,
} as const

/** What a trial of {@link resNetSpace} gets. */
export type ResNetParams = Infer<typeof resNetSpace>

/** What {@link resNetNetwork} is made of; {@link ResNetParams} has it all. */
export interface ResNetArchitecture extends LayerStyle {
  readonly width: number
  readonly stages: number
  readonly blocks: number
  readonly dropout?: number
  readonly headDropout?: number
}

/** The network of `params`: each stage after the first halves the image and doubles the filters. */
export function resNetNetwork(params: ResNetArchitecture, { inputs, outputs }: ImageShape): Network {
  const name = params.activation ?? 'relu'
  const normalization = normalizationOf(params.normalization ?? 'batch')
  const start = { bias: false, ...initializerOf(params.initializer) }
  const ready = [...normalization, activation(name)]
  const block = (filters: number, stride: number, isNew: boolean): Layer =>
    residual(
      [
        ...ready,
        conv2d(filters, 3, { padding: 'same', stride, ...start }),
        ...ready,
        dropout(params.dropout ?? 0, { channels: true }),
        conv2d(filters, 3, { padding: 'same', ...start }),
      ],
      { shortcut: isNew ? [conv2d(filters, 1, { padding: 'same', stride, ...start })] : [] },
    )
  const stages = Array.from({ length: params.stages }, (_, stage) =>
    Array.from({ length: params.blocks }, (_, index) => {
      const isNew = stage > 0 && index === 0
      return block(params.width * 2 ** stage, isNew ? 2 : 1, isNew)
    }),
  )
  return defineNetwork({
    inputs,
    layers: [
      conv2d(params.width, 3, { padding: 'same', ...start }),
      ...stages.flat(),
      ...ready,
      globalPool(),
      dropout(params.headDropout ?? 0),
      dense(outputs),
    ],
  })
}
