import { type ChartData, drawChart } from 'diapason/charts'
import { useCallback } from 'preact/hooks'
import { chartPath } from './api.ts'
import { ChartFrame } from './chart-frame.tsx'
import { useAsk } from './hooks.ts'

/** Parallel coordinates. Axes side by side need their room; on a narrow screen the chart scrolls. */
export function ParallelCard({ id, version, goal }: { id: number; version: string; goal: number }) {
  const { data, error } = useAsk<ChartData | null>(chartPath(id, 'parallel', goal), version)
  const draw = useCallback(
    (width: number) =>
      data?.kind === 'parallel'
        ? drawChart(data, { width: Math.max(width, 40 + 68 * (data.data.axes.length + 1)) })
        : undefined,
    [data],
  )
  if (data === null) return null
  return (
    <ChartFrame
      kind="parallel"
      draw={draw}
      problem={error?.message}
      trialPath={(number) => `/studies/${id}/trials/${number}`}
      wide
      scrolls
    />
  )
}
