import { usualRange } from '../analysis/far-values.ts'
import type { Direction } from '../trial/history.ts'
import { linearScale, logScale, type Scale, type Span } from './scale.ts'

/** An axis for a goal's values. */
export interface ValueAxis {
  readonly scale: Scale
  readonly isLog: boolean
  /** How many of the values lie beyond. */
  readonly beyond: number
}

/** Positive values that span more than this factor stand on a logarithmic axis. */
const LOG_FROM = 50

/**
 * An axis on which the good values can be told apart: a few very bad ones (a network that diverged) are left beyond its end.
 * @param values what must be shown, in any order; those that are not finite are left out
 * @param pixels from low to high
 * @param shown  values that stand on the axis however far they lie
 */
export function valueAxis(
  values: readonly number[],
  direction: Direction,
  pixels: Span,
  shown: readonly number[] = [],
): ValueAxis {
  const range = usualRange(values, direction)
  if (range === undefined) return { scale: linearScale([0, 1], pixels), isLog: false, beyond: 0 }
  const kept = shown.filter(Number.isFinite)
  const [low, high] = [Math.min(range[0], ...kept), Math.max(range[1], ...kept)]
  const isLog = low > 0 && high / low > LOG_FROM
  const scale = isLog ? logScale(widened(low, high, true), pixels) : linearScale(widened(low, high, false), pixels)
  const beyond = values.reduce((count, value) => count + (value < low || value > high ? 1 : 0), 0)
  return { scale, isLog, beyond }
}

/** A little room at both ends, so that no mark sits on the frame. */
function widened(low: number, high: number, isLog: boolean): Span {
  if (isLog) {
    const factor = (high / low) ** 0.05
    return [low / factor, high * factor]
  }
  const room = high > low ? (high - low) * 0.05 : Math.abs(low) * 0.1 || 1
  return [Math.max(-Number.MAX_VALUE, low - room), Math.min(Number.MAX_VALUE, high + room)]
}
