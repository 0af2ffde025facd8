import { countText } from 'diapason/charts'
import type { Study } from './api.ts'
import { filtersOf, filterText, filterWords, withFilter } from './filters.ts'
import { useAsk } from './hooks.ts'
import { useQuery } from './route.ts'
import { totalOf } from './texts.ts'

/** Which trials the charts and the table are about, where it is not all of them. */
export function FilterBar({ study }: { study: Study }) {
  const [query, setQuery] = useQuery()
  const filters = filtersOf(query)
  const asked = new URLSearchParams([['limit', '0'], ...filters.map((filter) => ['range', filterText(filter)])])
  const path = filters.length === 0 ? undefined : `/studies/${study.id}/trials?${asked}`
  const { data, error } = useAsk<{ total: number }>(path, study.version)
  if (filters.length === 0) return null
  return (
    <section class="row filter-bar" aria-label="Filters">
      <span role="status">
        {error
          ? error.message
          : data && `Charts and table show ${countText(data.total)} of ${countText(totalOf(study.counts))} trials:`}
      </span>
      {filters.map((filter) => (
        <button
          key={filter.path}
          type="button"
          class="filter"
          aria-label={`Remove the filter ${filterWords(filter, study)}`}
          onClick={() => setQuery({ range: withFilter(filters, filter.path, undefined), offset: [] })}
        >
          {filterWords(filter, study)} <span aria-hidden="true">×</span>
        </button>
      ))}
      <button type="button" onClick={() => setQuery({ range: [], offset: [] })}>
        Show all trials
      </button>
    </section>
  )
}
