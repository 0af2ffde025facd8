import type { ParallelData, ParallelLine } from '../analysis/parallel-data.ts'
import { counted, countText, numberText } from '../text/numbers.ts'
import { axisScale, placeText } from './axis-scale.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { label } from './frame.ts'
import { shortened } from './label.ts'
import type { Scale } from './scale.ts'
import { element, linePath, type Markup, markup, text } from './svg.ts'
import { valueAxis } from './value-axis.ts'

/** Shades from the worst to the best. */
export const SHADES = 9

/** Each trial as a line across its parameters to its value; the better, the stronger. */
export function parallelChart(data: ParallelData, { width = 720, height = 360 }: ChartSize = {}): Chart {
  const title = 'Parallel coordinates'
  const [top, bottom] = [44, height - 16]
  const right = width - 66
  const places = [...data.axes.map((_, i) => 34 + (i * (right - 34)) / data.axes.length), right]
  const values = data.lines.map(({ value }) => value)
  const goalAxis = valueAxis(values, data.goal.direction, [bottom, top])
  const scales: Scale[] = [...data.axes.map((axis) => axisScale(axis, [bottom, top])), goalAxis.scale]
  const names = [...data.axes.map(({ path }) => path), data.goal.name]
  const room = data.axes.length === 0 ? width : (right - 34) / data.axes.length
  const caption = captionOf(data)
  const parts = [
    ...data.lines.map((line) => lineMark(line, places, scales, top, bottom)),
    ...names.map((name, i) =>
      axisMark({
        x: places[i] ?? 0,
        scale: scales[i],
        name,
        index: i,
        isLast: i === names.length - 1,
        room,
        top,
        bottom,
        width,
      }),
    ),
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

/** A line with gaps where a parameter was inactive; single points in between are drawn as dots. */
function lineMark(
  { number, places: held, value, quality }: ParallelLine,
  places: readonly number[],
  scales: readonly Scale[],
  top: number,
  bottom: number,
): Markup {
  const shade = Math.min(SHADES - 1, Math.floor(quality * SHADES))
  const points = [...held, value].map((place, i) => {
    const y = place === null ? Number.NaN : (scales[i]?.at(place) ?? Number.NaN)
    return [places[i] ?? 0, Math.min(bottom + 6, Math.max(top - 6, y))] as const
  })
  const isBest = quality === 1
  return element('path', {
    class: `c-thin t${shade}${isBest ? ' c-winner' : ''}`,
    d: linePath(points),
    'data-trial': number,
  })
}

interface AxisParts {
  readonly x: number
  readonly scale: Scale | undefined
  readonly name: string
  readonly index: number
  readonly isLast: boolean
  /** Pixels between two axes. */
  readonly room: number
  readonly top: number
  readonly bottom: number
  readonly width: number
}

function axisMark({ x, scale, name, index, isLast, room, top, bottom, width }: AxisParts): Markup {
  // Names of neighbours stand on two levels, so that they may be twice as long.
  const y = index % 2 === 0 ? 13 : 29
  const most = Math.max(6, Math.floor((1.7 * room) / 6.9))
  const place = isLast
    ? { x: width - 4, class: 'c-small c-strong c-end' }
    : { x: Math.max(2, x - 30), class: 'c-small c-strong' }
  const title = element('text', { y, ...place }, [element('title', {}, [text(name)]), text(shortened(name, most))])
  const ticks = (scale?.ticks ?? []).map(({ at, label: words }) =>
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
  return `${count} across ${some}, each a line that ends at its ${goal.name}. The better the trial, the stronger its line; a gap is a parameter that the trial did not have.`
}
