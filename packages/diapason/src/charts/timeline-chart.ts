import type { TimelineBar, TimelineData } from '../analysis/timeline-data.ts'
import { counted, countText, durationText, percentText } from '../text/numbers.ts'
import { timeText } from '../text/study-words.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, type Box } from './frame.ts'
import { shortened } from './label.ts'
import { linearScale, type Scale, type Span } from './scale.ts'
import { element, type Markup } from './svg.ts'

const MOST_LANES = 40

/** When trials ran and what became of them, a row for each that ran at once. */
export function timelineChart(data: TimelineData, { width = 720 }: ChartSize = {}): Chart {
  const title = 'Timeline'
  const lanes = data.lanes.slice(0, MOST_LANES)
  const row = lanes.length > 12 ? 14 : 22
  const names = lanes.map((worker, i) => (worker === '' || worker === lanes[i - 1] ? '' : shortened(worker, 18)))
  const hasNames = names.some((name) => name !== '')
  const height = 26 + lanes.length * row + 44
  const box: Box = { left: hasNames ? 140 : 18, right: width - 14, top: 26, bottom: height - 40 }
  const x = durationScale(data.span, [box.left, box.right])
  const y: Scale = {
    at: (lane) => box.top + lane * row,
    ticks: names.map((label, i) => ({ label, at: box.top + (i + 0.5) * row })).filter(({ label }) => label !== ''),
  }
  const caption = captionOf(data)
  const shown = data.bars.filter(({ lane }) => lane < MOST_LANES)
  const hasJoints = data.bars.some(({ continues }) => continues !== undefined)
  const parts: Markup[] = [
    axes(box, x, { ...y, ticks: y.ticks }, { x: 'since the first start', y: hasNames ? 'worker' : '' }),
    ...shown.map((bar) => barMark(bar, x, y.at(bar.lane) + 2, row - 4)),
    ...jointMarks(shown, x, (lane) => y.at(lane) + row / 2),
  ]
  return {
    kind: 'timeline',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trial', 'state', 'started', 'took', 'worker', ...(hasJoints ? ['continues'] : [])],
      rows: data.bars.map(({ number, state, from, to, lane, continues }) => [
        String(number),
        state,
        timeText(data.startedAt + from),
        durationText(to - from),
        data.lanes[lane] || '–',
        ...(hasJoints ? [continues === undefined ? '–' : String(continues)] : []),
      ]),
      of: data.of > data.bars.length ? data.of : undefined,
    },
  }
}

function barMark({ number, from, to, state }: TimelineBar, x: Scale, y: number, height: number): Markup {
  const [start, end] = [x.at(from), x.at(to)]
  return element('rect', {
    class: `c-bar-${state}`,
    x: start,
    y,
    width: Math.max(1, end - start - 0.5),
    height,
    rx: Math.min(2, height / 4),
    'data-trial': number,
  })
}

/** A line from the end of a trial that was paused to the start of the one that continues it. */
function jointMarks(bars: readonly TimelineBar[], x: Scale, y: (lane: number) => number): Markup[] {
  const byNumber = new Map(bars.map((bar) => [bar.number, bar]))
  return bars.flatMap(({ from, lane, continues }) => {
    const before = continues === undefined ? undefined : byNumber.get(continues)
    if (before === undefined) return []
    const [start, end] = [x.at(before.to), x.at(from)].map((at) => at.toFixed(1))
    return [element('path', { class: 'c-joint', d: `M${start} ${y(before.lane)}L${end} ${y(lane)}` })]
  })
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]

/** Ticks at round times. */
function durationScale(span: number, pixels: Span): Scale {
  const { at, ticks } = linearScale([0, Math.max(1, span)], pixels, 6)
  const seconds = span / 1000
  if (seconds < 3)
    return { at, ticks: ticks.map((tick, i) => ({ ...tick, label: i === 0 ? '0' : `${tick.label} ms` })) }
  const days = Math.ceil(seconds / 86400 / 6) * 86400
  const step = STEPS_S.find((each) => each >= seconds / 6) ?? days
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step * 1000)
  return { at, ticks: marks.map((ms) => ({ at: at(ms), label: ms === 0 ? '0' : shortDuration(ms) })) }
}

/** `30 s` and not `30.0 s`: ticks are round. */
function shortDuration(ms: number): string {
  return durationText(ms).replace('.0 s', ' s')
}

function captionOf({ bars, of, lanes, span, busy, startedAt }: TimelineData): string {
  const shown =
    bars.length < of ? `The latest ${countText(bars.length)} of ${counted(of, 'trial')}` : counted(of, 'trial')
  const states = (['failed', 'pruned', 'paused'] as const).flatMap((state) => {
    const count = bars.filter((bar) => bar.state === state).length
    return count > 0 ? [`${countText(count)} ${state}`] : []
  })
  const joined = bars.filter(({ continues }) => continues !== undefined).length
  const joints = joined === 0 ? '' : ` Lines lead from paused trials to the ${countText(joined)} that continue them.`
  const ends = states.length > 0 ? ` (${states.join(', ')})` : ''
  return `${shown}${ends} over ${durationText(span)} from ${timeText(startedAt)}, at most ${countText(lanes.length)} at once; they filled ${percentText(busy)} of the time.${joints}`
}
