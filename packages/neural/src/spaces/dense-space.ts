import { branch, choice, float, type Infer, int, repeat } from 'diapason'
import { activation, dense, dropout } from '../network/layer.ts'
import { defineNetwork, type Network } from '../network/network.ts'

/**
 * The search space of a dense network: layers, activation, regularisation, optimiser, batch size. Spread it to add, fix or
 * narrow entries. Ranges and defaults follow what is common in the field:
 * - units 16 … 512 and up to 3 layers: FCNet (Klein, Hutter 2019), LCBench (Zimmer et al. 2021); two layers of 64 are modest;
 * - dropout 0 … 0.5: AutoGluon, AlgoPerf; off by default, as in scikit-learn and PyTorch;
 * - AdamW: learning rate 1e-5 … 1e-1, default 1e-3 (Kingma, Ba 2015), weight decay default 0.01 (PyTorch), up to 1 (AlgoPerf);
 * - SGD: learning rate 1e-3 … 1, momentum default 0.9 (scikit-learn); L2 1e-7 … 1e-2, default 1e-4 (He et al. 2016);
 * - batch 16 … 256: LCBench from 16, FCNet up to 64; default 32 (Keras).
 * @example createStudy({ goals: { accuracy: 'maximize' }, space: denseSpace, fidelity: { name: 'epochs', min: 1, max: 27 } })
 */
export const denseSpace = {
  layers: repeat(
    1,
    3,
    { units: int(16, 512, { log: true, default: 64 }), dropout: float(0, 0.5, { default: 0 }) },
    { default: 2 },
  ),
  activation: choice(['relu', 'gelu', 'silu', 'elu', 'tanh'], { default: 'relu' }),
  optimizer: branch(
    'kind',
    {
      adamW: {
        learningRate: float(1e-5, 1e-1, { log: true, default: 1e-3 }),
        weightDecay: float(1e-4, 1, { log: true, default: 1e-2 }),
      },
      sgd: {
        learningRate: float(1e-3, 1, { log: true, default: 1e-2 }),
        momentum: float(0, 0.99, { default: 0.9 }),
        weightDecay: float(1e-7, 1e-2, { log: true, default: 1e-4 }),
      },
    },
    { default: 'adamW' },
  ),
  batchSize: int(16, 256, { log: true, default: 32 }),
} as const

/** What a trial of {@link denseSpace} gets. */
export type DenseParams = Infer<typeof denseSpace>

/** The network of `params`: dense layers, each with the activation and its dropout, and an output layer. */
export function denseNetwork(
  params: Pick<DenseParams, 'layers' | 'activation'>,
  shape: { readonly inputs: number; readonly outputs: number },
): Network {
  const hidden = params.layers.flatMap((layer) => [
    dense(layer.units),
    activation(params.activation),
    dropout(layer.dropout),
  ])
  return defineNetwork({ inputs: shape.inputs, layers: [...hidden, dense(shape.outputs)] })
}
