import type { CostData, CostPoint } from '../analysis/cost-data.ts'
import { counted, durationText, numberText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, plotBox } from './frame.ts'
import { linearScale, logScale, type Span } from './scale.ts'
import { element, linePath, type Markup } from './svg.ts'
import { infeasibleWords, trialMark } from './trial-mark.ts'
import { valueAxis } from './value-axis.ts'

/** Durations that span more than this factor stand on a logarithmic axis. */
const LOG_FROM = 10

/** Trials by what they took and how good they were; the best for each duration are joined. */
export function costChart(data: CostData, { width = 720, height = 320 }: ChartSize = {}): Chart {
  const { front, points, goal } = data
  const title = `${goal.name} against time`
  const all = [...points, ...front]
  const values = all.map(({ value }) => value)
  const probe = valueAxis(values, goal.direction, [height - 40, 26])
  const box = plotBox(
    width,
    height,
    probe.scale.ticks.map((tick) => tick.label),
  )
  const axis = valueAxis(values, goal.direction, [box.bottom, box.top])
  const [low, high] = all.reduce<Span>(
    ([least, most], { seconds }) => [Math.min(least, seconds), Math.max(most, seconds)],
    [Number.POSITIVE_INFINITY, 0],
  )
  const pixels: Span = [box.left + 6, box.right - 6]
  const isLog = high / low > LOG_FROM
  const scale = isLog ? logScale([low, high], pixels) : linearScale([low, high], pixels)
  const x = { ...scale, ticks: scale.ticks.map(({ at, label }) => ({ at, label: `${label} s` })) }
  const place = ({ seconds, value }: CostPoint) =>
    [x.at(seconds), Math.min(box.bottom, Math.max(box.top, axis.scale.at(value)))] as const
  const dot = (look: string, radius: number) => (point: CostPoint) => trialMark(point, place(point), look, radius)
  const caption = captionOf(data)
  const parts: Markup[] = [
    axes(box, x, axis.scale, { x: 'duration of the trial', y: `${goal.name}${axis.isLog ? ' (log scale)' : ''}` }),
    ...points.map(dot('c-dot', 2.6)),
    element('path', { class: 'c-thin c-front', d: stairs(front.map(place)) }),
    ...front.map(dot('c-best', 3.6)),
  ]
  return {
    kind: 'cost',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trial', 'seconds', goal.name, 'best for its time'],
      rows: [
        ...front.map((point) => rowOf(point, 'yes')),
        ...points.map((point) => rowOf(point, point.isInfeasible ? 'infeasible' : 'no')),
      ],
      of: data.of > all.length ? data.of : undefined,
    },
  }
}

function rowOf({ number, seconds, value }: CostPoint, isFront: 'yes' | 'no' | 'infeasible'): string[] {
  return [String(number), numberText(seconds, 4), numberText(value, 6), isFront]
}

/** Until a slower trial is better, the quicker one's value is the best. */
function stairs(places: readonly (readonly [number, number])[]): string {
  return linePath(
    places.flatMap((here, i) => {
      const next = places[i + 1]
      return next === undefined ? [here] : [here, [next[0], here[1]] as const]
    }),
  )
}

function captionOf({ front, points, of, goal }: CostData): string {
  const [quick, best] = [front[0], front.at(-1)]
  if (quick === undefined || best === undefined) return 'No trial has a duration yet.'
  const took = ({ seconds }: CostPoint) => durationText(seconds * 1000)
  if (front.length === 1)
    return `Of ${counted(of, 'complete trial')} the quickest is the best, too: trial ${best.number} took ${took(best)} for ${goal.name} ${numberText(best.value)}.`
  const near = [...front].reverse()[1]
  const cheaper =
    near === undefined
      ? ''
      : ` The next best for less is trial ${near.number}: ${numberText(near.value)} in ${took(near)}.`
  return `The best of ${counted(of, 'complete trial')}, trial ${best.number} with ${goal.name} ${numberText(best.value)}, took ${took(best)}.${cheaper} Joined points are the best for their time.${infeasibleWords(points)}`
}
