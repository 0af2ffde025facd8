import { CHART_STYLE } from './chart-style.ts'
import { element, type Markup, text } from './svg.ts'

/** Rows behind a drawing, as texts. */
export interface ChartTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** How many rows there were before the table was cut; undefined where it is whole. */
  readonly of?: number | undefined
}

/** A drawing with its words and its numbers. */
export interface Chart {
  /** Such as `history`; a name for links and files. */
  readonly kind: string
  readonly title: string
  /** What is to be seen, in whole sentences. */
  readonly caption: string
  /** An `<svg>` element for a page that holds {@link CHART_STYLE}. */
  readonly svg: string
  readonly table: ChartTable
}

/** How large a chart is drawn, in pixels. */
export interface ChartSize {
  /** Default 720. */
  readonly width?: number
  /** Default depends on the chart. */
  readonly height?: number
}

/** The outer element: its name for screen readers is the title, its description the caption. */
export function svgRoot(
  {
    width,
    height,
    title,
    caption,
  }: { readonly width: number; readonly height: number } & Pick<Chart, 'title' | 'caption'>,
  children: readonly Markup[],
): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'chart',
      viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}`,
      width: Math.round(width),
      height: Math.round(height),
      role: 'img',
      'aria-label': `${title}. ${caption}`,
    },
    children,
  )
}

/** A chart as a file of its own: an SVG document that brings its style along and follows the reader's light or dark theme. */
export function chartFile({ svg, title, caption }: Chart): string {
  const end = svg.indexOf('>') + 1
  const words = element('title', {}, [text(title)]) + element('desc', {}, [text(caption)])
  const ground = element('rect', { class: 'c-ground', width: '100%', height: '100%' })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.slice(0, end)}${words}<style>${CHART_STYLE}</style>${ground}${svg.slice(end)}\n`
}
