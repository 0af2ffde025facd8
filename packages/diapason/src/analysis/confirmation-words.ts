import type { Confirmation } from '../study/confirm.ts'
import { counted, numberText, percentText } from '../text/numbers.ts'

/** What repeats of the best showed, as page and report tell it. Scores are of the first goal. */
export interface ConfirmedFacts {
  readonly number: number
  /** What it scored in the search. */
  readonly observed: number
  /** What its repeats scored. */
  readonly runs: readonly number[]
  /** Drawn towards the other finalists; see `confirm`. */
  readonly mean: number
  readonly interval: readonly [low: number, high: number]
  readonly chanceBest: number
  /** Trials of the search, the winner among them. */
  readonly finalists: readonly number[]
  /** Standard deviation of a score from seed to seed. */
  readonly noise: number
}

/** Of a confirmation, what is told. */
export function confirmedFacts({ winner, finalists, noise }: Confirmation<unknown>): ConfirmedFacts {
  const { number, observed, runs, mean, interval, chanceBest } = winner
  return { number, observed, runs, mean, interval, chanceBest, finalists: finalists.map((each) => each.number), noise }
}

/** How good the winner is, and how sure that is, in a few sentences. */
export function confirmationWords(
  { number, observed, runs, mean, interval, chanceBest, finalists, noise }: ConfirmedFacts,
  goal: string,
): string {
  const times = `Trial ${number}, trained again ${runs.length} times with other seeds`
  const others = finalists.filter((each) => each !== number)
  const rivals = `${others.length === 1 ? 'trial' : 'trials'} ${others.join(', ')}`
  if (noise === 0) {
    return `${times}, scored ${numberText(mean, 4)} in ${goal} each time: the objective does not depend on the seed, so that repeats cannot tell luck from merit.`
  }
  const plain = runs.reduce((sum, run) => sum + run, 0) / runs.length
  const ends = interval.map((end) => numberText(end, 4)).join(' to ')
  return `${times}, has ${goal} ${numberText(plain, 4)} on average, and ${numberText(mean, 4)} (95 % interval ${ends}) allowing for luck, by drawing it towards ${counted(others.length, 'other finalist')}, ${rivals}. It is the best of the ${finalists.length} with a chance of ${percentText(chanceBest)}. In the search it had ${numberText(observed, 4)}.`
}
