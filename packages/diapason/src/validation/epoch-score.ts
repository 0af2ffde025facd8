import { OptionError } from '../errors.ts'
import { parseCount } from '../study/budget.ts'
import type { Direction } from '../trial/history.ts'

/**
 * Which epoch of a training counts. The best epoch by the very curve that is scored is not on offer: the maximum of noisy numbers
 * is too good to be true, the more so the longer the training.
 */
export type EpochRule =
  /** The last one. */
  | 'last'
  /** The mean of the last so many, which evens out noise between epochs. */
  | { readonly meanOfLast: number }
  /** The best one by another curve, measured on a slice that is not scored (the early-stopping slice). */
  | { readonly bestBy: ArrayLike<number>; readonly direction: Direction }

/**
 * The one number that a curve of scores by epoch stands for.
 * @param scores one an epoch, at least one
 * @throws {OptionError} where there is none, or the curve to choose by has another length
 * @example epochScore(scores, { bestBy: stoppingLosses, direction: 'minimize' })
 */
export function epochScore(scores: ArrayLike<number>, rule: EpochRule): number {
  if (scores.length === 0) throw new OptionError('There is no epoch to score', 'Train for at least one epoch')
  if (rule === 'last') return scores[scores.length - 1]!
  if ('meanOfLast' in rule) {
    const count = Math.min(parseCount('meanOfLast', rule.meanOfLast), scores.length)
    let sum = 0
    for (let i = scores.length - count; i < scores.length; i++) sum += scores[i]!
    return sum / count
  }
  return scores[bestEpoch(scores, rule)]!
}

function bestEpoch(
  scores: ArrayLike<number>,
  { bestBy, direction }: Exclude<EpochRule, 'last' | { meanOfLast: number }>,
) {
  if (bestBy === scores) {
    throw new OptionError('The best epoch would be chosen by the scores themselves', 'Choose it by another slice')
  }
  if (bestBy.length !== scores.length) {
    throw new OptionError(`${scores.length} scores and ${bestBy.length} values to choose by`, 'Give one an epoch')
  }
  const sign = direction === 'minimize' ? -1 : 1
  let best = 0
  for (let i = 1; i < scores.length; i++) {
    const isBetter = sign * bestBy[i]! > sign * bestBy[best]!
    if (isBetter || Number.isNaN(bestBy[best])) best = i
  }
  return best
}
