import type { ParamAxis } from '../analysis/param-axis.ts'
import { shortened } from './label.ts'
import { linearScale, logScale, type Scale, type Span } from './scale.ts'

/** Longer names of categories are shortened. */
const LONGEST_LABEL = 14

/** The scale of a parameter's axis; categories stand in the middle of equal cells. */
export function axisScale(axis: ParamAxis, pixels: Span, count = 5): Scale {
  if (axis.scale !== 'categories') {
    const range = [axis.low, axis.high] as const
    return axis.scale === 'log' ? logScale(range, pixels, count) : linearScale(range, pixels, count)
  }
  const { at } = linearScale([-0.5, axis.labels.length - 0.5], pixels)
  return { at, ticks: axis.labels.map((label, i) => ({ label: shortened(label, LONGEST_LABEL), at: at(i) })) }
}

/** A place on a parameter's axis as a text for a table. */
export function placeText(axis: ParamAxis, place: number | null, write: (value: number) => string): string {
  if (place === null || Number.isNaN(place)) return '–'
  return axis.scale === 'categories' ? (axis.labels[place] ?? '–') : write(place)
}
