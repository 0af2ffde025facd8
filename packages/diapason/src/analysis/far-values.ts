import { quantileOfSorted } from '../math/stats.ts'
import type { Direction } from '../trial/history.ts'

/** The bad side is cut where it takes more than so many times the room that nine in ten values need. */
const STRETCH = 3

/**
 * The range in which values can be told apart, [low, high]: a few very bad ones (a network that diverged) lie beyond its bad end,
 * so that they neither flatten a chart nor rule a model. Undefined where no value is finite.
 */
export function usualRange(values: readonly number[], direction: Direction): readonly [number, number] | undefined {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort()
  if (sorted.length === 0) return undefined
  const minimize = direction === 'minimize'
  const [least, most] = [quantileOfSorted(sorted, 0), quantileOfSorted(sorted, 1)]
  const [best, end] = minimize ? [least, most] : [most, least]
  const usual = quantileOfSorted(sorted, minimize ? 0.9 : 0.1)
  const isFar = usual !== best && Math.abs(end - best) > STRETCH * Math.abs(usual - best)
  const worst = isFar ? usual + 0.15 * (usual - best) : end
  return minimize ? [best, worst] : [worst, best]
}
