import { DivergenceError, type DivergenceKind } from '../errors.ts'

/** A training loss this many times the first batch's (at least 1) never comes back. */
export const EXPLOSION = 1e4

/** Where a training is. */
export interface Moment {
  readonly epoch: number
  readonly step: number
  readonly learningRate: number
}

/**
 * Ends a training whose loss is not finite, or has exploded: more than {@link EXPLOSION} times the larger of 1 and the loss of the
 * training's first batch.
 *
 * @throws DivergenceError
 */
export function checkLoss(value: number, kind: DivergenceKind, firstLoss: number, moment: Moment): void {
  const limit = EXPLOSION * Math.max(1, firstLoss)
  if (Number.isFinite(value) && value <= limit) return
  throw new DivergenceError({ kind, value, limit, ...moment })
}
