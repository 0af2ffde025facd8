import type { Ablation } from '../analysis/ablation.ts'
import type { AblationGain } from '../analysis/ablation-gain.ts'
import { ablationRows } from '../analysis/ablation-table.ts'
import { numberText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { label } from './frame.ts'
import { displayLength, shortened } from './label.ts'
import { linearScale, type Scale } from './scale.ts'
import { element, type Markup, text } from './svg.ts'

const ROW = 30
const TOP = 8
const LONGEST_NAME = 46

interface Row {
  readonly what: string
  readonly gain: string
  readonly found: AblationGain
  /** Where the bar begins: what the steps before have earned. */
  readonly from: number
}

/** The way from the default to the winner: a bar for each change, from what the ones before it earned to what it adds. */
export function ablationChart(data: Ablation, { width = 720 }: ChartSize = {}): Chart {
  const title = `From the default to trial ${data.winner}: which change earned how much`
  const texts = ablationRows(data)
  const rows = rowsOf(data, texts)
  const names = rows.map(({ what }) => shortened(what, Math.min(LONGEST_NAME, Math.floor(width / 14))))
  const left = 16 + names.reduce((most, name) => Math.max(most, displayLength(name)), 4) * 6.6
  const right = width - 78
  const ends = rows.flatMap(({ from, found: { gain = 0, interval } }) => [
    from,
    from + gain,
    ...(interval ?? []).map((end) => from + end),
  ])
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)]
  const x = linearScale(high > low ? [low, high] : [0, 1], [left, Math.max(left + 60, right)])
  const bottom = TOP + rows.length * ROW
  const parts: Markup[] = [
    element('path', { class: 'c-grid', d: `M${Math.round(x.at(0))} ${TOP}V${bottom}` }),
    ...rows.flatMap((row, i) => rowMarks(row, names[i] ?? row.what, x, { y: TOP + i * ROW, left, width })),
    ...x.ticks.map(({ at, label: words }) => label(at, bottom + 16, words, 'c-faint c-small c-middle')),
    label(width - 4, bottom + 34, `gain in ${data.goal.name}`, 'c-faint c-small c-end'),
  ]
  const caption = captionOf(data)
  return {
    kind: 'ablation',
    title,
    caption,
    svg: svgRoot({ width, height: bottom + 42, title, caption }, parts),
    table: { columns: ['change', `gain in ${data.goal.name}`, '95 % interval'], rows: texts },
  }
}

/** Each step begins where the one before it ended, the sum of all at the default. */
function rowsOf({ steps, total }: Ablation, texts: ReturnType<typeof ablationRows>): readonly Row[] {
  let from = 0
  return texts.map(([what, gain], i) => {
    const step = steps[i]
    const row = { what, gain, found: step ?? total, from: step === undefined ? 0 : from }
    from += step?.gain ?? 0
    return row
  })
}

function rowMarks(
  { what, gain, found, from }: Row,
  name: string,
  x: Scale,
  { y, left, width }: { readonly y: number; readonly left: number; readonly width: number },
): Markup[] {
  const words = [
    element('text', { x: left - 10, y: y + 19, class: 'c-end' }, [element('title', {}, [text(what)]), text(name)]),
    label(width - 4, y + 19, gain, 'c-faint c-end'),
  ]
  if (found.gain === undefined) return words
  const [start, end] = [x.at(from), x.at(from + found.gain)].sort((a, b) => a - b) as [number, number]
  const bar = element('rect', {
    class: found.gain < 0 ? 'c-bad' : 'c-bar',
    x: start,
    y: y + 7,
    width: Math.max(1.5, end - start),
    height: 16,
    rx: 2,
  })
  const { interval } = found
  if (interval === undefined || interval[0] === interval[1]) return [...words, bar]
  const [low, high] = interval.map((side) => x.at(from + side).toFixed(1))
  return [
    ...words,
    bar,
    element('path', { class: 'c-whisker', d: `M${low} ${y + 15}H${high}M${low} ${y + 11}v8M${high} ${y + 11}v8` }),
  ]
}

function captionOf({ verdict, steps, noise, start, goal }: Ablation): string {
  const begin = start.value === undefined ? '' : ` The default has ${goal.name} ${numberText(start.value)}.`
  if (steps.length === 0) return `${verdict.words}${begin}`
  const sure = noise === undefined || noise === 0 ? '' : ' Lines are 95 % intervals.'
  return `${verdict.words}${begin} Each bar begins where the one above it ended.${sure}`
}
