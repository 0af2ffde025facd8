import { type ChartData, drawChart } from 'diapason/charts'
import type { ComponentChildren } from 'preact'
import { useCallback } from 'preact/hooks'
import { chartPath } from './api.ts'
import { ChartFrame } from './chart-frame.tsx'
import { useAsk } from './hooks.ts'
import { useQuery } from './route.ts'

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

/** A narrower drawing could not be read. */
const LEAST_WIDTH = 280

/** A chart of a study, of the trials that the address lets through. Nothing at all where the study has nothing to show. */
export function ChartCard({ id, kind, version, goal = 0, params = [], children, wide = false }: ChartCardProps) {
  const [query] = useQuery()
  const { data, error } = useAsk<ChartData | null>(chartPath(id, kind, goal, params, query.getAll('range')), version)
  const draw = useCallback(
    (width: number) => (data ? drawChart(data, { width: Math.max(width, LEAST_WIDTH) }) : undefined),
    [data],
  )
  if (data === null) {
    // What has been chosen must not take away the means to choose again.
    if (children === undefined || params.length === 0) return null
    return (
      <section class={wide ? 'card wide' : 'card'} aria-label={kind}>
        <header class="card-head">
          <h2>{params.join(' with ')}</h2>
          {children}
        </header>
        <p class="hint">No complete trial had {params.length === 1 ? 'it' : 'both'}.</p>
      </section>
    )
  }
  return (
    <ChartFrame
      kind={kind}
      draw={draw}
      problem={error?.message}
      trialPath={(number) => `/studies/${id}/trials/${number}`}
      wide={wide}
    >
      {children}
    </ChartFrame>
  )
}
