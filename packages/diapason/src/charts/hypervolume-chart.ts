import type { HypervolumeData } from '../analysis/hypervolume-data.ts'
import { counted, numberText, percentText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, plotBox } from './frame.ts'
import { countScale, linearScale } from './scale.ts'
import { element, linePath } from './svg.ts'

/** How the front of several goals grew from trial to trial. */
export function hypervolumeChart(data: HypervolumeData, { width = 720, height = 260 }: ChartSize = {}): Chart {
  const title = 'Growth of the front'
  const caption = captionOf(data)
  const box = plotBox(width, height, ['0.00'])
  const top = data.points.reduce((most, { share }) => Math.max(most, share), 0)
  // The first fronts say how far down it is worth looking.
  const low = data.points[0]?.share ?? 0
  const room = (top - low) * 0.06
  const x = countScale([0, Math.max(1, data.last)], [box.left + 6, box.right - 6])
  const y = linearScale(top > low ? [Math.max(0, low - room), top + room] : [0, 1], [box.bottom, box.top])
  const stairs = data.points.flatMap(({ number, share }, i) => {
    const before = data.points[i - 1]
    const here = [x.at(number), y.at(share)] as const
    return before === undefined ? [here] : [[x.at(number), y.at(before.share)] as const, here]
  })
  const end = data.points.at(-1)
  const line = end === undefined ? stairs : [...stairs, [x.at(data.last), y.at(end.share)] as const]
  const parts = [
    axes(box, x, y, { x: 'trial', y: 'hypervolume (share of the box)' }),
    element('path', { class: 'c-line', d: linePath(line) }),
    ...data.points.map(({ number, share }) =>
      element('circle', { class: 'c-best', cx: x.at(number), cy: y.at(share), r: 2.6, 'data-trial': number }),
    ),
  ]
  return {
    kind: 'hypervolume',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['trial', 'hypervolume'],
      rows: data.points.map(({ number, share }) => [String(number), numberText(share, 6)]),
    },
  }
}

function captionOf({ points, goals, reference, last, of }: HypervolumeData): string {
  const end = points.at(-1)
  if (end === undefined) return 'No trial is complete yet.'
  const corner = goals.map(({ name }, g) => `${name} ${numberText(reference[g] ?? Number.NaN)}`).join(', ')
  const since = last - end.number
  const still = since === 0 ? 'the last trial still made it grow' : `it has not grown for ${counted(since, 'trial')}`
  return `The front of ${counted(of, 'complete trial')} dominates ${percentText(end.share)} of the box from the best value of each goal to the corner (${corner}); ${still}.`
}
