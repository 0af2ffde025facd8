import type { EfficiencyData } from '../analysis/efficiency-data.ts'
import { counted, countText, numberText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, plotBox } from './frame.ts'
import { logScale, type Scale } from './scale.ts'
import { element, linePath, type Markup } from './svg.ts'
import { valueAxis } from './value-axis.ts'

/** The best of so many trials: how it would have come out by luck alone, and how the search went. */
export function efficiencyChart(data: EfficiencyData, { width = 720, height = 300 }: ChartSize = {}): Chart {
  const title = 'Best of so many trials'
  const caption = captionOf(data)
  const values = data.points.flatMap(({ unlucky, middle, lucky }) =>
    [unlucky, middle, lucky].flatMap((value) => value ?? []),
  )
  const shown = data.reached.map(({ value }) => value)
  const probe = valueAxis(values, data.goal.direction, [height - 40, 26])
  const box = plotBox(
    width,
    height,
    probe.scale.ticks.map((tick) => tick.label),
  )
  const axis = valueAxis([...values, ...shown], data.goal.direction, [box.bottom, box.top])
  const x = logScale([1, Math.max(2, data.of)], [box.left + 6, box.right - 6])
  const y = (value: number) => Math.min(box.bottom, Math.max(box.top, axis.scale.at(value)))
  const worst = data.goal.direction === 'minimize' ? box.top : box.bottom
  const band = data.points.filter(({ lucky }) => lucky !== undefined)
  const side = (key: 'unlucky' | 'lucky') =>
    band.map((point) => [x.at(point.trials), point[key] === undefined ? worst : y(point[key])] as const)
  const middle = data.points.flatMap(({ trials, middle: value }) =>
    value === undefined ? [] : [[x.at(trials), y(value)] as const],
  )
  const parts: Markup[] = [
    axes(box, x, axis.scale, { x: 'trials', y: `best ${data.goal.name}${axis.isLog ? ' (log scale)' : ''}` }),
    element('path', { class: 'c-band', d: `${linePath([...side('lucky'), ...side('unlucky').reverse()])}Z` }),
    element('path', { class: 'c-default', d: linePath(middle) }),
    element('path', { class: 'c-line', d: stairs(data, x, y) }),
  ]
  return {
    kind: 'efficiency',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trials', 'best, middle of all orders', 'one in ten at least as good as', 'one in ten no better than'],
      rows: data.points.map(({ trials, middle: half, lucky, unlucky }) => [
        String(trials),
        ...[half, lucky, unlucky].map((value) => (value === undefined ? '–' : numberText(value, 6))),
      ]),
    },
  }
}

/** The search as it went: level from one improvement to the next. */
function stairs({ reached, of }: EfficiencyData, x: Scale, y: (value: number) => number): string {
  const points = reached.flatMap(({ trials, value }, i) => {
    const before = reached[i - 1]
    const here = [x.at(trials), y(value)] as const
    return before === undefined ? [here] : [[x.at(trials), y(before.value)] as const, here]
  })
  const last = reached.at(-1)
  return linePath(last === undefined ? points : [...points, [x.at(Math.max(2, of)), y(last.value)]])
}

function captionOf({ goal, half, reached, of }: EfficiencyData): string {
  const best = reached.at(-1)
  if (best === undefined || half === undefined) return `Too few of ${counted(of, 'trial')} are complete yet.`
  const gain = Math.abs(best.value - half.mean)
  const last =
    gain === 0
      ? `${countText(half.trials)} would have reached that in any order`
      : `${countText(half.trials)} in another order would have reached ${numberText(half.mean)} on average, so the other half was worth ${numberText(gain, 2)}`
  return `The dashed line is the best of so many trials in the middle of all orders they could have come in, the band holds eight of ten; the strong line is how the search went. All ${countText(of)} reached ${goal.name} ${numberText(best.value)}; ${last}.`
}
