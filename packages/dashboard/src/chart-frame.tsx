import type { Chart, ChartTable } from 'diapason/charts'
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { useWidth } from './hooks.ts'
import { NumbersTable } from './numbers-table.tsx'
import { go } from './route.ts'
import { savePng, saveSvg } from './save-chart.ts'
import { unbroken } from './texts.ts'

/** What a pointer does on a drawing, in the drawing's own pixels. */
export interface Gesture {
  /** True where a drag begins there. */
  onStart(x: number, y: number): boolean
  onMove(x: number, y: number): void
  onEnd(): void
}

/** A drawing and what stands around it. */
export interface ChartFrameProps {
  /** Names the card before there is a drawing. */
  readonly kind: string
  /** Draws for a width in pixels; undefined while there is nothing to draw. Held against its last value, so keep it (`useCallback`). */
  readonly draw: (width: number) => Chart | undefined
  /** Stands where the drawing would. */
  readonly problem?: string | undefined
  /** The page of a trial; without it marks lead nowhere. */
  readonly trialPath?: (number: string) => string
  /** What can be dragged. */
  readonly gesture?: Gesture
  /** Beside the title: what the chart shows can be chosen there. */
  readonly children?: ComponentChildren
  /** Between the words and the numbers. */
  readonly below?: ComponentChildren
  /** Takes the whole width. */
  readonly wide?: boolean
  /** A drawing wider than its card scrolls. */
  readonly scrolls?: boolean
}

/** A chart with its words, its numbers and ways to take it along. */
export function ChartFrame(props: ChartFrameProps) {
  const { kind, draw, problem, trialPath, gesture, children, below, wide = false, scrolls = false } = props
  const [ref, width] = useWidth()
  const [tip, setTip] = useState<{ x: number; y: number; words: string }>()
  const [isDragging, setDragging] = useState(false)
  const [failure, setFailure] = useState<string>()
  const chart = useMemo(() => (width > 0 ? draw(width / textScale()) : undefined), [draw, width])
  const rows = useMemo(() => new Map(chart?.table.rows.map((row) => [row[0], row])), [chart])

  function onMove(event: PointerEvent) {
    if (isDragging) {
      gesture?.onMove(...placeIn(event))
      return
    }
    const number = trialUnder(event)
    if (number === undefined || chart === undefined) setTip(undefined)
    else if (event.currentTarget instanceof Element) {
      const { left, top } = event.currentTarget.getBoundingClientRect()
      setTip({ x: event.clientX - left, y: event.clientY - top, words: tipText(chart.table, rows.get(number), number) })
    }
  }

  function onDown(event: PointerEvent) {
    // A finger scrolls; it has the sliders below.
    if (event.pointerType === 'touch' || event.button !== 0 || !gesture?.onStart(...placeIn(event))) return
    event.preventDefault()
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId)
    setTip(undefined)
    setDragging(true)
  }

  function onUp() {
    if (isDragging) gesture?.onEnd()
    setDragging(false)
  }

  function onClick(event: MouseEvent) {
    const number = trialUnder(event)
    if (number !== undefined && trialPath !== undefined) go(trialPath(number))
  }

  return (
    <section class={`card${wide ? ' wide' : ''}`} aria-label={chart?.title ?? kind} data-chart={kind}>
      <header class="card-head">
        <h2>{chart?.title ?? kind}</h2>
        {children}
      </header>
      <figure>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the table below holds the same links for the keyboard */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: likewise */}
        <div
          class="drawing"
          ref={ref}
          onPointerDown={onDown}
          onPointerMove={onMove}
          onPointerUp={onUp}
          onPointerCancel={onUp}
          onPointerLeave={() => setTip(undefined)}
          onClick={onClick}
        >
          {chart ? (
            // The markup comes from the charts, which escape every text.
            <div
              {...(scrolls ? { class: 'scrolls', tabIndex: 0, role: 'group', 'aria-label': chart.title } : {})}
              dangerouslySetInnerHTML={{ __html: chart.svg }}
            />
          ) : (
            <div class="pending">{problem}</div>
          )}
          {tip && <Tip {...tip} width={width} />}
        </div>
        <figcaption>{chart && unbroken(chart.caption)}</figcaption>
      </figure>
      {below}
      {chart && (
        <footer class="card-foot">
          <details>
            <summary>The numbers</summary>
            <NumbersTable table={chart.table} name={chart.title} trialPath={trialPath} />
          </details>
          <button type="button" class="link" aria-label={`SVG of ${chart.title}`} onClick={() => saveSvg(chart)}>
            SVG
          </button>
          <button
            type="button"
            class="link"
            aria-label={`PNG of ${chart.title}`}
            onClick={() => savePng(chart).catch((error: Error) => setFailure(error.message))}
          >
            PNG
          </button>
        </footer>
      )}
      {failure !== undefined && (
        <p class="problem" role="alert">
          {failure}
        </p>
      )}
    </section>
  )
}

/** How much larger texts are than on a laptop: on a very large screen drawings grow with them. */
function textScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 15 || 1
}

function Tip({ x, y, words, width }: { x: number; y: number; words: string; width: number }) {
  // Placed by its own properties: the page's policy forbids style attributes in markup, not these.
  return (
    <div
      class={`tip${x > width / 2 ? ' left' : ''}`}
      style={{ transform: `translate(${x}px, ${y}px)` }}
      aria-hidden="true"
    >
      <span>{words}</span>
    </div>
  )
}

/** Where a pointer is in the drawing's own pixels, however wide it is shown. */
function placeIn(event: PointerEvent): readonly [x: number, y: number] {
  const svg = event.currentTarget instanceof Element ? event.currentTarget.querySelector('svg') : null
  if (svg === null) return [Number.NaN, Number.NaN]
  const { left, top, width } = svg.getBoundingClientRect()
  const scale = svg.viewBox.baseVal.width / width
  return [(event.clientX - left) * scale, (event.clientY - top) * scale]
}

function trialUnder(event: MouseEvent): string | undefined {
  const mark = event.target instanceof Element ? event.target.closest('[data-trial]') : null
  return mark?.getAttribute('data-trial') ?? undefined
}

function tipText({ columns }: ChartTable, row: readonly string[] | undefined, number: string): string {
  if (row === undefined) return `trial ${number}`
  return columns
    .slice(0, 6)
    .map((column, i) => `${column} ${row[i]}`)
    .join('\n')
}
