import { countText, numberText } from 'diapason/charts'
import { useState } from 'preact/hooks'
import type { State, Study, TrialRow } from './api.ts'
import { useAsk } from './hooks.ts'
import { Problem, Scroll } from './parts.tsx'
import { goalText, tookText, valueText } from './texts.ts'

const PAGE = 50
const STATES: readonly State[] = ['complete', 'pruned', 'failed', 'running', 'waiting']

/** All trials, a page at a time: sorted, filtered and searched by the server. */
export function TrialTable({ study }: { study: Study }) {
  const { id, version, goals, space, counts } = study
  const [sort, setSort] = useState({ by: 'number', descending: true })
  const [states, setStates] = useState<readonly State[]>([])
  const [search, setSearch] = useState('')
  const [offset, setOffset] = useState(0)
  const query = new URLSearchParams({
    sort: sort.by,
    order: sort.descending ? 'descending' : 'ascending',
    offset: String(offset),
    limit: String(PAGE),
    search,
  })
  for (const state of states) query.append('state', state)
  const { data, error } = useAsk<{ total: number; trials: readonly TrialRow[] }>(
    `/studies/${id}/trials?${query}`,
    version,
  )

  function order(by: string) {
    setOffset(0)
    setSort((held) => (held.by === by ? { by, descending: !held.descending } : { by, descending: by === 'number' }))
  }
  function toggle(state: State) {
    setOffset(0)
    setStates((held) => (held.includes(state) ? held.filter((each) => each !== state) : [...held, state]))
  }
  const columns = [
    { by: 'number', title: 'trial' },
    { by: 'state', title: 'state' },
    ...goals.map(({ name }) => ({ by: `value:${name}`, title: name })),
    { by: 'duration', title: 'took' },
    ...space.map(({ path }) => ({ by: path, title: path })),
  ]
  const total = data?.total ?? 0
  return (
    <section aria-label="Trials">
      <div class="row tools">
        <input
          type="search"
          placeholder="Find: sgd, 17, out of memory"
          aria-label="Find trials"
          value={search}
          onInput={(event) => {
            setOffset(0)
            setSearch(event.currentTarget.value)
          }}
        />
        <fieldset class="row">
          <legend class="hidden">States</legend>
          {STATES.filter((state) => counts[state] > 0).map((state) => (
            <label key={state} class="chip">
              <input type="checkbox" checked={states.includes(state)} onChange={() => toggle(state)} /> {state}
            </label>
          ))}
        </fieldset>
        <span class="grow" />
        <a href={`/api/studies/${id}/export?format=csv`} download>
          CSV
        </a>
        <a href={`/api/studies/${id}/export?format=json`} download>
          JSON
        </a>
      </div>
      {error && <Problem error={error} />}
      <Scroll label="Table of trials" tall>
        <table class="trials">
          <thead>
            <tr>
              {columns.map(({ by, title }) => (
                <th
                  key={by}
                  scope="col"
                  aria-sort={sort.by === by ? (sort.descending ? 'descending' : 'ascending') : undefined}
                >
                  <button type="button" onClick={() => order(by)}>
                    {title}
                    <span aria-hidden="true">{sort.by === by ? (sort.descending ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data?.trials.map((trial) => (
              <tr key={trial.number}>
                <td>
                  <a href={`/studies/${id}/trials/${trial.number}`}>{trial.number}</a>
                </td>
                <td>
                  <span class={`state ${trial.state}`}>{trial.state}</span>
                </td>
                {goals.map(({ name }, g) => (
                  <td key={name} class="number">
                    {goalText(trial, name, g === 0)}
                  </td>
                ))}
                <td class="number">{tookText(trial)}</td>
                {space.map(({ path }) => (
                  <td key={path} class={typeof trial.params[path] === 'number' ? 'number' : undefined}>
                    {valueText(trial.params[path])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <div class="row tools">
        <span class="faint">
          {total === 0
            ? 'No trial fits.'
            : `${countText(offset + 1)} to ${countText(Math.min(total, offset + PAGE))} of ${countText(total)}`}
        </span>
        <span class="grow" />
        <button type="button" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
          Back
        </button>
        <button type="button" disabled={offset + PAGE >= total} onClick={() => setOffset(offset + PAGE)}>
          Next
        </button>
      </div>
      <p class="hidden" role="status">
        {numberText(total)} trials fit
      </p>
    </section>
  )
}
