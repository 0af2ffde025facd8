import { SpaceError } from '../errors.ts'
import type { Column } from './column.ts'
import type { FloatDistribution, IntDistribution } from './distribution.ts'
import { valueText } from './value-text.ts'

/** Where somebody expects the best value of a number: a normal distribution over its range. */
export type NumberPrior = {
  /** The most probable value; within the range. */
  readonly near: number
  /**
   * How sure that is, one standard deviation: on a log scale a factor above 1 (3: between a third and three times), else a difference
   * above 0. Default: a quarter of the range.
   */
  readonly within?: number
}

/** An expectation about where the best value lies, on the parameter's axis from 0 to 1. */
export type Prior =
  | { readonly kind: 'normal'; readonly centre: number; readonly sd: number }
  /** Relative weights of the options, in their order. */
  | { readonly kind: 'odds'; readonly odds: readonly number[] }

const USUAL_SD = 0.25

/** @throws {SpaceError} where it lies outside the range, or says nothing */
export function priorOfNumber(
  path: string,
  { low, high, log }: FloatDistribution | IntDistribution,
  column: Column,
  { near, within }: NumberPrior,
): Prior {
  if (!(near >= low && near <= high)) {
    const problem = `its prior lies near ${valueText(near)}, outside [${low}, ${high}]`
    throw new SpaceError(path, problem, 'Give { near: … } a value of the range')
  }
  const least = log ? 1 : 0
  if (within !== undefined && !(within > least && within < Number.POSITIVE_INFINITY)) {
    const problem = `its prior is within ${valueText(within)}`
    throw new SpaceError(path, problem, log ? 'Give a factor above 1, such as 3' : 'Give a difference above 0')
  }
  const range = log ? Math.log(high / low) : high - low
  const width = within === undefined ? USUAL_SD * range : log ? Math.log(within) : within
  return { kind: 'normal', centre: column.encode(near), sd: range > 0 ? width / range : 1 }
}

/** @throws {SpaceError} where there is not one weight for each option, or none is above 0 */
export function priorOfChoice(path: string, { size }: Column, odds: readonly number[]): Prior {
  const isUsable =
    Array.isArray(odds) &&
    odds.length === size &&
    odds.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY) &&
    odds.some((weight) => weight > 0)
  if (isUsable) return { kind: 'odds', odds }
  const problem = `its prior is ${valueText(odds)}`
  throw new SpaceError(path, problem, `Give ${size} weights from 0 on, one for each option in their order`)
}
