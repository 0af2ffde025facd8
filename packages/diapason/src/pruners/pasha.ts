import { quantile } from '../math/stats.ts'
import type { History } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import type { Report } from '../trial/trial-record.ts'
import { bestPromotion, byLoss, decideToPause, leastPromoted, type PausingLadder, rankedAt } from './pausing.ts'
import type { Pruner } from './pruner.ts'
import { indexFrom, reportDirection } from './reports.ts'
import { checkRungOptions, type RungOptions, type RungRange, rungRange, rungStep } from './rungs.ts'

/** So many of a rung's best are compared, which keeps a decision about thousands of trials quick. */
const COMPARED = 100
/** Of the differences between trials whose curves cross to and fro, the share that is taken for noise. */
const NOISE_SHARE = 0.9

/**
 * Promotion, see `promotionPruner`, that trains no further than the order of the trials asks for: at first nobody is promoted beyond
 * the second rung, and each rung above opens once the order at the highest open rung differs from that at the rung below.
 *
 * Orders differ where a trial stands at a place that an earlier one held which was better or worse by more than noise. Noise is
 * the 90th percentile of the differences between trials whose curves cross to and fro: 0 until there are some. The
 * hundred best of a rung are looked at.
 *
 * Saves epochs where the order settles early, and may end with a slightly worse winner. For budgets in trials: only once all configurations
 * have begun does the best of each rung go on to the end, so a study that its time ends may hold no complete trial but
 * the first.
 *
 * Source: Bohdal, Balles, Wistuba, Ermis, Archambeau, Zappella, "PASHA: efficient HPO and NAS with progressive resource
 * allocation", ICLR 2023. On purpose: the first trial to reach a rung goes on to the end; how many rungs are open
 * follows from the trials that are there, so that all workers agree. Cost: O(n log n) for n trials.
 *
 * @param options see {@link RungOptions}
 * @throws {OptionError} for an option outside its range
 * @example
 * import { pashaPruner } from 'diapason/fidelity'
 * await createStudy({ name: 'digits', goals: { loss: 'minimize' }, space, fidelity: { name: 'epochs', min: 1, max: 27 }, pruner: pashaPruner() })
 */
export function pashaPruner(options: RungOptions = {}): Pruner {
  checkRungOptions(options)
  const ladderFor = (history: History): PausingLadder => {
    const range = rungRange(options, history.fidelity)
    let open: number | undefined
    const ceiling = () => {
      open ??= highestOpenRung(history, range)
      return open
    }
    return { ...range, skipRungs: 0, ceiling }
  }
  return {
    name: 'pasha',
    decide: (history, trial) => decideToPause(history, trial, ladderFor(history)),
    promote: (history, isLast) => bestPromotion(history, ladderFor(history), leastPromoted(history, isLast))?.number,
  }
}

/** The lowest rung, from the second on, whose order agrees with that of the rung below. */
export function highestOpenRung(history: History, range: RungRange): number {
  let rung = 1
  while (rungStep(range, rung) < range.max && !isOrderKept(history, rungStep(range, rung - 1), rungStep(range, rung)))
    rung++
  return rung
}

/** Do the trials that have reached a rung stand where they stood at the one before, up to noise? */
function isOrderKept(history: History, before: number, rung: number): boolean {
  const direction = reportDirection(history)
  const after = rankedAt(history, rung).slice(0, COMPARED)
  const earlier = after.map(({ trial }) => {
    const [, value] = trial.reports[indexFrom(trial.reports, before)] ?? [before, Number.NaN]
    return { trial, loss: lossOf(value, direction) }
  })
  const held = [...earlier].sort(byLoss)
  const isKept = (noise: number) =>
    after.every(({ trial }, place) => {
      const own = earlier[place]?.loss ?? Number.NaN
      const theirs = held[place]
      return theirs?.trial === trial || theirs?.loss === own || Math.abs(own - (theirs?.loss ?? own)) <= noise
    })
  return (
    isKept(0) ||
    isKept(
      noiseOf(
        after.map(({ trial }) => trial.reports),
        rung,
      ),
    )
  )
}

/** How far trials are apart at most of which it cannot be told who is better: their curves cross to and fro. */
export function noiseOf(curves: readonly (readonly Report[])[], until: number): number {
  const differences: number[] = []
  for (const [i, one] of curves.entries()) {
    for (const other of curves.slice(i + 1)) {
      const difference = differenceIfTangled(one, other, until)
      if (difference !== undefined && Number.isFinite(difference)) differences.push(difference)
    }
  }
  return differences.length === 0 ? 0 : quantile(differences, NOISE_SHARE)
}

/** The difference at the last step that both have reported, up to a rung; undefined where their order changed less than twice. */
function differenceIfTangled(one: readonly Report[], other: readonly Report[], until: number): number | undefined {
  let changes = 0
  let sign = 0
  let difference: number | undefined
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    const [step, value] = one[i] as Report
    const [otherStep, otherValue] = other[j] as Report
    if (Math.max(step, otherStep) > until) break
    if (step === otherStep) {
      difference = Math.abs(value - otherValue)
      const now = Math.sign(value - otherValue)
      if (now * sign < 0) changes++
      if (now !== 0) sign = now
    }
    if (step <= otherStep) i++
    if (otherStep <= step) j++
  }
  return changes >= 2 ? difference : undefined
}
