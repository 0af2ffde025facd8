import { type Curve, curvesChart, numberText } from 'diapason/charts'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { type FullTrial, type Study, send, type Value } from './api.ts'
import { ChartFrame } from './chart-frame.tsx'
import { FilesCard } from './files-card.tsx'
import { useAsk, useVersion } from './hooks.ts'
import { NoteField, PathText, Problem, Scroll, type Toast } from './parts.tsx'
import { goalText, nameText, timeText, tookText, valueText } from './texts.ts'
import { TrainingCard } from './training-card.tsx'
import { TrialState } from './trial-state.tsx'

/** One trial: its parameters beside the best and the default, its curve, what became of it, and what to try from here. */
export function TrialPage({ id, number, onToast }: { id: number; number: number; onToast: (toast: Toast) => void }) {
  const { version } = useVersion(id)
  const { data: study } = useAsk<Study>(`/studies/${id}`, version)
  const { data: trial, error, again } = useAsk<FullTrial>(`/studies/${id}/trials/${number}`, version)
  const { data: about } = useAsk<{ readOnly: boolean }>('/about')
  useEffect(() => {
    document.title = `Trial ${number} · Diapason`
  }, [number])
  if (error && !trial) return <Problem error={error} />
  if (!trial || !study) return <p class="pending">…</p>
  const last = trial.reports[trial.reports.length - 1] ?? null
  const row = { ...trial, last }
  return (
    <>
      <header class="page-head">
        <nav aria-label="Where you are">
          <a href="/">Studies</a> / <a href={`/studies/${id}`}>{nameText(study.name)}</a> /{' '}
          <a href={`/studies/${id}/trials`}>Trials</a>
        </nav>
        <h1>Trial {number}</h1>
        <p>
          <TrialState id={id} trial={trial} />{' '}
          {study.goals.map(({ name }, g) => (
            <span key={name} class="pair">
              {name} <strong>{goalText(row, name, g === 0)}</strong>
            </span>
          ))}
        </p>
        <p class="faint">
          {trial.startedAt === null
            ? 'not started yet'
            : `started ${timeText(trial.startedAt)}, took ${tookText(trial)}`}
          {trial.worker !== null && `, by ${trial.worker}`}
        </p>
      </header>
      {trial.reason !== null && (
        <section>
          <h2>{trial.state === 'failed' ? 'Why it failed' : 'Why it was stopped early'}</h2>
          <pre class="reason">{trial.reason}</pre>
        </section>
      )}
      <div class="cards">
        <ParamsCard study={study} trial={trial} readOnly={about?.readOnly ?? true} onToast={onToast} />
        {trial.reports.length > 0 && <CurveCard study={study} trial={trial} />}
        <TrainingCard study={study} trial={trial} />
        <ConstraintsCard trial={trial} />
        <FilesCard id={id} number={number} version={version} />
        <section class="card" aria-label="Note">
          <h2>Note</h2>
          {about?.readOnly ? (
            <p class="note-text">{trial.note || 'None.'}</p>
          ) : (
            <NoteField
              note={trial.note}
              label="note"
              onSave={async (note) => {
                await send('PUT', `/studies/${id}/trials/${number}/note`, { note })
                again()
              }}
            />
          )}
          {Object.keys(trial.userAttrs).length > 0 && (
            <>
              <h2>Attributes</h2>
              <dl class="facts">
                {Object.entries(trial.userAttrs).map(([key, value]) => (
                  <div key={key}>
                    <dt>{key}</dt>
                    <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </section>
      </div>
    </>
  )
}

interface ParamsCardProps {
  readonly study: Study
  readonly trial: FullTrial
  readonly readOnly: boolean
  readonly onToast: (toast: Toast) => void
}

function ParamsCard({ study, trial, readOnly, onToast }: ParamsCardProps) {
  const [changed, setChanged] = useState<Readonly<Record<string, string>>>()
  const [problem, setProblem] = useState<Error>()
  const held = trial.state === 'waiting' ? (trial.fixedParams ?? {}) : trial.params
  const best = study.goals.length === 1 ? study.best[0]?.params : undefined
  const usual = study.defaults ?? study.default?.params
  const paths = study.space
    .map(({ path }) => path)
    .filter((path) => held[path] !== undefined || best?.[path] !== undefined)

  async function enqueue() {
    try {
      const params = Object.fromEntries(
        Object.entries(held).map(([path, value]) => [path, parsed(changed?.[path], value)]),
      )
      const { number } = await send<{ number: number }>('POST', `/studies/${study.id}/enqueue`, { params })
      setChanged(undefined)
      setProblem(undefined)
      onToast({ words: `Queued as trial ${number}: whoever runs the study next takes it first.` })
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <section class="card" aria-label="Parameters">
      <header class="card-head">
        <h2>Parameters</h2>
        {!readOnly && changed === undefined && Object.keys(held).length > 0 && (
          <button type="button" class="quiet" onClick={() => setChanged({})}>
            Run this again, or with a change
          </button>
        )}
      </header>
      <Scroll label="Table of parameters" tall>
        <table class="params">
          <thead>
            <tr>
              <th scope="col">parameter</th>
              <th scope="col">this trial</th>
              {best && <th scope="col">best</th>}
              {usual && <th scope="col">default</th>}
            </tr>
          </thead>
          <tbody>
            {paths.map((path) => (
              <tr key={path}>
                <td>
                  <PathText path={path} />
                </td>
                <td>
                  {changed !== undefined && held[path] !== undefined ? (
                    <input
                      aria-label={path}
                      value={changed[path] ?? String(held[path])}
                      onInput={(event) => setChanged({ ...changed, [path]: event.currentTarget.value })}
                    />
                  ) : (
                    valueText(held[path])
                  )}
                </td>
                {best && <td class={best[path] === held[path] ? 'faint' : undefined}>{valueText(best[path])}</td>}
                {usual && <td class={usual[path] === held[path] ? 'faint' : undefined}>{valueText(usual[path])}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {changed !== undefined && (
        <div class="row">
          <button type="button" onClick={() => void enqueue()}>
            Queue it
          </button>
          <button type="button" class="quiet" onClick={() => setChanged(undefined)}>
            Cancel
          </button>
        </div>
      )}
      {problem && <Problem error={problem} />}
    </section>
  )
}

/** What was typed, as a value of the type that was there. */
function parsed(typed: string | undefined, before: Value): Value {
  if (typed === undefined) return before
  if (typeof before === 'number') return typed.trim() === '' ? Number.NaN : Number(typed)
  if (typeof before === 'boolean') return typed.trim() === 'true'
  return before === null && typed === 'null' ? null : typed
}

/** By how much constraints are broken. */
function ConstraintsCard({ trial: { constraints } }: { trial: FullTrial }) {
  const entries = Object.entries(constraints)
  if (entries.length === 0) return null
  return (
    <section class="card" aria-label="Constraints">
      <h2>Constraints</h2>
      <dl class="facts">
        {entries.map(([name, excess]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{excess <= 0 ? `kept, ${numberText(-excess, 4)} to spare` : `broken by ${numberText(excess, 4)}`}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Of a training in parts the whole curve, whichever of them is looked at. */
function curveOf({ number, state, reports, training }: FullTrial): Curve {
  if (training === null) return { number, state, points: reports }
  const latest = training.parts.at(-1)
  return {
    number: latest?.number ?? number,
    state: latest?.state ?? state,
    points: training.reports,
    pauses: training.pauses,
  }
}

function CurveCard({ study, trial }: { study: Study; trial: FullTrial }) {
  const goal = study.goals[0]
  const unit = study.savings?.unit ?? 'step'
  const draw = useCallback(
    (width: number) =>
      curvesChart(
        {
          goal: goal ?? { name: 'value', direction: 'minimize' },
          unit,
          curves: [curveOf(trial)],
          best: trial.number,
          stops: [],
          paused: 0,
          of: 1,
        },
        { width: Math.max(280, width) },
      ),
    [goal, unit, trial],
  )
  return <ChartFrame kind="curve" draw={draw} trialPath={(number) => `/studies/${study.id}/trials/${number}`} />
}
