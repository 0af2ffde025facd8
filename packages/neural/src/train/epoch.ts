import type { Checkpoint } from './checkpoint.ts'
import type { MetricName } from './metrics.ts'

/** What is known after an epoch. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number
  /** Optimiser steps done so far. */
  readonly steps: number
  /** Mean loss over the epoch's batches as they were trained on (with dropout and label smoothing, weights still moving). */
  readonly trainingLoss: number
  /** Of the epoch's last step. */
  readonly learningRate: number
  /** The metrics asked for. */
  readonly metrics: {
    readonly training: Partial<Record<MetricName, number>>
    readonly validation: Partial<Record<MetricName, number>>
  }
  /** The training as it is now, to go on from later. Call it before asking for the next epoch. */
  checkpoint(): Checkpoint
}
export interface ValidatedEpoch extends Epoch {
  /** Mean loss on the validation data, without dropout or label smoothing. */
  readonly validationLoss: number
}
export interface ClassifierEpoch extends ValidatedEpoch {
  /** Share of validation examples classified correctly, 0 … 1. */
  readonly accuracy: number
}
