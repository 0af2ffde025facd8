import type { RandomStream } from '../random.ts'
import type { ActivationName } from './activation.ts'

/** How a weight matrix starts: a normal or uniform distribution, its variance set by the layer's inputs and outputs. */
export const initializerNames = [
  'heNormal',
  'heUniform',
  'glorotNormal',
  'glorotUniform',
  'lecunNormal',
  'lecunUniform',
] as const
export type InitializerName = (typeof initializerNames)[number]

/**
 * The initialiser that suits what follows a layer: He for rectifiers and their smooth kin (He et al. 2015), LeCun for SELU
 * (Klambauer et al. 2017), Glorot for saturating activations and for outputs (Glorot, Bengio 2010).
 */
export function initializerFor(activation: ActivationName | undefined): InitializerName {
  switch (activation) {
    case 'relu':
    case 'leakyRelu':
    case 'elu':
    case 'gelu':
    case 'geluTanh':
    case 'silu':
    case 'softplus':
      return 'heNormal'
    case 'selu':
      return 'lecunNormal'
    case 'tanh':
    case 'sigmoid':
    case undefined:
      return 'glorotUniform'
    default:
      return activation satisfies never
  }
}

/** Fills `values`, a weight with `fanIn` inputs and `fanOut` outputs, from `random`. O(n). */
export function initialize(
  name: InitializerName,
  values: Float32Array,
  fans: { readonly fanIn: number; readonly fanOut: number },
  random: RandomStream,
): void {
  const deviation = Math.sqrt(varianceOf(name, fans.fanIn, fans.fanOut))
  const isUniform = name.endsWith('Uniform')
  for (let i = 0; i < values.length; i++) {
    // A uniform distribution on ±√3 σ has standard deviation σ.
    values[i] = deviation * (isUniform ? Math.sqrt(3) * (2 * random.uniform() - 1) : random.normal())
  }
}

function varianceOf(name: InitializerName, fanIn: number, fanOut: number): number {
  switch (name) {
    case 'heNormal':
    case 'heUniform':
      return 2 / fanIn
    case 'glorotNormal':
    case 'glorotUniform':
      return 2 / (fanIn + fanOut)
    case 'lecunNormal':
    case 'lecunUniform':
      return 1 / fanIn
    default:
      return name satisfies never
  }
}
