/** Kinds of networks that configurations are known for. */
export type NetworkKind = 'dense' | 'convolutional' | 'recurrent' | 'transformer'

/** Every kind. */
export const NETWORK_KINDS = [
  'dense',
  'convolutional',
  'recurrent',
  'transformer',
] as const satisfies readonly NetworkKind[]

/** Numbers that configurations may say something about, whatever a space calls them. */
export type KnownNumber =
  | 'learningRate'
  | 'momentum'
  | 'weightDecay'
  | 'beta1'
  | 'beta2'
  | 'batchSize'
  | 'dropout'
  | 'layers'
  | 'units'
  | 'labelSmoothing'
  | 'warmUp'

/** A configuration that did well elsewhere. */
export interface KnownConfiguration {
  readonly optimizer: 'adam' | 'adamW' | 'nadam' | 'sgd'
  readonly numbers: { readonly [K in KnownNumber]?: number }
  /** Where it was found. */
  readonly source: string
}

const LCBENCH =
  'the best three together on 34 tables of LCBench (L. Zimmer, M. Lindauer, F. Hutter, 2021), by the surrogates of YAHPO Gym'
const OPT_LIST = 'opt_list (L. Metz et al., 2020), learned from more than 1,000 tasks'
const ALGOPERF = 'AlgoPerf, list of the external tuning track (G. Dahl et al., 2023)'
const ADAM = "D. Kingma and J. Ba, 2015; Keras's and PyTorch's own defaults"

const adam: KnownConfiguration = {
  optimizer: 'adam',
  numbers: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, batchSize: 32 },
  source: ADAM,
}
const optList: KnownConfiguration = {
  optimizer: 'adamW',
  numbers: { learningRate: 1.195e-3, beta1: 0.936, beta2: 0.99895, weightDecay: 0.0101 },
  source: `${OPT_LIST}, the first`,
}

/** By kind, the most promising first; those of one optimiser are in order, too. */
export const KNOWN_GOOD: { readonly [K in NetworkKind]: readonly KnownConfiguration[] } = {
  dense: [
    {
      optimizer: 'sgd',
      numbers: {
        learningRate: 3.35e-3,
        momentum: 0.85,
        weightDecay: 2.95e-3,
        batchSize: 19,
        layers: 5,
        units: 919,
        dropout: 0.1,
      },
      source: LCBENCH,
    },
    {
      optimizer: 'adam',
      numbers: { learningRate: 4.6e-4, batchSize: 64, layers: 3, units: 645, weightDecay: 6e-7 },
      source: 'the best of 1,000 on eight tables of HPOBench (K. Eggensperger et al., 2021)',
    },
    optList,
    {
      optimizer: 'sgd',
      numbers: {
        learningRate: 9.9e-3,
        momentum: 0.48,
        weightDecay: 0.06,
        batchSize: 20,
        layers: 5,
        units: 147,
        dropout: 0.09,
      },
      source: LCBENCH,
    },
    {
      optimizer: 'sgd',
      numbers: {
        learningRate: 0.098,
        momentum: 0.95,
        weightDecay: 8.7e-3,
        batchSize: 51,
        layers: 4,
        units: 901,
        dropout: 0.2,
      },
      source: LCBENCH,
    },
    adam,
  ],
  convolutional: [
    {
      optimizer: 'sgd',
      numbers: { learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4, batchSize: 128 },
      source: 'wide residual networks (S. Zagoruyko and N. Komodakis, 2016)',
    },
    {
      optimizer: 'nadam',
      numbers: {
        learningRate: 1.308e-3,
        beta1: 0.97313,
        beta2: 0.99812,
        weightDecay: 0.16375,
        dropout: 0,
        labelSmoothing: 0.1,
        warmUp: 0.1,
      },
      source: `${ALGOPERF}, the first`,
    },
    optList,
    {
      optimizer: 'sgd',
      numbers: { learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4, batchSize: 128 },
      source: 'residual networks on CIFAR-10 (K. He et al., 2016)',
    },
    adam,
  ],
  recurrent: [
    optList,
    {
      optimizer: 'adamW',
      numbers: { learningRate: 2.12e-4, beta1: 0.623, beta2: 0.9728, weightDecay: 0.0536 },
      source: `${OPT_LIST}, the third`,
    },
    {
      optimizer: 'nadam',
      numbers: {
        learningRate: 1.749e-3,
        beta1: 0.93266,
        beta2: 0.99552,
        weightDecay: 0.08122,
        dropout: 0.1,
        labelSmoothing: 0,
        warmUp: 0.02,
      },
      source: `${ALGOPERF}, the fifth`,
    },
    adam,
  ],
  transformer: [
    {
      optimizer: 'adamW',
      numbers: {
        learningRate: 2e-5,
        batchSize: 32,
        weightDecay: 0.01,
        beta1: 0.9,
        beta2: 0.999,
        dropout: 0.1,
        warmUp: 0.1,
      },
      source: 'fine-tuning of BERT (J. Devlin et al., 2019)',
    },
    {
      optimizer: 'adamW',
      numbers: {
        learningRate: 5e-5,
        batchSize: 16,
        weightDecay: 0.01,
        beta1: 0.9,
        beta2: 0.999,
        dropout: 0.1,
        warmUp: 0.1,
      },
      source: 'fine-tuning of BERT (J. Devlin et al., 2019)',
    },
    {
      optimizer: 'adamW',
      numbers: {
        learningRate: 1e-5,
        batchSize: 16,
        weightDecay: 0.1,
        beta1: 0.9,
        beta2: 0.98,
        dropout: 0.1,
        warmUp: 0.06,
      },
      source: 'fine-tuning of RoBERTa (Y. Liu et al., 2019)',
    },
  ],
}
