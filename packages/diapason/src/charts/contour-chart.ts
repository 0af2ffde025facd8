import type { ContourData } from '../analysis/contour-data.ts'
import { countText, numberText, percentText } from '../text/numbers.ts'
import { axisScale, placeText } from './axis-scale.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, label, plotBox } from './frame.ts'
import { SHADES } from './parallel-chart.ts'
import { element, type Markup } from './svg.ts'

const LEGEND = 78

/** What a model expects over two parameters, in nine shades, and where trials were. */
export function contourChart(data: ContourData, { width = 720, height = 380 }: ChartSize = {}): Chart {
  const { goal, points } = data
  const title = `${data.x.path} with ${data.y.path}`
  const yTicks = axisScale(data.y, [height - 40, 26]).ticks.map((tick) => tick.label)
  const whole = plotBox(width, height, yTicks)
  const box = { ...whole, right: whole.right - LEGEND }
  const x = axisScale(data.x, [box.left, box.right])
  const y = axisScale(data.y, [box.bottom, box.top])
  const range = rangeOf(data.cells)
  const caption = captionOf(data)
  const parts: Markup[] = [
    axes(box, x, y, { x: data.x.path, y: data.y.path }),
    ...cellMarks(data, box, (value) => shadeOf(value, range, goal.direction)),
    ...points.map(({ number, x: a, y: b }) =>
      element('circle', { class: 'c-point', cx: x.at(a), cy: y.at(b), r: 2.2, 'data-trial': number }),
    ),
    ...legendMarks(range, goal, box.right + 18, box.top),
  ]
  return {
    kind: 'contour',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trial', data.x.path, data.y.path, goal.name],
      rows: points.map(({ number, x: a, y: b, value }) => [
        String(number),
        placeText(data.x, a, (place) => numberText(place, 4)),
        placeText(data.y, b, (place) => numberText(place, 4)),
        numberText(value, 6),
      ]),
      of: data.of > points.length ? data.of : undefined,
    },
  }
}

type Range = readonly [low: number, high: number]

function rangeOf(cells: readonly number[]): Range {
  return cells.reduce<[number, number]>(
    ([low, high], cell) => [Math.min(low, cell), Math.max(high, cell)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
}

/** 0: the worst, SHADES − 1: the best. */
function shadeOf(value: number, [low, high]: Range, direction: 'minimize' | 'maximize'): number {
  if (!(high > low)) return Math.floor(SHADES / 2)
  const share = (value - low) / (high - low)
  return Math.min(SHADES - 1, Math.floor((direction === 'minimize' ? 1 - share : share) * SHADES))
}

/** A rectangle for each run of equal shades in a row. */
function cellMarks(
  { columns, rows, cells }: ContourData,
  { left, right, top, bottom }: { left: number; right: number; top: number; bottom: number },
  shade: (value: number) => number,
): Markup[] {
  const [cellWidth, cellHeight] = [(right - left) / columns, (bottom - top) / rows]
  const marks: Markup[] = []
  for (let r = 0; r < rows; r++) {
    const shades = Array.from({ length: columns }, (_, c) => shade(cells[r * columns + c] ?? Number.NaN))
    for (let c = 0; c < columns; ) {
      let end = c + 1
      while (end < columns && shades[end] === shades[c]) end++
      marks.push(
        element('rect', {
          class: `f${shades[c]}`,
          x: left + c * cellWidth,
          y: bottom - (r + 1) * cellHeight,
          // A hair wider and higher, so that no seams show.
          width: (end - c) * cellWidth + 0.4,
          height: cellHeight + 0.4,
        }),
      )
      c = end
    }
  }
  return marks
}

function legendMarks([low, high]: Range, goal: ContourData['goal'], x: number, top: number): Markup[] {
  const best = goal.direction === 'minimize' ? low : high
  const worst = goal.direction === 'minimize' ? high : low
  const shades = Array.from({ length: SHADES }, (_, i) =>
    element('rect', { class: `f${SHADES - 1 - i}`, x, y: top + i * 14, width: 14, height: 14.4 }),
  )
  return [
    ...shades,
    label(x + 20, top + 10, numberText(best, 3), 'c-small'),
    label(x + 20, top + SHADES * 14 - 2, numberText(worst, 3), 'c-small c-faint'),
  ]
}

function captionOf({ goal, points, of, x, y, interaction }: ContourData): string {
  const shown = points.length < of ? `${countText(points.length)} of ${countText(of)}` : countText(of)
  const together = interaction === undefined || of < FEW ? '' : ` ${togetherWords(interaction)}`
  return `What a forest of trees expects of ${goal.name} over ${x.path} and ${y.path}, all other parameters averaged over their ranges; the stronger the shade, the better. Points are ${shown} complete trials; far from them the shades are guesses.${together}`
}

/** From fewer trials nothing can be said about how two parameters act together. */
const FEW = 30
/** From this share on two parameters have to be chosen together. */
const STRONG = 0.05

function togetherWords(share: number): string {
  const part = `How the two act together makes ${percentText(share)} of the differences`
  return share >= STRONG
    ? `${part}: where one is best depends on the other, so change them together.`
    : `${part}: each may be chosen by itself.`
}
