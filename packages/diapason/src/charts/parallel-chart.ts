import type { ParallelData, ParallelLine } from '../analysis/parallel-data.ts'
import { counted, countText, numberText } from '../text/numbers.ts'
import { placeText } from './axis-scale.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { label } from './frame.ts'
import { shortened } from './label.ts'
import { type AxisRange, isWithin, type ParallelAxis, type ParallelLayout, parallelLayout } from './parallel-axes.ts'
import { element, linePath, type Markup, markup, text } from './svg.ts'

/** Shades from the worst to the best. */
export const SHADES = 9

/** How {@link parallelChart} draws. */
export interface ParallelChartOptions extends ChartSize {
  /** By axis, the goal's last: the part that is chosen. Where this is given, axes can be taken hold of. */
  readonly ranges?: readonly (AxisRange | undefined)[]
}

/** Each trial as a line across its parameters to its value; the better, the stronger. Lines outside of chosen ranges are faint. */
export function parallelChart(data: ParallelData, options: ParallelChartOptions = {}): Chart {
  const { width = 720, height = 360, ranges } = options
  const title = 'Parallel coordinates'
  const layout = parallelLayout(data, { width, height })
  const { axes, top, bottom } = layout
  const room = data.axes.length === 0 ? width : (axes[1]?.x ?? 0) - (axes[0]?.x ?? 0)
  const caption = captionOf(data)
  const isChosen = ({ places, value }: ParallelLine) =>
    [...places, value].every((place, i) => isWithin(place, ranges?.[i]))
  const parts = [
    ...data.lines.filter((line) => !isChosen(line)).map((line) => lineMark(line, layout, false)),
    ...data.lines.filter(isChosen).map((line) => lineMark(line, layout, true)),
    ...axes.map((axis, index) =>
      axisMark({ axis, index, isLast: index === axes.length - 1, room, top, bottom, width }),
    ),
    ...(ranges === undefined ? [] : axes.map((axis, i) => handle(axis, ranges[i], layout))),
  ]
  return {
    kind: 'parallel',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trial', data.goal.name, ...data.axes.map(({ path }) => path)],
      rows: data.lines
        .toReversed()
        .map(({ number, value, places: held }) => [
          String(number),
          numberText(value, 6),
          ...data.axes.map((axis, i) => placeText(axis, held[i] ?? null, (place) => numberText(place, 3))),
        ]),
      of: data.of > data.lines.length ? data.of : undefined,
    },
  }
}

/** A line with gaps where a parameter was inactive. */
function lineMark(
  { number, places, value, quality, isInfeasible }: ParallelLine,
  { axes, top, bottom }: ParallelLayout,
  isChosen: boolean,
): Markup {
  const points = [...places, value].map((place, i) => {
    const y = place === null ? Number.NaN : (axes[i]?.scale.at(place) ?? Number.NaN)
    return [axes[i]?.x ?? 0, Math.min(bottom + 6, Math.max(top - 6, y))] as const
  })
  const d = linePath(points)
  if (!isChosen) return element('path', { class: 'c-thin c-out', d })
  if (isInfeasible) return element('path', { class: 'c-thin c-barred', d, 'data-trial': number })
  const shade = Math.min(SHADES - 1, Math.floor(quality * SHADES))
  return element('path', { class: `c-thin t${shade}${quality === 1 ? ' c-winner' : ''}`, d, 'data-trial': number })
}

/** What a pointer takes hold of, and the part of the axis that is chosen. */
function handle({ x, scale }: ParallelAxis, range: AxisRange | undefined, { top, bottom }: ParallelLayout): Markup {
  const hit = element('rect', { class: 'c-hit', x: x - 12, y: top - 8, width: 24, height: bottom - top + 16 })
  if (range === undefined) return hit
  const y = (value: number, end: number) =>
    Number.isFinite(value) ? Math.min(bottom, Math.max(top, scale.at(value))) : end
  const [from, to] = [y(range.high, top) - 5, y(range.low, bottom) + 5]
  return markup([element('rect', { class: 'c-brush', x: x - 7, y: from, width: 14, height: to - from }), hit])
}

interface AxisParts {
  readonly axis: ParallelAxis
  readonly index: number
  readonly isLast: boolean
  /** Pixels between two axes. */
  readonly room: number
  readonly top: number
  readonly bottom: number
  readonly width: number
}

function axisMark({ axis, index, isLast, room, top, bottom, width }: AxisParts): Markup {
  const { x, scale, name } = axis
  // Names of neighbours stand on two levels, so that they may be twice as long.
  const y = index % 2 === 0 ? 13 : 29
  const most = Math.max(6, Math.floor((1.7 * room) / 6.9))
  const place = isLast
    ? { x: width - 4, class: 'c-small c-strong c-end' }
    : { x: Math.max(2, x - 30), class: 'c-small c-strong' }
  const title = element('text', { y, ...place }, [element('title', {}, [text(name)]), text(shortened(name, most))])
  const ticks = scale.ticks.map(({ at, label: words }) =>
    markup([
      element('path', { class: 'c-axis', d: `M${Math.round(x) - 3} ${Math.round(at)}h3` }),
      label(x + 4, at + 4, words, 'c-small c-halo'),
    ]),
  )
  return element('g', { 'data-axis': index }, [
    element('path', { class: 'c-axis', d: `M${Math.round(x)} ${top}V${bottom}` }),
    ...ticks,
    title,
  ])
}

function captionOf({ lines, of, axes, params, goal }: ParallelData): string {
  if (lines.length === 0) return 'No trial is complete yet.'
  const count =
    lines.length < of ? `${countText(lines.length)} of ${counted(of, 'complete trial')}` : counted(of, 'complete trial')
  const some = axes.length < params ? `the ${axes.length} parameters that matter most` : 'all parameters'
  return `${count} across ${some}, each a line that ends at its ${goal.name}. The better the trial, the stronger its line; a gap is a parameter that the trial did not have.${lines.some(({ isInfeasible }) => isInfeasible) ? ' Dashed lines break a constraint.' : ''}`
}
