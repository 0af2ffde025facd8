import { type ChartData, type ChartTable, countText, drawChart } from 'diapason/charts'
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { chartPath } from './api.ts'
import { useAsk, useWidth } from './hooks.ts'
import { Scroll } from './parts.tsx'
import { go } from './route.ts'

/** Which chart of which study. */
export interface ChartCardProps {
  readonly id: number
  readonly kind: ChartData['kind']
  readonly version: string
  readonly goal?: number
  readonly params?: readonly string[]
  /** Beside the title: what the chart shows can be chosen there. */
  readonly children?: ComponentChildren
  /** Takes the whole width. */
  readonly wide?: boolean
}

const ROWS_SHOWN = 100

/** Axes side by side need their room; on a narrow screen such a chart scrolls. */
function leastWidth(chart: ChartData): number {
  return chart.kind === 'parallel' ? 40 + 68 * (chart.data.axes.length + 1) : 280
}

/** A chart with its words, its numbers and a way to take it along. Nothing at all where the study has nothing to show. */
export function ChartCard({ id, kind, version, goal = 0, params = [], children, wide = false }: ChartCardProps) {
  const path = chartPath(id, kind, goal, params)
  const { data, error } = useAsk<ChartData | null>(path, version)
  const [ref, width] = useWidth()
  const [tip, setTip] = useState<{ x: number; y: number; words: string }>()
  const chart = useMemo(
    () => (data && width > 0 ? drawChart(data, { width: Math.max(width, leastWidth(data)) }) : undefined),
    [data, width],
  )
  if (data === null) return null
  const rows = new Map(chart?.table.rows.map((row) => [row[0], row]))

  function onMove(event: PointerEvent) {
    const number = trialUnder(event)
    const row = number === undefined ? undefined : rows.get(number)
    if (number === undefined || chart === undefined) setTip(undefined)
    else if (event.currentTarget instanceof Element) {
      const { left, top } = event.currentTarget.getBoundingClientRect()
      setTip({ x: event.clientX - left, y: event.clientY - top, words: tipText(chart.table, row, number) })
    }
  }

  function onClick(event: MouseEvent) {
    const number = trialUnder(event)
    if (number !== undefined) go(`/studies/${id}/trials/${number}`)
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
          onPointerMove={onMove}
          onPointerLeave={() => setTip(undefined)}
          onClick={onClick}
        >
          {chart ? (
            // The markup comes from the charts, which escape every text.
            <div
              {...(kind === 'parallel'
                ? { class: 'scrolls', tabIndex: 0, role: 'group', 'aria-label': chart.title }
                : {})}
              dangerouslySetInnerHTML={{ __html: chart.svg }}
            />
          ) : (
            <div class="pending">{error ? error.message : ''}</div>
          )}
          {tip && <Tip {...tip} width={width} />}
        </div>
        <figcaption>{chart?.caption}</figcaption>
      </figure>
      {chart && (
        <footer class="card-foot">
          <details>
            <summary>The numbers</summary>
            <NumbersTable id={id} table={chart.table} name={chart.title} />
          </details>
          <a href={`/api${path}&format=svg`} download>
            SVG
          </a>
        </footer>
      )}
    </section>
  )
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

function NumbersTable({ id, table, name }: { id: number; table: ChartTable; name: string }) {
  const shown = table.rows.slice(0, ROWS_SHOWN)
  const total = table.of ?? table.rows.length
  const isTrials = table.columns[0] === 'trial'
  return (
    <>
      <Scroll label={`Numbers: ${name}`}>
        <table>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row[0]}>
                {row.map((cell, i) => (
                  <td key={table.columns[i]}>
                    {isTrials && i === 0 ? <a href={`/studies/${id}/trials/${cell}`}>{cell}</a> : cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {total > shown.length && (
        <p class="note">
          {countText(shown.length)} of {countText(total)} rows; all trials are under Trials.
        </p>
      )}
    </>
  )
}
