import { choice, float, type Infer, int, repeat } from 'diapason'
import type { ActivationName } from '../network/activation.ts'
import { activation, batchNorm, dense, dropout, type Layer, layerNorm } from '../network/layer.ts'
import { defineNetwork, type Network } from '../network/network.ts'
import { activationEntry, initializerOf, type TrialRecipe, trainingSpace } from './training-space.ts'

/**
 * The search space of a dense network. Spread it to add, fix or narrow entries; leave entries out, and they keep their defaults.
 *
 * - units 16 … 512 and up to 3 layers: FCNet (Klein, Hutter 2019), LCBench (Zimmer et al. 2021); two layers of 64 are modest;
 * - dropout 0 … 0.5: AutoGluon, AlgoPerf; off by default, as in scikit-learn and PyTorch;
 * - initialiser, optimiser, schedule, batch size, label smoothing: see `trainingSpace`.
 * @example createStudy({ goals: { accuracy: 'maximize' }, space: denseSpace, fidelity: { name: 'epochs', min: 1, max: 27 } })
 */
export const denseSpace = {
  layers: repeat(
    1,
    3,
    { units: int(16, 512, { log: true, default: 64 }), dropout: float(0, 0.5, { default: 0 }) },
    { default: 2 },
  ),
  activation: activationEntry,
  normalization: choice(['none', 'batch', 'layer']),
  ...trainingSpace,
} as const

/** What a trial of {@link denseSpace} gets. */
export type DenseParams = Infer<typeof denseSpace>

/** What decides a network's layers whatever their kind; left out, they are those of the space's default. */
export interface LayerStyle {
  readonly activation?: ActivationName
  readonly normalization?: NormalizationName
  readonly initializer?: TrialRecipe['initializer']
}
export type NormalizationName = 'none' | 'batch' | 'layer'

/** What {@link denseNetwork} is made of; {@link DenseParams} has it all. */
export interface DenseArchitecture extends LayerStyle {
  readonly layers: readonly { readonly units: number; readonly dropout?: number }[]
}

/** The network of `params`: dense layers, each with normalisation, the activation and its dropout, and an output layer. */
export function denseNetwork(
  params: DenseArchitecture,
  shape: { readonly inputs: number; readonly outputs: number },
): Network {
  const start = initializerOf(params.initializer)
  const hidden = params.layers.flatMap((layer) => [
    dense(layer.units, start),
    ...normalizationOf(params.normalization),
    activation(params.activation ?? 'relu'),
    dropout(layer.dropout ?? 0),
  ])
  return defineNetwork({ inputs: shape.inputs, layers: [...hidden, dense(shape.outputs)] })
}

/** An entry `normalization` as layers. */
export function normalizationOf(name: NormalizationName | undefined): readonly Layer[] {
  switch (name) {
    case 'batch':
      return [batchNorm()]
    case 'layer':
      return [layerNorm()]
    default:
      return []
  }
}
