import type { ParamValue } from '../space/distribution.ts'
import type { Parameter, SearchSpace } from '../space/search-space.ts'
import { percentText } from '../text/numbers.ts'
import { valueText } from '../text/param-text.ts'
import type { TrialRecord } from '../trial/trial-record.ts'

/** Where the trials of a study have been, parameter by parameter. */
export interface SpaceCoverage {
  /** Options, and quarters of ranges (of their logarithms on a log scale), of parameters that took part in some trial. */
  readonly cells: number
  /** Those that some trial lay in. */
  readonly tried: number
  /** What no trial had: options, and ranges from one value to another. */
  readonly untried: readonly {
    readonly path: string
    readonly options: readonly ParamValue[]
    readonly ranges: readonly (readonly [from: ParamValue, to: ParamValue])[]
  }[]
}

const QUARTERS = 4

/** Which options and which quarters of the ranges the trials have tried. Cost: O(trials · parameters). */
export function spaceCoverage({ parameters }: SearchSpace, trials: readonly TrialRecord[]): SpaceCoverage {
  let cells = 0
  let tried = 0
  const untried: SpaceCoverage['untried'][number][] = []
  for (const parameter of parameters) {
    const { name, column } = parameter
    const isCategorical = column.kind === 'categorical'
    const count = isCategorical ? column.size : Math.min(QUARTERS, column.size)
    const places = trials.flatMap(({ params }) => {
      const value = params[name]
      return value === undefined ? [] : [Math.min(count - 1, Math.floor(column.encode(value) * count))]
    })
    // A branch that was never taken is told of once, by the parameter that takes it.
    if (places.length === 0) continue
    const seen = new Set(places)
    const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !seen.has(i))
    cells += count
    tried += seen.size
    if (missing.length === 0) continue
    untried.push({
      path: name,
      options: isCategorical ? missing.map((i) => column.valueAt(i)) : [],
      ranges: isCategorical ? [] : joined(missing).map((range) => rangeOf(parameter, range, count)),
    })
  }
  return { cells, tried, untried }
}

/** `The trials have been in 96 % of all options and quarters of ranges; never in units 190 to 512.` Undefined without trials. */
export function coverageWords(space: SearchSpace, trials: readonly TrialRecord[]): string | undefined {
  const { cells, tried, untried } = spaceCoverage(space, trials)
  if (cells === 0) return undefined
  if (tried === cells) return 'The trials have been in every option, and in every quarter of every range.'
  const places = untried.flatMap(({ path, options, ranges }) => [
    ...options.map((option) => `${path} ${valueText(option)}`),
    ...ranges.map(
      ([from, to]) => `${path} ${from === to ? valueText(from) : `${valueText(from)} to ${valueText(to)}`}`,
    ),
  ])
  const shown = places.slice(0, PLACES_SHOWN).join(', ')
  const more = places.length > PLACES_SHOWN ? ` and ${places.length - PLACES_SHOWN} more` : ''
  return `The trials have been in ${percentText(tried / cells)} of all options and quarters of ranges; never in ${shown}${more}.`
}

const PLACES_SHOWN = 4

/** Neighbouring cells taken together. */
function joined(cells: readonly number[]): (readonly [first: number, last: number])[] {
  const ranges: [number, number][] = []
  for (const cell of cells) {
    const previous = ranges.at(-1)
    if (previous !== undefined && previous[1] === cell - 1) previous[1] = cell
    else ranges.push([cell, cell])
  }
  return ranges
}

function rangeOf({ column }: Parameter, [first, last]: readonly [number, number], count: number) {
  // Within the cells where there are few values: an edge belongs to a neighbour.
  if (column.size <= count) return [column.valueAt(first), column.valueAt(last)] as const
  return [column.decode(first / count), column.decode((last + 1) / count)] as const
}
