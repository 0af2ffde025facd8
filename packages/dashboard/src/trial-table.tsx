import { countText, numberText } from 'diapason/charts'
import type { ComponentChildren } from 'preact'
import type { State, Study, TrialRow } from './api.ts'
import { useAsk } from './hooks.ts'
import { Problem, Scroll } from './parts.tsx'
import { useQuery } from './route.ts'
import { goalText, tookText, valueText } from './texts.ts'
import { TrialState } from './trial-state.tsx'

const PAGE = 50
const STATES: readonly State[] = ['complete', 'pruned', 'failed', 'running', 'waiting']

/** All trials, a page at a time: sorted, filtered and searched by the server. What is chosen stands in the address. */
export function TrialTable({ study }: { study: Study }) {
  const { id, version, counts } = study
  const [query, setQuery] = useQuery()
  const by = query.get('sort') ?? 'number'
  const isDescending = (query.get('order') ?? (by === 'number' ? 'descending' : 'ascending')) === 'descending'
  const states = query.getAll('state')
  const hidden = query.getAll('hide')
  const offset = Math.max(0, Math.floor(Number(query.get('offset') ?? '0')) || 0)
  const selection = new URLSearchParams([
    ['sort', by],
    ['order', isDescending ? 'descending' : 'ascending'],
    ['search', query.get('search') ?? ''],
    ...states.map((state) => ['state', state]),
    ...query.getAll('range').map((range) => ['range', range]),
  ])
  const { data, error } = useAsk<{ total: number; trials: readonly TrialRow[] }>(
    `/studies/${id}/trials?${selection}&offset=${offset}&limit=${PAGE}`,
    version,
  )

  function order(column: string) {
    const first = column === 'number' ? 'descending' : 'ascending'
    const next = column === by ? (isDescending ? 'ascending' : 'descending') : first
    setQuery({ sort: [column], order: [next], offset: [] })
  }
  const toggled = (values: readonly string[], value: string) =>
    values.includes(value) ? values.filter((each) => each !== value) : [...values, value]
  const columns = columnsOf(study)
  const shown = columns.filter((column) => !hidden.includes(column.by))
  const total = data?.total ?? 0
  const taken = new URLSearchParams(selection)
  // All columns, and what the table has no column for, unless some are hidden.
  if (hidden.length > 0) for (const column of shown) taken.append('column', column.by)
  return (
    <section aria-label="Trials">
      <div class="row tools">
        <input
          type="search"
          placeholder="Find: sgd, 17, out of memory"
          aria-label="Find trials"
          value={query.get('search') ?? ''}
          onInput={({ currentTarget: { value } }) => setQuery({ search: value === '' ? [] : [value], offset: [] })}
        />
        <fieldset class="row">
          <legend class="hidden">States</legend>
          {STATES.filter((state) => counts[state] > 0).map((state) => (
            <label key={state} class="chip">
              <input
                type="checkbox"
                checked={states.includes(state)}
                onChange={() => setQuery({ state: toggled(states, state), offset: [] })}
              />{' '}
              {state}
            </label>
          ))}
        </fieldset>
        <span class="grow" />
        <details class="menu">
          <summary>Columns</summary>
          <fieldset>
            <legend class="hidden">Columns to show</legend>
            {columns
              .filter((column) => column.by !== 'number')
              .map((column) => (
                <label key={column.by} class="chip">
                  <input
                    type="checkbox"
                    checked={!hidden.includes(column.by)}
                    onChange={() => setQuery({ hide: toggled(hidden, column.by) })}
                  />{' '}
                  {column.title}
                </label>
              ))}
            <button type="button" disabled={hidden.length === 0} onClick={() => setQuery({ hide: [] })}>
              Show all
            </button>
          </fieldset>
        </details>
        <a href={`/api/studies/${id}/export?format=csv&${taken}`} download>
          CSV
        </a>
        <a href={`/api/studies/${id}/export?format=json&${taken}`} download>
          JSON
        </a>
      </div>
      {error && <Problem error={error} />}
      <Scroll label="Table of trials" tall>
        <table class="trials">
          <thead>
            <tr>
              {shown.map((column) => (
                <th
                  key={column.by}
                  scope="col"
                  class={column.isNumeric ? 'number' : undefined}
                  aria-sort={by === column.by ? (isDescending ? 'descending' : 'ascending') : undefined}
                >
                  <button type="button" onClick={() => order(column.by)}>
                    {column.title}
                    <span aria-hidden="true">{by === column.by ? (isDescending ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data?.trials.map((trial) => (
              <tr key={trial.number}>
                {shown.map(({ by: key, cell, isNumeric }) => (
                  <td key={key} class={isNumeric ? 'number' : undefined}>
                    {cell(trial)}
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
        <button
          type="button"
          disabled={offset === 0}
          onClick={() => setQuery({ offset: offset > PAGE ? [String(offset - PAGE)] : [] })}
        >
          Back
        </button>
        <button
          type="button"
          disabled={offset + PAGE >= total}
          onClick={() => setQuery({ offset: [String(offset + PAGE)] })}
        >
          Next
        </button>
      </div>
      <p class="hidden" role="status">
        {numberText(total)} trials fit
      </p>
    </section>
  )
}

interface Column {
  /** What the server sorts and exports by. */
  readonly by: string
  readonly title: string
  readonly cell: (trial: TrialRow) => ComponentChildren
  /** Figures stand on the right. */
  readonly isNumeric?: boolean
}

function columnsOf({ id, goals, space }: Study): readonly Column[] {
  return [
    {
      by: 'number',
      title: 'trial',
      cell: ({ number }) => <a href={`/studies/${id}/trials/${number}`}>{number}</a>,
    },
    { by: 'state', title: 'state', cell: (trial) => <TrialState id={id} trial={trial} /> },
    ...goals.map(
      ({ name }, g): Column => ({
        by: `value:${name}`,
        title: name,
        cell: (trial) => goalText(trial, name, g === 0),
        isNumeric: true,
      }),
    ),
    { by: 'duration', title: 'took', cell: tookText, isNumeric: true },
    ...space.map(
      ({ path, kind }): Column => ({
        by: path,
        title: path,
        cell: ({ params }) => valueText(params[path]),
        isNumeric: kind !== 'categorical',
      }),
    ),
  ]
}
