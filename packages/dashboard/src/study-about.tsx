import { useState } from 'preact/hooks'
import { type SpaceParam, type Study, send } from './api.ts'
import { useAsk } from './hooks.ts'
import { NoteField, PathText, Problem, Scroll, type Toast } from './parts.tsx'
import { go } from './route.ts'
import { nameText, valueText } from './texts.ts'

/** What a study is made of, and what can be done with it. */
export function StudyAbout({
  study,
  onChange,
  onToast,
}: {
  study: Study
  onChange: () => void
  onToast: (toast: Toast) => void
}) {
  const { data: about } = useAsk<{ readOnly: boolean }>('/about')
  const { id, name, space, note, seed, sampler, pruner, userAttrs } = study
  const facts = [
    ['Seed', seed === null ? 'not stored' : String(seed)],
    ['Sampler', sampler ?? 'not stored'],
    ['Pruner', pruner ?? 'not stored'],
    ...Object.entries(userAttrs).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ] as const
  return (
    <div class="cards">
      <section class="card wide" aria-label="Search space">
        <h2>Search space</h2>
        <Scroll label="Parameters of the space">
          <table class="params">
            <thead>
              <tr>
                <th scope="col">parameter</th>
                <th scope="col">values</th>
                <th scope="col">scale</th>
                <th scope="col">default</th>
              </tr>
            </thead>
            <tbody>
              {space.map((param) => (
                <tr key={param.path}>
                  <td>
                    <PathText path={param.path} />
                  </td>
                  <td>{rangeText(param)}</td>
                  <td>{param.kind === 'categorical' ? 'choice' : param.log ? 'log' : 'linear'}</td>
                  <td>{valueText(param.default ?? study.defaults?.[param.path])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </section>
      <section class="card" aria-label="Note">
        <h2>Note</h2>
        {about?.readOnly ? (
          <p class="note-text">{note || 'None.'}</p>
        ) : (
          <NoteField
            note={note}
            label="note"
            onSave={async (text) => {
              await send('PUT', `/studies/${id}/note`, { note: text })
              onChange()
            }}
          />
        )}
        <dl class="facts">
          {facts.map(([label, text]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section class="card" aria-label="Take it along">
        <h2>Take it along</h2>
        <p>
          <a href={`/api/studies/${id}/report`} target="_blank" rel="noreferrer">
            The report
          </a>
          : one page with all charts, to save, print or send.
        </p>
        <p>
          All trials as{' '}
          <a href={`/api/studies/${id}/export?format=csv`} download>
            CSV
          </a>{' '}
          or{' '}
          <a href={`/api/studies/${id}/export?format=json`} download>
            JSON
          </a>
          .
        </p>
        {about?.readOnly === false && <DeleteStudy id={id} name={name} onToast={onToast} />}
      </section>
    </div>
  )
}

function rangeText({ kind, low, high, choices }: SpaceParam): string {
  return kind === 'categorical'
    ? (choices ?? []).map((choice) => valueText(choice)).join(', ')
    : `${valueText(low)} to ${valueText(high)}`
}

function DeleteStudy({ id, name, onToast }: { id: number; name: string; onToast: (toast: Toast) => void }) {
  const [typed, setTyped] = useState<string>()
  const [problem, setProblem] = useState<Error>()
  async function remove() {
    try {
      await send('POST', `/studies/${id}/delete`, { name })
      const undo = () =>
        send('POST', `/studies/${id}/undelete`, {}).then(
          () => {
            onToast({ words: `${nameText(name)} is kept.` })
            go(`/studies/${id}`)
          },
          (error: Error) => onToast({ words: error.message }),
        )
      onToast({
        words: `${nameText(name)} is deleted in ten seconds.`,
        action: { label: 'Undo', run: () => void undo() },
      })
      go('/')
    } catch (error) {
      setProblem(error as Error)
    }
  }
  if (typed === undefined) {
    return (
      <button type="button" class="danger" onClick={() => setTyped('')}>
        Delete the study…
      </button>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void remove()
      }}
    >
      <label>
        Type <strong>{nameText(name)}</strong> to delete it with all its trials{' '}
        <input value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <div class="row">
        <button type="submit" class="danger" disabled={typed !== nameText(name)}>
          Delete
        </button>
        <button type="button" class="quiet" onClick={() => setTyped(undefined)}>
          Keep it
        </button>
      </div>
      {problem && <Problem error={problem} />}
    </form>
  )
}
