import type { Rng } from '../math/rng.ts'
import type { ParamValues, SearchSpace } from '../space/search-space.ts'
import type { History } from '../trial/history.ts'
import type { Method } from '../trial/method.ts'

/**
 * Proposes points to try. A sampler is a pure function of what it is given: same history, numbers and generator,
 * same points; the order in which trials finished must not matter. It may cache what it derives from finished
 * trials (by the record's identity), never what it decided.
 *
 * The study takes care of queued trials, of the default configuration (the first trial that nobody fixed) and of
 * storing; a sampler sees all of these as trials of the history.
 */
export interface Sampler {
  /** Kebab-case, as on the command line: `tpe`. */
  readonly name: string

  /**
   * One point for each trial number, in that order. A point gives a value to every parameter of `history.space` that is
   * active under it, parents included, and to no other.
   *
   * @param history everything known; trials numbered like `numbers` are in it as running, without parameters.
   *   Other running trials may lack parameters too, for the moment between their creation and their first suggestion.
   * @param numbers ascending, at least one
   * @param rng     a stream of its own for this call
   */
  suggest(history: History, numbers: readonly number[], rng: Rng): readonly ParamValues[]

  /**
   * Checks, before the first trial, that the space can be searched this way.
   * @throws {SpaceError} that says why not
   */
  check?(space: SearchSpace): void

  /**
   * How it would suggest now, for samplers that change their method: told to listeners and kept with the first trial of each
   * method. Absent: it always does the same.
   */
  describe?(history: History): Method

  /**
   * How many trials the study may hold in all, those already there and fixed ones included, before nothing is left to try.
   * Absent: no limit.
   */
  trialLimit?(history: History): number
}
