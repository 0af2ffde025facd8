import type { Importance } from '../analysis/importance.ts'
import { counted, countText, percentText } from '../text/numbers.ts'
import { type Chart, type ChartSize, svgRoot } from './chart.ts'
import { label } from './frame.ts'
import { displayLength, shortened } from './label.ts'
import { element, type Markup, text } from './svg.ts'

const ROW = 26
const LONGEST_NAME = 38
/** Parameters that together reach this share are named in the caption. */
const MOST_OF_IT = 0.8
/** With fewer trials than this, the order may be chance. */
const FEW = 40
const FEW_BEST = 10

/** A bar for each parameter, the most important first. @param rows how many bars at most, default 20 */
export function importanceChart(data: Importance, { width = 720 }: ChartSize = {}, rows = 20): Chart {
  const title = 'Importance of parameters'
  const shown = data.params.slice(0, rows)
  const names = shown.map(({ path }) => shortened(path, Math.min(LONGEST_NAME, Math.floor(width / 16))))
  const left = 12 + names.reduce((most, name) => Math.max(most, displayLength(name)), 4) * 6.9
  const right = width - 52
  const top = shown[0]?.share || 1
  const caption = importanceCaption(data)
  const parts = shown.flatMap(({ path, share }, i): Markup[] => {
    const y = 6 + i * ROW
    const name = names[i] ?? path
    return [
      element('text', { x: left - 10, y: y + 14, class: 'c-end' }, [element('title', {}, [text(path)]), text(name)]),
      element('rect', { x: left, y: y + 3, width: right - left, height: 14, rx: 3, class: 'c-track' }),
      element('rect', {
        x: left,
        y: y + 3,
        width: Math.max(share > 0 ? 2 : 0, (share / top) * (right - left)),
        height: 14,
        rx: 3,
        class: 'c-bar',
        'data-param': path,
      }),
      label(width - 4, y + 14, percentText(share), 'c-faint c-end'),
    ]
  })
  const height = Math.max(60, 14 + shown.length * ROW)
  return {
    kind: 'importance',
    title,
    caption,
    svg: svgRoot({ width, height, title, caption }, parts),
    table: {
      columns: ['parameter', 'importance', 'trials'],
      rows: data.params.map(({ path, share, trials }) => [path, percentText(share), String(trials)]),
    },
  }
}

/** What an importance means, in words. */
export function importanceCaption({ params, trials, best, goal }: Importance): string {
  const total = params.reduce((sum, { share }) => sum + share, 0)
  if (total === 0)
    return `${counted(trials, 'trial')} ${trials === 1 ? 'says' : 'say'} nothing yet about which parameter matters.`
  const leading: string[] = []
  let sum = 0
  for (const { path, share } of params) {
    if (sum >= MOST_OF_IT || leading.length === 3) break
    leading.push(`${path} (${percentText(share)})`)
    sum += share
  }
  const few = trials < FEW || best < FEW_BEST ? ` So few leave the order open.` : ''
  const which = goal === undefined ? `on or near the Pareto front` : `with the best ${goal}`
  return `Most to do with the result: ${listText(leading)}. In these the ${counted(best, 'trial')} ${which} differ most from all ${countText(trials)} (PED-ANOVA).${few}`
}

function listText(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
