import { requireOneOf, requireRange } from '../network/require.ts'

/** Averages of the weights over the steps, which the model is given instead of the last weights. Plain data. */
export type Averaging =
  /** Each step counts `decay` (default 0.999) times as much as the one after it; less at the start, where there is little to average. */
  | { readonly kind: 'exponential'; readonly decay?: number }
  /** All steps count alike from the share `from` (default 0.75) of the training on. Izmailov et al. (2018), but every step. */
  | { readonly kind: 'equal'; readonly from?: number }

/** The share that the weights of step `step` (from 1) get in the new average; 1 forgets what was before. */
export function averageShare(averaging: Averaging, step: number, totalSteps: number): number {
  switch (averaging.kind) {
    case 'exponential':
      // The first step stands for itself; then the decay rises from 0.25, as in TensorFlow's ExponentialMovingAverage.
      return step === 1 ? 1 : 1 - Math.min(averaging.decay ?? 0.999, (1 + step) / (10 + step))
    case 'equal': {
      const before = Math.floor((averaging.from ?? 0.75) * totalSteps)
      return 1 / Math.max(1, step - before)
    }
    default:
      return averaging satisfies never
  }
}

/** @throws NetworkError when `averaging` is of an unknown kind, or its number is out of range */
export function checkAveraging(averaging: Averaging): void {
  requireOneOf('averaging.kind', averaging.kind, ['exponential', 'equal'])
  const share = averaging.kind === 'exponential' ? (averaging.decay ?? 0) : (averaging.from ?? 0)
  const name = averaging.kind === 'exponential' ? 'decay' : 'from'
  requireRange(`averaging.${name}`, share, share >= 0 && share < 1, 'at least 0 and below 1')
}
