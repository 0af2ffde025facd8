import type { RungAgreement, RungsData } from '../analysis/rungs-data.ts'
import { numberText, percentText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { axes, label, plotBox } from './frame.ts'
import { linearScale, logScale, type Span } from './scale.ts'
import { element, linePath, type Markup } from './svg.ts'

/** From this agreement on, an early order may be trusted to stop trials. */
const TRUSTED = 0.7

/** How well the order of trials at each rung agrees with that at the end, with intervals. */
export function rungsChart(data: RungsData, { width = 720, height = 260 }: ChartSize = {}): Chart {
  const title = 'Rank agreement of rungs'
  const caption = captionOf(data)
  const lowest = Math.min(0, ...data.rungs.map(({ correlation, interval }) => interval?.[0] ?? correlation))
  const box = plotBox(width, height, ['−0.5'])
  const y = linearScale([Math.max(-1, lowest), 1], [box.bottom, box.top])
  const first = data.rungs[0]?.step ?? 1
  const pixels: Span = [box.left + 14, box.right - 14]
  const steps = logScale([first, Math.max(data.end, first + 1)], pixels)
  // The rungs themselves are the ticks.
  const ticks = [...data.rungs.map(({ step }) => step), data.end].map((step) => ({
    label: numberText(step),
    at: steps.at(step),
  }))
  const parts: Markup[] = [
    axes(box, { ...steps, ticks }, y, { x: data.unit, y: 'rank correlation with the end' }),
    element('path', { class: 'c-default', d: `M${box.left} ${y.at(TRUSTED)}H${box.right}` }),
    ...data.rungs.flatMap(({ step, interval }) =>
      interval === undefined
        ? []
        : [element('path', { class: 'c-line', d: `M${steps.at(step)} ${y.at(interval[0])}V${y.at(interval[1])}` })],
    ),
    element('path', {
      class: 'c-thin c-front',
      d: linePath(data.rungs.map(({ step, correlation }) => [steps.at(step), y.at(correlation)] as const)),
    }),
    ...data.rungs.map(({ step, correlation }) =>
      element('circle', { class: 'c-best', cx: steps.at(step), cy: y.at(correlation), r: 4 }),
    ),
    label(box.right, y.at(TRUSTED) + 14, `${TRUSTED}: good enough to prune by`, 'c-second c-small c-end c-halo'),
  ]
  return {
    kind: 'rungs',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: [data.unit, 'rank correlation', '95 % interval', 'best third kept', 'trials'],
      rows: data.rungs.map(({ step, correlation, interval, kept, trials }) => [
        numberText(step),
        numberText(correlation, 3),
        interval === undefined ? '–' : `${numberText(interval[0], 2)} to ${numberText(interval[1], 2)}`,
        percentText(kept),
        String(trials),
      ]),
    },
  }
}

function captionOf({ rungs, unit, end }: RungsData): string {
  const trusted = trustedFrom(rungs, 'surely') ?? trustedFrom(rungs, 'perhaps')
  const words = [`Whether trials that are ahead early are ahead after all ${numberText(end)} ${unit}, too. `]
  if (trusted === undefined) words.push(`At no rung does the order tell the end well: pruning by it loses good trials.`)
  else {
    const sure = isTrusted(trusted, 'surely') ? '' : ', which is not certain with so few trials'
    const before = rungs[rungs.indexOf(trusted) - 1]
    const from = before === undefined ? 'the first rung' : `${numberText(trusted.step)} ${unit}`
    words.push(
      `From ${from} on the order agrees well (${numberText(trusted.correlation, 2)})${sure}; of the best third at the end, ${percentText(trusted.kept)} were in the best third there.`,
    )
    if (before !== undefined) {
      words.push(
        ` Before that it does not (${numberText(before.correlation, 2)} after ${numberText(before.step)}): what was stopped there may have been good.`,
      )
    }
  }
  return `${words.join('')} Only complete trials count, so what pruning threw away is not judged.`
}

/** The first rung from which on all may be trusted. */
function trustedFrom(rungs: readonly RungAgreement[], how: 'surely' | 'perhaps'): RungAgreement | undefined {
  return rungs[rungs.findLastIndex((rung) => !isTrusted(rung, how)) + 1]
}

function isTrusted({ correlation, interval }: RungAgreement, how: 'surely' | 'perhaps'): boolean {
  return (how === 'surely' ? (interval?.[0] ?? -1) : correlation) >= TRUSTED
}
