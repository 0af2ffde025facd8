import type { History } from '../trial/history.ts'
import { bracketOf, bracketShares } from './hyperband.ts'
import { checkedNumber } from './option-checks.ts'
import { bestPromotion, decideToPause, leastPromoted, type PausingLadder, type Promotion } from './pausing.ts'
import type { Pruner } from './pruner.ts'
import { checkRungOptions, type RungOptions, rungRange, rungStep } from './rungs.ts'

/** Options of {@link promotionPruner}. */
export interface PromotionOptions extends RungOptions {
  /** How many of the lowest rungs to leave out, for metrics that mislead early on: a whole number ≥ 0. Default 0. */
  readonly skipRungs?: number
  /** Ladders side by side, each sparing one rung more than the one before: a whole number ≥ 1, as many as there are rungs at most. Default 1. */
  readonly brackets?: number
}

/**
 * Asynchronous successive halving in its promoting form: at the rungs `min · eta^k` every trial pauses that is not
 * among the best `floor(n / eta)` of the n that have reached the rung. Whoever is free continues the best paused trial that has come to be
 * among them, of the highest rung that has one, and begins a new configuration only where there is none.
 *
 * Compared with `ashaPruner`, which stops for good: no trial is trained on because it came early, and none is lost because
 * better ones came first. It pays where objectives resume, see `LiveTrial.checkpoint`; one that cannot is trained anew from
 * the beginning.
 *
 * The first trial to reach a rung goes on, so that a complete one is there soon. Once nothing new may be begun, at least the best of
 * each rung goes on, so that the most promising configuration of all comes to its end. A trial that reported NaN at a rung
 * is stopped for good.
 *
 * With `brackets` trials are dealt out, by their number, to several of these ladders side by side, the second sparing the lowest rung, the third
 * the lowest two: Hyperband's insurance against early reports that mislead, in the shares of {@link hyperbandPruner}. A
 * trial is ranked among its own bracket's; samplers learn from all.
 *
 * Source: Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, algorithm 2. Cost: O(n log n) for n trials.
 *
 * @param options see {@link PromotionOptions}
 * @throws {OptionError} for an option outside its range; with several brackets, from the first trial on, when nothing says where `max` is
 * @example
 * await createStudy({ name: 'digits', goals: { loss: 'minimize' }, space, fidelity: { name: 'epochs', min: 1, max: 27 }, pruner: promotionPruner() })
 */
export function promotionPruner(options: PromotionOptions = {}): Pruner {
  checkRungOptions(options)
  const skipRungs = checkedNumber('skipRungs', options.skipRungs, 0, { low: 0, whole: true })
  const brackets = checkedNumber('brackets', options.brackets, 1, { low: 1, whole: true })

  function sharesFor({ fidelity }: History): readonly number[] {
    if (brackets === 1) return [1]
    const range = rungRange(options, fidelity)
    const shares = bracketShares({ ...range, min: rungStep(range, skipRungs) }, 'promotionPruner')
    return shares.slice(0, brackets)
  }
  const ladderFor = ({ fidelity }: History, bracket: number): PausingLadder => ({
    ...rungRange(options, fidelity),
    skipRungs: skipRungs + bracket,
    ceiling: () => Number.POSITIVE_INFINITY,
  })

  return {
    name: 'promotion',
    decide(history, trial) {
      const shares = sharesFor(history)
      const bracket = bracketOf(trial.number, shares)
      return decideToPause(membersOf(history, bracket, shares), trial, ladderFor(history, bracket))
    },
    promote(history, isLast) {
      const shares = sharesFor(history)
      const least = leastPromoted(history, isLast)
      let best: Promotion | undefined
      for (const bracket of shares.keys()) {
        const found = bestPromotion(membersOf(history, bracket, shares), ladderFor(history, bracket), least)
        if (found !== undefined && found.step > (best?.step ?? 0)) best = found
      }
      return best?.number
    },
  }
}

/** The trials of a bracket alone. */
function membersOf(history: History, bracket: number, shares: readonly number[]): History {
  if (shares.length === 1) return history
  return { ...history, trials: history.trials.filter(({ number }) => bracketOf(number, shares) === bracket) }
}
