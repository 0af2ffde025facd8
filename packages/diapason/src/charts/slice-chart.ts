import type { Dependence, SliceData } from '../analysis/slice-data.ts'
import { countText, numberText } from '../text/numbers.ts'
import { axisScale, placeText } from './axis-scale.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, plotBox } from './frame.ts'
import type { Scale } from './scale.ts'
import { element, linePath, type Markup, markup } from './svg.ts'
import { infeasibleWords, trialMark } from './trial-mark.ts'
import { valueAxis } from './value-axis.ts'

/** How many standard deviations between the trees the band reaches: measured in bench/RESULTS.md. */
const REACH = 2

/** Trials along one parameter, with the response that a model expects and how unsure it is. */
export function sliceChart(data: SliceData, { width = 720, height = 280 }: ChartSize = {}): Chart {
  const { goal, axis: along, points, dependence } = data
  const title = `Along ${along.path}`
  const values = points.map(({ value }) => value)
  const means = dependence.map(({ mean }) => mean)
  const probe = valueAxis(values, goal.direction, [height - 40, 26], means)
  const box = plotBox(
    width,
    height,
    probe.scale.ticks.map((tick) => tick.label),
  )
  const axis = valueAxis(values, goal.direction, [box.bottom, box.top], means)
  const x = axisScale(along, [box.left + 8, box.right - 8])
  const y = (value: number) => Math.min(box.bottom, Math.max(box.top, axis.scale.at(value)))
  const caption = captionOf(data)
  const half = along.scale === 'categories' ? Math.min(30, (x.at(1) - x.at(0)) * 0.35) : 0
  const parts: Markup[] = [
    axes(box, x, axis.scale, { x: along.path, y: `${goal.name}${axis.isLog ? ' (log scale)' : ''}` }),
    ...points.map((point) =>
      trialMark(point, [x.at(point.at) + nudge(point.number, half), y(point.value)], 'c-dot', 2.4),
    ),
    half > 0 ? categoryMarks(dependence, x, y, half) : responseMarks(dependence, x, y),
  ]
  return {
    kind: 'slice',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trial', along.path, goal.name],
      rows: points.map(({ number, at, value }) => [
        String(number),
        placeText(along, at, (place) => numberText(place, 4)),
        numberText(value, 6),
      ]),
      of: data.of > points.length ? data.of : undefined,
    },
  }
}

/** Trials of one category stand a little apart, always the same way. */
function nudge(number: number, half: number): number {
  return half === 0 ? 0 : (((number * 0.618034) % 1) - 0.5) * 1.6 * half
}

function responseMarks(dependence: readonly Dependence[], x: Scale, y: (value: number) => number): Markup {
  // Through the middle of each bin, and level to both ends of the axis.
  const middle = dependence.flatMap(({ from, to, mean, spread }, i) => {
    const ends = [
      i === 0 ? [x.at(from)] : [],
      [(x.at(from) + x.at(to)) / 2],
      i === dependence.length - 1 ? [x.at(to)] : [],
    ]
    return ends.flat().map((at) => ({ x: at, mean, spread }))
  })
  const upper = middle.map(({ x: at, mean, spread }) => [at, y(mean + REACH * spread)] as const)
  const lower = middle.map(({ x: at, mean, spread }) => [at, y(mean - REACH * spread)] as const)
  return markup([
    element('path', { class: 'c-band', d: `${linePath([...upper, ...lower.reverse()])}Z` }),
    element('path', { class: 'c-line', d: linePath(middle.map(({ x: at, mean }) => [at, y(mean)] as const)) }),
  ])
}

function categoryMarks(
  dependence: readonly Dependence[],
  x: Scale,
  y: (value: number) => number,
  half: number,
): Markup {
  return markup(
    dependence.map(({ from, mean, spread }) => {
      const [top, bottom] = [y(mean + REACH * spread), y(mean - REACH * spread)].sort((a, b) => a - b) as [
        number,
        number,
      ]
      return markup([
        element('rect', { class: 'c-band', x: x.at(from) - half, y: top, width: 2 * half, height: bottom - top }),
        element('path', {
          class: 'c-line',
          d: linePath([
            [x.at(from) - half, y(mean)],
            [x.at(from) + half, y(mean)],
          ]),
        }),
      ])
    }),
  )
}

function captionOf({ goal, axis, points, of, dependence }: SliceData): string {
  const seen = dependence.filter(({ from, to }) => points.some(({ at }) => at >= from && at <= to))
  const best = bestPlace(seen, goal.direction)
  if (points.length === 0 || best === undefined) return `No complete trial had ${axis.path}.`
  const shown = points.length < of ? `${countText(points.length)} of ${countText(of)}` : countText(of)
  const where =
    axis.scale === 'categories' ? placeText(axis, best.from, String) : `about ${numberText(middleOf(axis, best), 2)}`
  const worst = seen.reduce((most, { mean }) => Math.max(most, Math.abs(mean - best.mean)), 0)
  const found =
    seen.length < 2
      ? 'all trials are at one place, so that nothing tells what lies elsewhere'
      : worst <= REACH * best.spread
        ? 'among values that were tried, the differences are within the band'
        : `among values that were tried, it is best at ${where}`
  return `${shown} complete trials. The line is what a forest of trees expects with all other parameters averaged over their ranges; the band is twice how much its trees differ, too little where few trials lie: ${found}.${infeasibleWords(points)}`
}

function middleOf(axis: SliceData['axis'], { from, to }: Dependence): number {
  return axis.scale === 'log' ? Math.sqrt(from * to) : (from + to) / 2
}

function bestPlace(dependence: readonly Dependence[], direction: 'minimize' | 'maximize'): Dependence | undefined {
  const sign = direction === 'minimize' ? 1 : -1
  return dependence.reduce<Dependence | undefined>(
    (best, each) => (best === undefined || sign * each.mean < sign * best.mean ? each : best),
    undefined,
  )
}
