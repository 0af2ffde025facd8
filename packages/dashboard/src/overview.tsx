import { useState } from 'preact/hooks'
import type { Study } from './api.ts'
import { ChartCard } from './chart-card.tsx'
import { InShort, MethodTimeline } from './in-short.tsx'
import { ParallelCard } from './parallel-card.tsx'
import { Choice } from './parts.tsx'
import { totalOf } from './texts.ts'
import { Tiles } from './tiles.tsx'

/** What one wants to know first, then every chart. */
export function Overview({ study }: { study: Study }) {
  const { id, version, goals, space } = study
  const [goal, setGoal] = useState(0)
  const names = goals.map(({ name }) => name)
  const chart = { id, version, goal }
  const params = space
    .filter(({ kind, low, high, choices }) => (kind === 'categorical' ? (choices?.length ?? 0) > 1 : low !== high))
    .map(({ path }) => path)
  return (
    <>
      <Tiles study={study} />
      {totalOf(study.counts) === 0 && (
        <p class="hint">
          No trial yet. They appear here as soon as something runs the study, such as <code>diapason run</code>.
        </p>
      )}
      {goals.length > 1 && (
        <div class="row tools">
          <span class="faint">Charts of</span>
          <Choice
            label="Goal"
            value={names[goal] ?? ''}
            options={names}
            onChoose={(name) => setGoal(names.indexOf(name))}
          />
        </div>
      )}
      <div class="cards">
        <InShort study={study} />
        <ChartCard {...chart} kind="history" wide />
        <ChartCard {...chart} kind="pareto" wide />
        <ChartCard {...chart} kind="hypervolume" />
        <ChartCard {...chart} kind="importance" />
        <ChartCard {...chart} kind="efficiency" />
        <ChartCard {...chart} kind="ablation" wide />
        <ParallelCard {...chart} />
        <SliceCard {...chart} params={params} />
        <ContourCard {...chart} params={params} />
        <ChartCard {...chart} kind="curves" />
        <ChartCard {...chart} kind="rungs" />
        <ChartCard {...chart} kind="cost" />
        <MethodTimeline study={study} />
        <ChartCard {...chart} kind="timeline" wide />
      </div>
    </>
  )
}

interface ParamCardProps {
  readonly id: number
  readonly version: string
  readonly goal: number
  readonly params: readonly string[]
}

const MATTERS_MOST = 'what matters most'

function SliceCard({ params, ...chart }: ParamCardProps) {
  const [path, setPath] = useState(MATTERS_MOST)
  return (
    <ChartCard {...chart} kind="slice" params={path === MATTERS_MOST ? [] : [path]}>
      <Choice label="Parameter" value={path} options={[MATTERS_MOST, ...params]} onChoose={setPath} />
    </ChartCard>
  )
}

function ContourCard({ params, ...chart }: ParamCardProps) {
  const [pair, setPair] = useState<readonly [string, string]>()
  if (params.length < 2) return null
  const [x = '', y = ''] = pair ?? [MATTERS_MOST, MATTERS_MOST]
  const first = params[0] ?? ''
  const other = (not: string) => params.find((path) => path !== not) ?? ''
  const choose = (a: string, b: string) =>
    setPair(a === MATTERS_MOST || b === MATTERS_MOST ? undefined : a === b ? [a, other(a)] : [a, b])
  const options = [MATTERS_MOST, ...params]
  return (
    <ChartCard {...chart} kind="contour" params={pair ?? []}>
      <div class="row">
        <Choice
          label="Across"
          value={x}
          options={options}
          onChoose={(path) => choose(path, pair === undefined ? other(path) : y)}
        />
        <Choice
          label="Up"
          value={y}
          options={options}
          onChoose={(path) => choose(pair === undefined ? (path === first ? other(path) : first) : x, path)}
        />
      </div>
    </ChartCard>
  )
}
