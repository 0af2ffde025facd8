import { countText } from 'diapason/charts'
import { useEffect, useState } from 'preact/hooks'
import type { StudySummary } from './api.ts'
import { useAsk } from './hooks.ts'
import { Problem } from './parts.tsx'
import { countsText, goalsText, nameText, timeText, totalOf } from './texts.ts'

const REFRESH_MS = 5000

/** All studies of the storage. */
export function StudyList() {
  const { data, error, again } = useAsk<readonly StudySummary[]>('/studies')
  const { data: about } = useAsk<{ storage: string }>('/about')
  const [search, setSearch] = useState('')
  useEffect(() => {
    const timer = setInterval(again, REFRESH_MS)
    return () => clearInterval(timer)
  }, [again])
  useEffect(() => {
    document.title = 'Studies · Diapason'
  }, [])
  if (error && !data) return <Problem error={error} />
  if (!data) return <p class="pending">…</p>
  const words = search.trim().toLowerCase()
  const shown = data.filter(({ name }) => name.toLowerCase().includes(words)).toReversed()
  return (
    <>
      <header class="page-head">
        <h1>Studies</h1>
        <p class="faint">{about?.storage}</p>
        {data.length > 1 && (
          <p>
            <a href="/compare">Compare studies</a>
          </p>
        )}
      </header>
      {data.length > 8 && (
        <input
          type="search"
          class="search"
          placeholder="Find a study"
          aria-label="Find a study"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {data.length === 0 && (
        <p>
          There is no study yet. Make one by <code>diapason demo</code> or <code>diapason run</code>.
        </p>
      )}
      <ul class="studies">
        {shown.map(({ id, name, goals, counts, startedAt }) => (
          <li key={id}>
            <a href={`/studies/${id}`}>
              <strong>{nameText(name)}</strong>
              <span class="faint">{goalsText(goals)}</span>
              <span>
                {counts.running > 0 && <span class="dot live" aria-hidden="true" />}
                {countText(totalOf(counts))} trials
              </span>
              <span class="faint">{countsText(counts)}</span>
              <span class="faint">{timeText(startedAt)}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}
