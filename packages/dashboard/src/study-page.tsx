import { countText } from 'diapason/charts'
import { useEffect } from 'preact/hooks'
import type { Study } from './api.ts'
import { FilterBar } from './filter-bar.tsx'
import { useAsk, useVersion } from './hooks.ts'
import { Overview } from './overview.tsx'
import { Problem, type Toast } from './parts.tsx'
import { useQuery } from './route.ts'
import { RunControl } from './run-control.tsx'
import { StudyAbout } from './study-about.tsx'
import { countsText, goalsText, nameText } from './texts.ts'
import { TrialTable } from './trial-table.tsx'

const TABS = [
  ['overview', '', 'Overview'],
  ['trials', '/trials', 'Trials'],
  ['about', '/about', 'Space and actions'],
] as const

/** One study: its charts, its trials, or what it is made of. */
export function StudyPage({
  id,
  tab,
  onToast,
}: {
  id: number
  tab: 'overview' | 'trials' | 'about'
  onToast: (toast: Toast) => void
}) {
  const { version, isLive } = useVersion(id)
  const { data: study, error, again } = useAsk<Study>(`/studies/${id}`, version)
  const [query] = useQuery()
  const name = study?.name
  useEffect(() => {
    if (name !== undefined) document.title = `${nameText(name)} · Diapason`
  }, [name])
  if (error && !study) return <Problem error={error} />
  if (!study) return <p class="pending">…</p>
  // Filters stay from view to view.
  const ranges = new URLSearchParams(query.getAll('range').map((range) => ['range', range])).toString()
  const kept = ranges === '' ? '' : `?${ranges}`
  return (
    <>
      <header class="page-head">
        <nav aria-label="Where you are">
          <a href="/">Studies</a>
        </nav>
        <h1>{nameText(study.name)}</h1>
        <p class="faint">
          {goalsText(study.goals)} · {countsText(study.counts, study.configurations?.pauses)} ·{' '}
          <span class={`dot${isLive ? ' live' : ''}`} aria-hidden="true" />
          <span>{isLive ? 'live' : 'not connected'}</span> · <a href={`/compare?study=${id}`}>compare with others</a>
        </p>
        {study.reading !== null && (
          <p class="hint" role="status">
            Reading a large study: {countText(study.reading.read)} of {countText(study.reading.of)} trials so far. What
            is shown follows from these.
          </p>
        )}
        <RunControl study={study} onChange={again} onToast={onToast} />
        <nav class="tabs" aria-label="Parts of the study">
          {TABS.map(([key, path, label]) => (
            <a key={key} href={`/studies/${id}${path}${kept}`} aria-current={tab === key ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
      </header>
      {tab !== 'about' && <FilterBar study={study} />}
      {tab === 'overview' && <Overview study={study} />}
      {tab === 'trials' && <TrialTable study={study} />}
      {tab === 'about' && <StudyAbout study={study} onChange={again} onToast={onToast} />}
    </>
  )
}
