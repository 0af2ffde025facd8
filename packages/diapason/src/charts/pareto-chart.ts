import type { ParetoData } from '../analysis/pareto-data.ts'
import { counted, numberText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, plotBox } from './frame.ts'
import { element, linePath, type Markup } from './svg.ts'
import { infeasibleWords, trialMark } from './trial-mark.ts'
import { valueAxis } from './value-axis.ts'

/** Trials by two goals; those that none beats are joined. */
export function paretoChart(data: ParetoData, { width = 720, height = 380 }: ChartSize = {}): Chart {
  const { front, points } = data
  const title = `${data.x.name} against ${data.y.name}`
  const all = [...points, ...front]
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)]
  const probe = valueAxis(ys, data.y.direction, [height - 40, 26])
  const box = plotBox(
    width,
    height,
    probe.scale.ticks.map((tick) => tick.label),
  )
  const x = valueAxis(xs, data.x.direction, [box.left + 4, box.right - 4]).scale
  const y = valueAxis(ys, data.y.direction, [box.bottom, box.top]).scale
  const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
  const place = (point: { readonly x: number; readonly y: number }) =>
    [within(x.at(point.x), box.left, box.right), within(y.at(point.y), box.top, box.bottom)] as const
  const dot = (look: string, radius: number) => (point: ParetoData['front'][number]) =>
    trialMark(point, place(point), look, radius)
  const caption = captionOf(data)
  const parts: Markup[] = [
    axes(box, x, y, { x: `${data.x.name} (${data.x.direction})`, y: `${data.y.name} (${data.y.direction})` }),
    ...points.map(dot('c-dot', 2.6)),
    data.goals.length === 2
      ? element('path', { class: 'c-thin c-front', d: stairs(front.map(place), data) })
      : element('g'),
    ...front.map(dot('c-best', 3.6)),
  ]
  return {
    kind: 'pareto',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trial', data.x.name, data.y.name, 'on the front'],
      rows: [
        ...front.map((point) => [String(point.number), numberText(point.x, 6), numberText(point.y, 6), 'yes']),
        ...points.map((point) => [
          String(point.number),
          numberText(point.x, 6),
          numberText(point.y, 6),
          point.isInfeasible ? 'infeasible' : 'no',
        ]),
      ],
      of: data.of > all.length ? data.of : undefined,
    },
  }
}

/** Between two neighbours of a front nothing is reached: the corner stands on the worse side. */
function stairs(places: readonly (readonly [number, number])[], { x }: ParetoData): string {
  const corners = places.flatMap((here, i) => {
    const next = places[i + 1]
    if (next === undefined) return [here]
    return [here, x.direction === 'minimize' ? ([next[0], here[1]] as const) : ([here[0], next[1]] as const)]
  })
  return linePath(corners)
}

function captionOf({ front, points, of, goals, x, y }: ParetoData): string {
  if (of === 0) return 'No trial is complete yet.'
  const more =
    goals.length > 2 ? ` Of ${goals.length} goals, two are shown: a trial may be on the front by another.` : ''
  return `${counted(front.length, 'trial')} of ${counted(of, 'complete one')} ${front.length === 1 ? 'is' : 'are'} not beaten in all goals at once (strong points): what they gain in ${x.name} costs them ${y.name}.${more}${infeasibleWords(points)}`
}
