import { OptionError } from '../errors.ts'
import type { History } from '../trial/history.ts'
import { decideAtRungs } from './asha.ts'
import type { Pruner } from './pruner.ts'
import { checkRungOptions, type RungOptions, type RungRange, rungRange, rungStep } from './rungs.ts'

// 1 / golden ratio: multiples of it, modulo 1, fall more evenly than those of any other number.
const GOLDEN_STEP = 0.6180339887498949

/**
 * Hyperband: several brackets of successive halving side by side, the first stopping trials from the lowest rung on,
 * each further one sparing one rung more and the last none, as an insurance against early reports that mislead. With 1 to
 * 27 epochs and eta 3 there are four, and of every 49 trials 27, 12, 6 and 4 fall to them.
 *
 * Brackets are kept apart: a trial is compared only with its own bracket's trials, and samplers learn from those alone. Which
 * bracket a trial belongs to depends on its number and nothing else, so workers and restarts agree.
 *
 * Brackets and their shares are those of Optuna's HyperbandPruner. On purpose: trials are dealt out evenly, not by
 * a hash; the top comes from the study's fidelity, so the first trial has its bracket already; the sampler does
 * see its bracket alone (Optuna documents this, and version 5.0.0 shows it everything); no rung stands at `max`.
 *
 * Source: Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, "Hyperband: a novel bandit-based approach to hyperparameter
 * optimization", JMLR 18 (2018). Cost: O(n) for n trials.
 *
 * @param options see {@link RungOptions}; `max` is needed where the study declares no fidelity
 * @throws {OptionError} for an option outside its range; from the first trial on when nothing says where `max` is
 * @example
 * await createStudy({ name: 'digits', goals: { loss: 'minimize' }, space, fidelity: { name: 'epochs', min: 1, max: 27 }, pruner: hyperbandPruner() })
 */
export function hyperbandPruner(options: RungOptions = {}): Pruner {
  checkRungOptions(options)
  let held: { range: RungRange; shares: readonly number[] } | undefined

  function bracketsFor(history: History): { range: RungRange; shares: readonly number[] } {
    const range = rungRange(options, history.fidelity)
    if (held?.range.min !== range.min || held.range.max !== range.max) held = { range, shares: bracketShares(range) }
    return held
  }

  function view(history: History, number: number): History {
    const { shares } = bracketsFor(history)
    const bracket = bracketOf(number, shares)
    return { ...history, trials: history.trials.filter((trial) => bracketOf(trial.number, shares) === bracket) }
  }

  return {
    name: 'hyperband',
    view,
    decide(history, trial) {
      const { range, shares } = bracketsFor(history)
      const ladder = { ...range, skipRungs: bracketOf(trial.number, shares), startupTrials: 1 }
      return decideAtRungs(view(history, trial.number), trial, ladder)
    },
  }
}

/**
 * How many trials each bracket gets in a round, bracket 0 (which skips no rung) first: `ceil(n · eta^s / (s + 1))` for
 * n brackets, s = n − 1 − bracket; at least one bracket.
 * @param pruner the function that lays them out, for the error
 * @throws {OptionError} when `max` is not known
 */
export function bracketShares(range: RungRange, pruner = 'hyperbandPruner'): readonly number[] {
  if (range.max === Number.POSITIVE_INFINITY) {
    const remedy = `Give the study a fidelity, such as { name: 'epochs', min: 1, max: 27 }, or ${pruner}({ max: 27 })`
    throw new OptionError(`${pruner}() cannot lay out its brackets without the length of a whole trial`, remedy)
  }
  let count = 1
  while (rungStep(range, count) <= range.max) count++
  return Array.from({ length: count }, (_, bracket) => {
    const s = count - 1 - bracket
    // Rounded first: a power that is off by one bit must not add a trial.
    return Math.ceil(Number(((count * range.eta ** s) / (s + 1)).toPrecision(12)))
  })
}

/** The bracket of a trial: a low-discrepancy deal, so that any run of trials holds each bracket's share to within one or two. */
export function bracketOf(number: number, shares: readonly number[]): number {
  const total = shares.reduce((sum, share) => sum + share, 0)
  let place = ((number * GOLDEN_STEP) % 1) * total
  for (const [bracket, share] of shares.entries()) {
    if (place < share) return bracket
    place -= share
  }
  return shares.length - 1
}
