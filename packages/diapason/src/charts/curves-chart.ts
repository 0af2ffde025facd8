import type { Curve, CurvesData } from '../analysis/curves-data.ts'
import { counted, countText, numberText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, label, plotBox } from './frame.ts'
import { countScale, logScale, type Span } from './scale.ts'
import { element, linePath, type Markup } from './svg.ts'
import { valueAxis } from './value-axis.ts'

/** Steps that span more than this factor stand on a logarithmic axis. */
const LOG_FROM = 30
/** At most so many steps are marked as those after which trials were pruned. */
const MARKED_STOPS = 5

/** What trials reported step by step; the best is drawn strong, pruned ones faint, and the steps where pruning struck are marked. */
export function curvesChart(data: CurvesData, { width = 720, height = 340 }: ChartSize = {}): Chart {
  const title = data.of === 1 ? 'Learning curve' : 'Learning curves'
  const caption = captionOf(data)
  const steps = data.curves.flatMap(({ points }) => points.map(([step]) => step))
  const range = steps.reduce<Span>(
    ([low, high], step) => [Math.min(low, step), Math.max(high, step)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  const [first, last] = Number.isFinite(range[0]) ? range : [0, 1]
  // Late values decide; those of the first steps would take the room.
  const late = data.curves.flatMap(({ points }) =>
    points.slice(Math.floor(points.length / 4)).map(([, value]) => value),
  )
  // One alone is shown whole.
  const kept = data.of === 1 ? data.curves.flatMap(({ points }) => points.map(([, value]) => value)) : []
  const probe = valueAxis(late, data.goal.direction, [height - 40, 26], kept)
  const box = plotBox(
    width,
    height,
    probe.scale.ticks.map((tick) => tick.label),
  )
  const axis = valueAxis(late, data.goal.direction, [box.bottom, box.top], kept)
  const pixels: Span = [box.left + 6, box.right - 6]
  const isLog = first > 0 && last / first > LOG_FROM
  const x = isLog ? logScale([first, last], pixels) : countScale([first, Math.max(last, first + 1)], pixels)
  const y = (value: number) => Math.min(box.bottom, Math.max(box.top, axis.scale.at(value)))
  const parts: Markup[] = [
    axes(box, x, axis.scale, { x: data.unit, y: `${data.goal.name}${axis.isLog ? ' (log scale)' : ''}` }),
    ...leadingStops(data).flatMap(({ step, count }) => [
      element('path', { class: 'c-stop', d: `M${Math.round(x.at(step))} ${box.top}V${box.bottom}` }),
      label(x.at(step) + 3, box.top + 9, `−${countText(count)}`, 'c-faint c-small'),
    ]),
    ...data.curves.map((curve) => curveMark(curve, curve.number === data.best, x.at, y)),
    ...data.curves.flatMap((curve) => pauseMarks(curve, x.at, y)),
  ]
  return {
    kind: 'curves',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: tableOf(data),
  }
}

function curveMark(
  { number, state, points }: Curve,
  isBest: boolean,
  x: (step: number) => number,
  y: (value: number) => number,
): Markup {
  const look = isBest ? 'c-line' : state === 'pruned' || state === 'paused' ? 'c-thin c-curve-pruned' : 'c-thin c-curve'
  const finite = points.filter(([, value]) => !Number.isNaN(value))
  const [only] = finite
  if (only === undefined) return element('g', { 'data-trial': number })
  if (finite.length === 1) {
    return element('circle', { class: 'c-dot', cx: x(only[0]), cy: y(only[1]), r: 1.6, 'data-trial': number })
  }
  const d = linePath(points.map(([step, value]) => [x(step), y(value)] as const))
  return element('path', { class: look, d, 'data-trial': number })
}

/** Rings where a training was paused and went on. */
function pauseMarks(
  { points, pauses = [] }: Curve,
  x: (step: number) => number,
  y: (value: number) => number,
): Markup[] {
  return pauses.flatMap(({ trial, step }) => {
    const value = points.findLast(([at]) => at <= step)?.[1]
    return value === undefined || Number.isNaN(value)
      ? []
      : [element('circle', { class: 'c-pause', cx: x(step), cy: y(value), r: 3, 'data-trial': trial })]
  })
}

function leadingStops({ stops }: CurvesData): CurvesData['stops'] {
  return stops.toSorted((a, b) => b.count - a.count).slice(0, MARKED_STOPS)
}

function tableOf({ curves, goal, unit, of }: CurvesData): Chart['table'] {
  const hasPauses = curves.some(({ pauses = [] }) => pauses.length > 0)
  const rows = curves.toReversed().map(({ number, state, points, pauses = [] }) => {
    const [step, value] = points[points.length - 1] ?? [Number.NaN, Number.NaN]
    const parts = pauses.map((pause) => `${pause.trial} to ${numberText(pause.step)}`).join(', ')
    return [String(number), state, numberText(step), numberText(value, 6), ...(hasPauses ? [parts || '–'] : [])]
  })
  return {
    columns: ['trial', 'state', `last ${unit}`, `last ${goal.name}`, ...(hasPauses ? ['continues'] : [])],
    rows,
    of: of > rows.length ? of : undefined,
  }
}

function singleText({ number, points, pauses = [] }: Curve, unit: string): string {
  const [step, value] = points[points.length - 1] ?? [Number.NaN, Number.NaN]
  const parts = pauses.map((pause) => `in trial ${pause.trial} up to ${unit} ${numberText(pause.step)}`)
  const joined = parts.length === 0 ? '' : ` It was trained ${parts.join(', ')}, and then in this one (rings).`
  return `Trial ${number} reported ${counted(points.length, 'time')}; the last at ${unit} ${numberText(step)}: ${numberText(value)}.${joined}`
}

function captionOf(data: CurvesData): string {
  const { curves, of, best, unit } = data
  if (of === 0) return 'No trial has reported what it reached along the way.'
  const [only] = curves
  if (of === 1 && only !== undefined) return singleText(only, unit)
  const words = [curves.length < of ? `${countText(curves.length)} of ${countText(of)} trials` : counted(of, 'trial')]
  words.push(' reported along the way')
  if (best !== undefined) words.push(`; the strong line is the best, trial ${best}`)
  words.push('.')
  const stops = leadingStops(data).toSorted((a, b) => a.step - b.step)
  if (stops.length > 0) {
    const list = stops.map(({ step, count }) => `${countText(count)} after ${numberText(step)}`).join(', ')
    const isPausing = data.paused > 0
    words.push(
      ` ${isPausing ? 'Paused and not continued so far' : 'Pruning stopped trials early'}, by ${unit}: ${list}.`,
    )
  }
  const continued = curves.filter(({ pauses = [] }) => pauses.length > 0).length
  if (continued > 0)
    words.push(
      ` ${counted(continued, 'curve')} ${continued === 1 ? 'was' : 'were'} trained in several trials; rings are where they were paused.`,
    )
  return words.join('')
}
