import type { Rng } from '../math/rng.ts'
import type { Hyperparameters } from './gp-evidence.ts'
import type { Posterior } from './gp-fit.ts'

/** An interval grows to no more than so many first widths, split between its sides at random, so that draws stay exact. */
const MOST_WIDTHS = 9
/** Where so many have not led into the slice, the point stays. */
const MOST_SHRINKS = 30

/**
 * Draws hyperparameters from their posterior by slice sampling, one coordinate at a time in a random order, a sweep over all of them a draw.
 * Slices begin as wide as the prior's standard deviation.
 * Source: R. Neal, "Slice sampling", Annals of Statistics 31 (2003), §4; J. Snoek, H. Larochelle, R. Adams, NIPS 2012, §3.1.
 * @param start  where the chain begins: the mode will do, so that little is thrown away
 * @param count  how many draws
 * @param burnIn sweeps before the first
 */
export function sampleHyperparameters(
  { log, low, high, sd }: Posterior,
  start: Hyperparameters,
  { count, burnIn, rng }: { readonly count: number; readonly burnIn: number; readonly rng: Rng },
): Hyperparameters[] {
  const at = start.slice()
  let height = log(at)
  const order = Array.from(at.keys())
  const draws: Hyperparameters[] = []

  function moveAlong(j: number): void {
    const from = at[j]!
    const level = height + Math.log(1 - rng.next())
    const heightAt = (x: number): number => {
      at[j] = x
      return x < low[j]! || x > high[j]! ? Number.NEGATIVE_INFINITY : log(at)
    }
    let left = from - sd[j]! * rng.next()
    let right = left + sd[j]!
    const toLeft = rng.int(MOST_WIDTHS)
    const toRight = MOST_WIDTHS - 1 - toLeft
    for (let step = 0; step < toLeft && heightAt(left) > level; step++) left -= sd[j]!
    for (let step = 0; step < toRight && heightAt(right) > level; step++) right += sd[j]!
    for (let shrink = 0; shrink < MOST_SHRINKS; shrink++) {
      const x = left + (right - left) * rng.next()
      const found = heightAt(x)
      if (found > level) {
        height = found
        return
      }
      if (x < from) left = x
      else right = x
    }
    at[j] = from
  }

  for (let sweep = 0; sweep < burnIn + count; sweep++) {
    for (let i = order.length - 1; i > 0; i--) {
      const k = rng.int(i + 1)
      ;[order[i], order[k]] = [order[k]!, order[i]!]
    }
    for (const j of order) moveAlong(j)
    if (sweep >= burnIn) draws.push(at.slice())
  }
  return draws
}
