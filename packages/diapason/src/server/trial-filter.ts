import { onAxis } from '../analysis/param-axis.ts'
import type { SearchSpace } from '../space/search-space.ts'
import type { Goal } from '../trial/history.ts'
import type { TrialRecord } from '../trial/trial-record.ts'
import { HttpError } from './http-error.ts'

/** Does a trial fit? */
export type TrialFilter = (trial: TrialRecord) => boolean

/** Numbers hold no colon, so the last one ends the path. */
const RANGE = /^(.*):([^:]*)\.\.([^:]*)$/s
const MOST_RANGES = 100

/**
 * What the `range` of a query let through, all of them together: `PATH:LOW..HIGH`, either end may be left out. PATH is a parameter or
 * `value:GOAL`, which only complete trials have. Options, and numbers with at most twelve values, are told by their place, from 0.
 * Undefined where everything fits.
 * @throws {HttpError} 400 on a range that cannot be
 */
export function trialFilter(
  query: URLSearchParams,
  of: { readonly goals: readonly Goal[]; readonly space: SearchSpace },
): TrialFilter | undefined {
  const tests = query
    .getAll('range')
    .slice(0, MOST_RANGES)
    .map((range) => testOf(range, of))
  return tests.length === 0 ? undefined : (trial) => tests.every((test) => test(trial))
}

function testOf(
  range: string,
  { goals, space }: { readonly goals: readonly Goal[]; readonly space: SearchSpace },
): TrialFilter {
  const [, path = '', from = '', to = ''] = RANGE.exec(range) ?? []
  const low = from === '' ? Number.NEGATIVE_INFINITY : Number(from)
  const high = to === '' ? Number.POSITIVE_INFINITY : Number(to)
  if (path === '' || Number.isNaN(low) || Number.isNaN(high))
    throw new HttpError(400, `range is "${range}"; it is PATH:LOW..HIGH`)
  const within = (value: number) => value >= low && value <= high
  const g = goals.findIndex(({ name }) => path === `value:${name}`)
  if (g >= 0) return (trial) => trial.state === 'complete' && within(trial.values[g] ?? Number.NaN)
  const parameter = space.byName.get(path)
  if (parameter === undefined) throw new HttpError(400, `There is no parameter "${path}"`)
  return ({ params }) => within(onAxis(parameter, params[path]))
}
