import { type AxisRange, type ChartData, parallelChart, parallelLayout, valueAt } from 'diapason/charts'
import { useCallback, useMemo, useRef, useState } from 'preact/hooks'
import { chartPath } from './api.ts'
import { ChartFrame, type Gesture } from './chart-frame.tsx'
import { FilterSliders } from './filter-sliders.tsx'
import { filtersOf, withFilter } from './filters.ts'
import { useAsk } from './hooks.ts'
import { useQuery } from './route.ts'

/** How far from an axis a pointer may take hold of it, and from where on a movement counts, in pixels. */
const REACH = 12
const LEAST_DRAG = 4

interface Drag {
  readonly axis: number
  readonly from: number
  readonly to: number
}

/** Parallel coordinates: a range that is dragged along an axis, or set by sliders, filters every chart and the table. */
export function ParallelCard({ id, version, goal }: { id: number; version: string; goal: number }) {
  const { data: answer, error } = useAsk<ChartData | null>(chartPath(id, 'parallel', goal), version)
  const [query, setQuery] = useQuery()
  const [drag, setDrag] = useState<Drag>()
  const width = useRef(0)
  const data = answer?.kind === 'parallel' ? answer.data : undefined
  const paths = useMemo(
    () => (data === undefined ? [] : [...data.axes.map(({ path }) => path), `value:${data.goal.name}`]),
    [data],
  )
  const layout = () => (data === undefined ? undefined : parallelLayout(data, { width: width.current }))
  const filters = filtersOf(query)
  const stored = query.getAll('range').join('\n')
  const ranges = useMemo(
    () =>
      paths.map((path, i) =>
        drag?.axis === i ? rangeOf(drag, layout()) : filtersOf(query).find((filter) => filter.path === path),
      ),
    [paths, stored, drag],
  )
  const draw = useCallback(
    (room: number) => {
      if (data === undefined) return undefined
      // Axes side by side need their room; on a narrow screen the chart scrolls.
      width.current = Math.max(room, 40 + 68 * paths.length)
      return parallelChart(data, { width: width.current, ranges })
    },
    [data, paths, ranges],
  )
  if (answer === null) return null
  const setRange = (axis: number, range: AxisRange | undefined) =>
    setQuery({ range: withFilter(filters, paths[axis] ?? '', range), offset: [] })
  const gesture: Gesture = {
    onStart(x, y) {
      const axis = layout()?.axes.findIndex((each) => Math.abs(each.x - x) <= REACH) ?? -1
      if (axis >= 0) setDrag({ axis, from: y, to: y })
      return axis >= 0
    },
    onMove: (_, y) => setDrag((held) => held && { ...held, to: y }),
    onEnd() {
      if (drag !== undefined) setRange(drag.axis, rangeOf(drag, layout()))
      setDrag(undefined)
    },
  }
  return (
    <ChartFrame
      kind="parallel"
      draw={draw}
      problem={error?.message}
      trialPath={(number) => `/studies/${id}/trials/${number}`}
      gesture={gesture}
      below={
        data && (
          <>
            <p class="note">
              Drag along an axis, or use the sliders: every chart and the table then show the trials within alone.
            </p>
            {/* Sliders need heights alone, which are the same at every width. */}
            <FilterSliders layout={parallelLayout(data)} params={data.axes} ranges={ranges} onRange={setRange} />
          </>
        )
      }
      wide
      scrolls
    />
  )
}

/** What a drag chooses; its ends are open where it leaves the axis, and nothing is chosen by a mere click. */
function rangeOf(
  { axis, from, to }: Drag,
  layout: ReturnType<typeof parallelLayout> | undefined,
): AxisRange | undefined {
  const held = layout?.axes[axis]
  if (layout === undefined || held === undefined || Math.abs(from - to) < LEAST_DRAG) return undefined
  const [high, low] = [Math.min(from, to), Math.max(from, to)]
  const place = (y: number) => Number(valueAt(held, y).toPrecision(4))
  return {
    low: low >= layout.bottom ? Number.NEGATIVE_INFINITY : place(low),
    high: high <= layout.top ? Number.POSITIVE_INFINITY : place(high),
  }
}
