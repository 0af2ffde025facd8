import type { HistoryData, HistoryPoint } from '../analysis/history-data.ts'
import { counted, numberText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, type Box, label, plotBox } from './frame.ts'
import { countScale, type Scale } from './scale.ts'
import { element, linePath, type Markup } from './svg.ts'
import { infeasibleWords, joinedWords, trialMark } from './trial-mark.ts'
import { type ValueAxis, valueAxis } from './value-axis.ts'

/** Values of trials in their order, the best so far as a line, the default as a dashed one. */
export function historyChart(data: HistoryData, { width = 720, height = 320 }: ChartSize = {}): Chart {
  const title = 'History'
  const { goal, default: usual } = data
  const complete = data.points.filter(({ state }) => isWhole(state)).map(({ value }) => value)
  const shown = complete.length > 0 ? complete : data.points.map(({ value }) => value)
  const measured = plotBox(width, height, ['0.0000'])
  const kept = usual === undefined ? [] : [usual.value]
  const probe = valueAxis(shown, goal.direction, [measured.bottom, measured.top], kept)
  const box = plotBox(
    width,
    height,
    probe.scale.ticks.map((tick) => tick.label),
  )
  const axis = valueAxis(shown, goal.direction, [box.bottom, box.top], kept)
  const x = countScale([0, Math.max(1, data.last)], [box.left + 6, box.right - 6])
  const y = (value: number) => clamped(axis.scale.at(value), box.top, box.bottom)
  const caption = captionOf(data, axis)
  const parts: Markup[] = [
    axes(box, x, axis.scale, { x: 'trial', y: `${goal.name}${axis.isLog ? ' (log scale)' : ''}` }),
    ...data.failed.map((number) => cross(x.at(number), box.bottom - 5, number)),
    ...data.points.map(({ number, value, state, isBeside }) =>
      trialMark(
        { number, isInfeasible: state === 'infeasible' },
        [x.at(number), y(value)],
        isBeside ? 'c-beside' : state === 'complete' ? 'c-dot' : 'c-pruned',
        2.6,
      ),
    ),
  ]
  const best = data.improvements.at(-1)
  if (usual !== undefined) {
    // The label keeps clear of the winner.
    const isLate = best !== undefined && best.number > data.last / 2
    parts.push(...defaultLine(y(usual.value), box, isLate, usual.value))
  }
  parts.push(element('path', { class: 'c-line', d: bestPath(data, x, y) }))
  if (best !== undefined) {
    const at = { cx: x.at(best.number), cy: y(best.value), 'data-trial': best.number }
    parts.push(element('circle', { ...at, class: 'c-ring', r: 6 }), element('circle', { ...at, class: 'c-best', r: 3 }))
  }
  return {
    kind: 'history',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trial', goal.name, 'state'],
      rows: data.points.map(({ number, value, state }) => [String(number), numberText(value, 6), state]),
      of: data.of > data.points.length ? data.of : undefined,
    },
  }
}

/** Was the trial trained to its end? */
const isWhole = (state: HistoryPoint['state']): boolean => state === 'complete' || state === 'infeasible'

const clamped = (value: number, low: number, high: number): number =>
  Number.isNaN(value) ? high : Math.min(high, Math.max(low, value))

function cross(x: number, y: number, trial: number): Markup {
  const d = `M${(x - 3).toFixed(1)} ${y - 3}l6 6m0 -6l-6 6`
  return element('path', { class: 'c-cross', d, 'data-trial': trial })
}

function defaultLine(y: number, { left, right }: Box, onLeft: boolean, value: number): Markup[] {
  const words = `default ${numberText(value)}`
  return [
    element('path', { class: 'c-default', d: `M${left} ${y.toFixed(1)}H${right}` }),
    onLeft
      ? label(left + 4, y - 6, words, 'c-second c-small c-halo')
      : label(right, y - 6, words, 'c-second c-small c-end c-halo'),
  ]
}

/** A stair: level from one improvement to the next, and on to the last trial. */
function bestPath({ improvements, last }: HistoryData, x: Scale, y: (value: number) => number): string {
  const points = improvements.flatMap(({ number, value }, i) => {
    const before = improvements[i - 1]
    const here = [x.at(number), y(value)] as const
    return before === undefined ? [here] : [[x.at(number), y(before.value)] as const, here]
  })
  const best = improvements.at(-1)
  return linePath(best === undefined ? points : [...points, [x.at(last), y(best.value)]])
}

function captionOf(data: HistoryData, { beyond }: ValueAxis): string {
  const { goal, improvements, default: usual, finished, sinceBest, beside, failed } = data
  const best = improvements.at(-1)
  const infeasible = infeasibleWords(data.points.map(({ state }) => ({ isInfeasible: state === 'infeasible' })))
  if (best === undefined) {
    const what = infeasible === '' ? 'is complete' : 'keeps its constraints'
    return `No trial of ${counted(finished, 'finished one')} ${what} yet.${infeasible}`
  }
  const words = [
    `The best of ${counted(finished, 'finished trial')} is trial ${best.number} with ${goal.name} ${numberText(best.value)}`,
  ]
  if (usual !== undefined) words.push(`; the default configuration has ${numberText(usual.value)}`)
  words.push('. ', sinceText(sinceBest), besideText(beside))
  const cut = (['pruned', 'paused'] as const).filter((state) => data.points.some((point) => point.state === state))
  if (cut.length > 0)
    words.push(` Rings are ${cut.join(' and ')} trials, at their last report or, where that lies beyond, on the edge.`)
  words.push(infeasible, joinedWords(data.joined))
  if (failed.length > 0) words.push(` Crosses at the bottom are failed trials.`)
  if (beyond > 0)
    words.push(` ${counted(beyond, 'value')} far worse than the rest ${beyond === 1 ? 'lies' : 'lie'} on the edge.`)
  return words.join('')
}

function sinceText(trials: number): string {
  if (trials === 0) return 'The last trial is the best one: it may still be improving.'
  return `${counted(trials, 'trial')} ${trials === 1 ? 'has' : 'have'} come after it without an improvement.`
}

function besideText(trials: number): string {
  if (trials === 0) return ''
  return ` ${counted(trials, 'other trial')} ${trials === 1 ? 'is' : 'are'} no part of the search: repeats of the best, or steps of an ablation, in another colour.`
}
