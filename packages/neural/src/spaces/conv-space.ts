import { choice, float, type Infer, int, repeat } from 'diapason'
import { conv2d } from '../network/convolution.ts'
import { activation, dense, dropout, flatten, type Layer } from '../network/layer.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import { globalPool, maxPool } from '../network/pooling.ts'
import { type LayerStyle, normalizationOf } from './dense-space.ts'
import { activationEntry, imageTrainingSpace, initializerOf } from './training-space.ts'

/**
 * The search space of a convolutional network for images.
 *
 * - stages of a 3×3 or 5×5 convolution, normalisation, activation, 2×2 max pooling: LeCun et al. (1998), VGG (2015); the number of
 *   convolutions, the learning rate and dropout matter most (Wang 2024, arXiv 2410.08920), hence a dropout of each stage's own;
 * - filters grow from stage to stage, as the image shrinks (VGG); 16 and 32 train in seconds on small images;
 * - dropout drops whole channels in the stages (Tompson et al. 2015), single units before the output (VGG, AlexNet);
 * - `shift` moves training images by up to so many pixels; mirroring is a matter of the data: see the objective's options.
 */
export const convSpace = {
  filters: int(8, 64, { log: true, default: 16 }),
  growth: choice([1, 1.5, 2], { default: 2 }),
  stages: repeat(1, 3, { kernel: choice([3, 5]), dropout: float(0, 0.5, { default: 0 }) }, { default: 2 }),
  head: choice(['flatten', 'globalPool']),
  units: int(16, 256, { log: true, default: 64 }),
  dropout: float(0, 0.6, { default: 0.25 }),
  activation: activationEntry,
  normalization: choice(['none', 'batch', 'layer'], { default: 'batch' }),
  shift: int(0, 3, { default: 0 }),
  ...imageTrainingSpace,
} as const

/** What a trial of {@link convSpace} gets. */
export type ConvParams = Infer<typeof convSpace>

/** What {@link convNetwork} is made of; {@link ConvParams} has it all. */
export interface ConvArchitecture extends LayerStyle {
  readonly filters: number
  readonly stages: readonly { readonly kernel?: number; readonly dropout?: number }[]
  readonly growth?: number
  readonly head?: 'flatten' | 'globalPool'
  readonly units?: number
  readonly dropout?: number
}

/** Images as a network sees them. */
export interface ImageShape {
  /** [channels, height, width] */
  readonly inputs: readonly number[]
  readonly outputs: number
}

/** The network of `params`. An image that has shrunk to one pixel is pooled no further. */
export function convNetwork(params: ConvArchitecture, { inputs, outputs }: ImageShape): Network {
  const name = params.activation ?? 'relu'
  const start = initializerOf(params.initializer)
  const normalization = normalizationOf(params.normalization ?? 'batch')
  const [, height = 1, width = 1] = inputs
  const stages = params.stages.flatMap(({ kernel = 3, dropout: rate = 0 }, index): Layer[] => {
    const filters = Math.round(params.filters * (params.growth ?? 2) ** index)
    const isPooled = Math.min(height, width) >= 2 ** (index + 1)
    return [
      // A normalisation has a shift of its own: the convolution's would do nothing.
      conv2d(filters, kernel, { padding: 'same', bias: normalization.length === 0, ...start }),
      ...normalization,
      activation(name),
      ...(isPooled ? [maxPool(2)] : []),
      dropout(rate, { channels: true }),
    ]
  })
  const flat = params.head === 'globalPool' ? globalPool() : flatten()
  const head = [flat, dense(params.units ?? 64, start), activation(name), dropout(params.dropout ?? 0.25)]
  return defineNetwork({ inputs, layers: [...stages, ...head, dense(outputs)] })
}
