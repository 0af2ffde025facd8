import { countText, percentText } from 'diapason/charts'
import type { Study, Totals } from './api.ts'
import { useAsk } from './hooks.ts'
import { useQuery } from './route.ts'
import { goalBest, totalOf } from './texts.ts'

/** The figures at a glance: of the whole study, or of the trials that the filters let through. */
export function Tiles({ study }: { study: Study }) {
  const [query] = useQuery()
  const ranges = query.getAll('range')
  const asked = new URLSearchParams(ranges.map((range) => ['range', range]))
  const path = ranges.length === 0 ? undefined : `/studies/${study.id}/totals?${asked}`
  const { data: within } = useAsk<Totals>(path, study.version)
  const isFiltered = path !== undefined
  if (isFiltered && within === undefined) return <div class="tiles pending" />
  const totals = within ?? study
  return (
    <dl class="tiles" aria-label={isFiltered ? 'Figures of the trials within the filters' : 'Figures of the study'}>
      <BestTile study={study} totals={totals} isFiltered={isFiltered} />
      <TrialsTile study={study} totals={totals} isFiltered={isFiltered} />
      {totals.savings !== null && (
        <div>
          <dt>{totals.savings.unit} spent</dt>
          <dd>{countText(totals.savings.spent)}</dd>
          <dd class="faint">
            {isFiltered && study.savings !== null
              ? `of ${countText(study.savings.spent)}`
              : `pruning saved ${percentText(totals.savings.share)}`}
          </dd>
        </div>
      )}
      {study.counts.running + study.counts.waiting > 0 && (
        <div>
          <dt>Now</dt>
          <dd>{countText(study.counts.running)} running</dd>
          <dd class="faint">{countText(study.counts.waiting)} waiting</dd>
        </div>
      )}
    </dl>
  )
}

interface TileProps {
  readonly study: Study
  readonly totals: Totals
  readonly isFiltered: boolean
}

function BestTile({ study, totals, isFiltered }: TileProps) {
  const { id, goals } = study
  const [goal] = goals
  if (goal === undefined) return null
  if (goals.length > 1) {
    return (
      <div>
        <dt>{isFiltered ? 'On the front of these' : 'On the front'}</dt>
        <dd>{countText(totals.bestCount)}</dd>
        <dd class="faint">trials that none beats in all goals</dd>
      </div>
    )
  }
  const [winner] = totals.best
  if (winner === undefined) {
    const isBarred = totals.infeasible > 0
    return totals.counts.complete === 0 && !isFiltered ? null : (
      <div>
        <dt>Best {goal.name}</dt>
        <dd>–</dd>
        <dd class="faint">{isBarred ? 'no trial keeps its constraints' : 'none of these is complete'}</dd>
      </div>
    )
  }
  const usual = study.default?.state === 'complete' ? goalBest(study.default, goal.name) : undefined
  const overall = study.best[0]
  const beside = isFiltered
    ? overall && winner.number !== overall.number && `, of all ${goalBest(overall, goal.name)}`
    : usual !== undefined && `, default ${usual}`
  return (
    <div>
      <dt>
        Best {goal.name}
        {isFiltered && ' of these'}
      </dt>
      <dd>{goalBest(winner, goal.name)}</dd>
      <dd class="faint">
        <a href={`/studies/${id}/trials/${winner.number}`}>trial {winner.number}</a>
        {beside}
      </dd>
    </div>
  )
}

function TrialsTile({ study, totals, isFiltered }: TileProps) {
  const { counts, configurations, infeasible } = totals
  const pruned = counts.pruned - (configurations?.pauses ?? 0)
  const states = [
    `${countText(counts.complete)} complete`,
    ...(configurations === null ? [] : [`${countText(configurations.paused)} paused`]),
    ...(configurations === null || pruned > 0 ? [`${countText(pruned)} pruned`] : []),
    `${countText(counts.failed)} failed`,
    ...(infeasible > 0 ? [`${countText(infeasible)} break a constraint`] : []),
  ]
  const total = countText(totalOf(counts))
  const all = isFiltered ? ` of ${countText(totalOf(study.counts))}` : ''
  if (configurations === null) {
    return (
      <div>
        <dt>Trials</dt>
        <dd>
          {total}
          {all}
        </dd>
        <dd class="faint">{states.join(', ')}</dd>
      </div>
    )
  }
  return (
    <div>
      <dt>Configurations</dt>
      <dd>{countText(configurations.count)}</dd>
      <dd class="faint">
        {states.join(', ')}; in {total}
        {all} trials, some of which continue others
      </dd>
    </div>
  )
}
