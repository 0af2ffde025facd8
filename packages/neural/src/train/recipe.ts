import { NetworkError } from '../errors.ts'
import type { Loss } from '../network/loss.ts'
import type { Optimizer } from '../network/optimizer.ts'
import { requireRange } from '../network/require.ts'
import type { Augmentation } from './augmentation.ts'
import type { Averaging } from './averaging.ts'
import type { Schedule } from './schedule.ts'

/** How a model is trained: everything that decides the outcome beside data, network and seed. Plain data. */
export interface Recipe {
  readonly optimizer: Optimizer
  /** Passes over the training data, at least 1. */
  readonly epochs: number
  /** Examples a step; default 32. The last batch of an epoch may be smaller. */
  readonly batchSize?: number
  /** Default: cross-entropy for classes (binary for one output), squared error for numbers. */
  readonly loss?: Loss
  /** How the learning rate moves; default: it does not. */
  readonly schedule?: Schedule
  /** Limits gradients; default: not. */
  readonly clipping?: Clipping
  /** The model is given averages of the weights; default: the last ones. */
  readonly averaging?: Averaging
  /** Random changes to images; default: none. */
  readonly augmentation?: Augmentation
}

/** 'norm': all gradients together are shortened to a length of `limit`, often 1; 'value': every entry is limited to ± `limit`. */
export interface Clipping {
  readonly kind: 'norm' | 'value'
  readonly limit: number
}

/** @throws NetworkError when `clipping` is out of range */
export function checkClipping({ kind, limit }: Clipping): void {
  if (kind !== 'norm' && kind !== 'value')
    throw new NetworkError('clipping.kind', `'${String(kind)}' is unknown`, "Use 'norm' or 'value'")
  requireRange('clipping.limit', limit, limit > 0 && Number.isFinite(limit), 'a number above 0')
}
