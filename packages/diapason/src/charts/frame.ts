import { displayLength, shortened } from './label.ts'
import type { Scale } from './scale.ts'
import { element, type Markup, markup, text } from './svg.ts'

/** The plot's edges in pixels. */
export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Room for y labels on the left and for a row of x labels with a title below. */
export function plotBox(width: number, height: number, yLabels: readonly string[]): Box {
  const widest = yLabels.reduce((most, label) => Math.max(most, displayLength(label)), 0)
  return { left: Math.min(width / 3, 18 + widest * 6.6), right: width - 14, top: 26, bottom: height - 40 }
}

/** Grid lines and labels of both axes; the y axis's title stands above it, level, so that nobody tilts their head. */
export function axes(box: Box, x: Scale, y: Scale, titles: { readonly x: string; readonly y: string }): Markup {
  const { left, right, top, bottom } = box
  const parts: Markup[] = []
  for (const { at, label: name } of y.ticks) {
    if (at < top - 1 || at > bottom + 1) continue
    parts.push(element('path', { class: 'c-grid', d: `M${left} ${Math.round(at)}H${right}` }))
    parts.push(label(left - 8, at + 4, name, 'c-faint c-small c-end'))
  }
  let free = Number.NEGATIVE_INFINITY
  for (const { at, label: name } of x.ticks) {
    const half = displayLength(name) * 3.2
    if (at < left - 1 || at > right + 1 || at - half < free) continue
    free = at + half + 10
    const inside = Math.min(at, right + 10 - half)
    parts.push(element('path', { class: 'c-axis', d: `M${Math.round(at)} ${bottom}v4` }))
    parts.push(label(inside, bottom + 17, name, 'c-faint c-small c-middle'))
  }
  parts.push(element('path', { class: 'c-axis', d: `M${left} ${bottom}H${right}` }))
  parts.push(label(left - 8 < 60 ? 4 : left, 14, shortened(titles.y, 60), 'c-faint c-small'))
  parts.push(label(right, bottom + 33, shortened(titles.x, 60), 'c-faint c-small c-end'))
  return markup(parts)
}

/** A text at a place. */
export function label(x: number, y: number, content: string, className: string): Markup {
  return element('text', { x, y, class: className }, [text(content)])
}
