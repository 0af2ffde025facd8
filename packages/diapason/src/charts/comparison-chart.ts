import type { ComparedStudy, StudyComparison } from '../analysis/study-comparison.ts'
import { nameText } from '../text/study-words.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { comparisonRows } from './comparison-words.ts'
import { axes, type Box, label, plotBox } from './frame.ts'
import { shortened } from './label.ts'
import { countScale, type Scale } from './scale.ts'
import { element, linePath, type Markup } from './svg.ts'
import { valueAxis } from './value-axis.ts'

/** Pixels of one study in the strip of repeats, of a line of the legend, and between two letters. */
const LANE = 26
const LEGEND_LINE = 18
const LETTER = 13
/** Colours there are. */
const COLOURS = 6

/** How several studies went, and what their best configurations scored again, with intervals. */
export function comparisonChart(data: StudyComparison, { width = 720, height = 340 }: ChartSize = {}): Chart {
  const { goal, studies } = data
  const title = 'Studies side by side'
  const strip = studies.some(({ confirmed }) => confirmed !== undefined) ? 20 + LANE * studies.length : 16
  const shown = studies.flatMap(({ reached, confirmed }) => [
    ...reached.map(({ value }) => value),
    ...(confirmed === undefined ? [] : confirmed.interval),
  ])
  const kept = studies.flatMap(({ confirmed }) => (confirmed === undefined ? [] : confirmed.interval))
  const axisIn = (box: Box) => valueAxis(shown, goal.direction, [box.bottom, box.top], kept)
  const probe = axisIn(plotBox(width, height, ['0.0000']))
  const whole = plotBox(
    width,
    height,
    probe.scale.ticks.map((tick) => tick.label),
  )
  const box = { ...whole, right: whole.right - strip }
  const axis = axisIn(box)
  const most = studies.reduce((longest, { trials }) => Math.max(longest, trials), 1)
  const x = countScale([0, most], [box.left + 6, box.right - 6])
  const y = (value: number) => Math.min(box.bottom, Math.max(box.top, axis.scale.at(value)))
  const caption = captionOf(data)
  const ends = lettersApart(studies.map(({ best }) => (best === undefined ? Number.NaN : y(best.value))))
  const parts: Markup[] = [
    axes(box, x, axis.scale, { x: 'finished trials', y: `best ${goal.name}${axis.isLog ? ' (log scale)' : ''}` }),
    ...studies.map((study, i) => element('path', { class: `c-series l${i % COLOURS}`, d: stairs(study, x, y) })),
    ...studies.flatMap(({ trials, best }, i) =>
      best === undefined ? [] : [label(x.at(trials) + 4, (ends[i] ?? 0) + 4, letterOf(i), 'c-small c-strong c-halo')],
    ),
    ...(strip > LANE ? repeatMarks(studies, box, y, width) : []),
    ...studies.flatMap(({ name }, i) => legendLine(name, i, height + 6 + LEGEND_LINE * i, width)),
  ]
  const full = height + LEGEND_LINE * studies.length + 6
  return {
    kind: 'comparison',
    title,
    caption,
    svg: svgRoot({ width, height: full, title, caption }, parts),
    table: comparisonRows(data),
  }
}

/** A, B, C, … */
function letterOf(position: number): string {
  return String.fromCharCode(65 + position)
}

/** Level from one improvement to the next, and on to the last trial. */
function stairs({ reached, trials }: ComparedStudy, x: Scale, y: (value: number) => number): string {
  const points = reached.flatMap((step, i) => {
    const before = reached[i - 1]
    const here = [x.at(step.trials), y(step.value)] as const
    return before === undefined ? [here] : [[x.at(step.trials), y(before.value)] as const, here]
  })
  const last = reached.at(-1)
  return linePath(last === undefined ? points : [...points, [x.at(trials), y(last.value)]])
}

/** Heights of letters that would stand upon each other, moved apart upwards, so that none stands below the axis; NaN stays out. */
function lettersApart(heights: readonly number[]): number[] {
  const placed = [...heights]
  let free = Number.POSITIVE_INFINITY
  const order = heights.flatMap((height, i) => (Number.isNaN(height) ? [] : [i]))
  for (const i of order.sort((a, b) => (heights[b] ?? 0) - (heights[a] ?? 0))) {
    placed[i] = Math.min(free, heights[i] ?? 0)
    free = placed[i] - LETTER
  }
  return placed
}

/** At the right a bar for each study that trained its best again: the interval, and the mean as a dot. */
function repeatMarks(
  studies: readonly ComparedStudy[],
  box: Box,
  y: (value: number) => number,
  width: number,
): Markup[] {
  const marks = studies.flatMap(({ confirmed }, i) => {
    const at = box.right + 20 + LANE * i
    const letter = label(at, box.bottom + 17, letterOf(i), 'c-small c-strong c-middle')
    if (confirmed === undefined) return [letter]
    const [low, high] = confirmed.interval
    const d = `M${at} ${y(low).toFixed(1)}V${y(high).toFixed(1)}`
    return [
      letter,
      element('path', { class: `c-series l${i % COLOURS}`, d }),
      element('circle', { class: `k${i % COLOURS}`, cx: at, cy: y(confirmed.mean), r: 4.5 }),
    ]
  })
  return [...marks, label(width - 6, box.bottom + 33, 'again', 'c-faint c-small c-end')]
}

function legendLine(name: string, position: number, y: number, width: number): Markup[] {
  const most = Math.max(8, Math.floor((width - 50) / 7))
  return [
    element('path', { class: `c-series l${position % COLOURS}`, d: `M6 ${y - 4}h18` }),
    label(30, y, letterOf(position), 'c-small c-strong'),
    label(44, y, shortened(nameText(name), most), 'c-small'),
  ]
}

function captionOf({ studies }: StudyComparison): string {
  const names = studies.map(({ name }, i) => `${letterOf(i)} ${nameText(name)}`).join(', ')
  const words = `The best so far of each search: ${names}.`
  return studies.some(({ confirmed }) => confirmed !== undefined)
    ? `${words} Bars on the right hold with 95 % what the best configuration scores when it is trained again.`
    : words
}
