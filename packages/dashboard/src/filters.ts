import type { AxisRange, ParamAxis } from 'diapason/charts'
import { numberText } from 'diapason/charts'
import type { Study } from './api.ts'

/** Only trials whose parameter, or whose goal (`value:GOAL`), lies within; options are told by their place. */
export interface Filter extends AxisRange {
  readonly path: string
}

/** Numbers hold no colon, so the last one ends the path. */
const RANGE = /^(.*):([^:]*)\.\.([^:]*)$/s

/** The filters that stand in an address as `range`. */
export function filtersOf(query: URLSearchParams): readonly Filter[] {
  return query.getAll('range').flatMap((range) => {
    const [, path, low, high] = RANGE.exec(range) ?? []
    if (path === undefined) return []
    return [
      { path, low: low ? Number(low) : Number.NEGATIVE_INFINITY, high: high ? Number(high) : Number.POSITIVE_INFINITY },
    ]
  })
}

/** As it stands in an address and in what the server is asked. */
export function filterText({ path, low, high }: Filter): string {
  const end = (value: number) => (Number.isFinite(value) ? String(value) : '')
  return `${path}:${end(low)}..${end(high)}`
}

/** The filters with one path's replaced; undefined takes it away. */
export function withFilter(filters: readonly Filter[], path: string, range: AxisRange | undefined): readonly string[] {
  const others = filters.filter((filter) => filter.path !== path)
  return [...others, ...(range === undefined ? [] : [{ path, ...range }])].map(filterText)
}

/** `units 16 to 64`, as a person reads it. */
export function filterWords({ path, low, high }: Filter, { space }: Study): string {
  const axis = space.find((param) => param.path === path)?.axis
  const name = path.startsWith('value:') && axis === undefined ? path.slice('value:'.length) : path
  if (axis?.scale === 'categories') {
    const chosen = axis.labels.filter((_, place) => place >= low && place <= high)
    return `${name} ${chosen.join(', ')}`
  }
  if (!Number.isFinite(low)) return `${name} up to ${numberText(high, 4)}`
  if (!Number.isFinite(high)) return `${name} from ${numberText(low, 4)}`
  return `${name} ${numberText(low, 4)} to ${numberText(high, 4)}`
}

/** What stands on an axis at a place. */
export function placeWords(axis: ParamAxis | undefined, place: number): string {
  return axis?.scale === 'categories' ? (axis.labels[place] ?? '–') : numberText(place, 4)
}
