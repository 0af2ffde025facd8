import { comparisonChart, comparisonWords, type StudyComparison } from 'diapason/charts'
import { useCallback, useEffect } from 'preact/hooks'
import type { StudySummary } from './api.ts'
import { ChartFrame } from './chart-frame.tsx'
import { useAsk } from './hooks.ts'
import { Choice, PathText, Problem, Scroll } from './parts.tsx'
import { useQuery } from './route.ts'
import { goalsText, nameText, unbroken, valueText } from './texts.ts'

type Comparison = StudyComparison & { readonly ids: readonly number[] }

const REFRESH_MS = 5000
const MOST_STUDIES = 6

/** Studies that share a goal, side by side: `/compare?study=1&study=2`. */
export function ComparePage() {
  const [query, setQuery] = useQuery()
  const ids = query.getAll('study')
  const goal = query.get('goal')
  const { data: studies, error: listError } = useAsk<readonly StudySummary[]>('/studies')
  const asked = new URLSearchParams([...ids.map((id) => ['study', id]), ...(goal === null ? [] : [['goal', goal]])])
  const { data, error, again } = useAsk<Comparison>(ids.length < 2 ? undefined : `/compare?${asked}`)
  useEffect(() => {
    const timer = setInterval(again, REFRESH_MS)
    return () => clearInterval(timer)
  }, [again])
  useEffect(() => {
    document.title = 'Compare · Diapason'
  }, [])
  const goals = studies?.find(({ id }) => String(id) === ids[0])?.goals ?? []
  return (
    <>
      <header class="page-head">
        <nav aria-label="Where you are">
          <a href="/">Studies</a>
        </nav>
        <h1>Compare studies</h1>
        <p class="faint">Is one better than another, and how sure is that? Each is held against the first chosen.</p>
      </header>
      {listError && <Problem error={listError} />}
      <Picker studies={studies ?? []} ids={ids} onChange={(study) => setQuery({ study, goal: [] })} />
      {goals.length > 1 && (
        <div class="row">
          <span class="faint">By</span>
          <Choice
            label="Goal"
            value={goal ?? goals[0]?.name ?? ''}
            options={goals.map(({ name }) => name)}
            onChoose={(name) => setQuery({ goal: [name] })}
          />
        </div>
      )}
      {error && <Problem error={error} />}
      {ids.length < 2 && <p class="hint">Choose two studies or more that share a goal.</p>}
      {data && <Result data={data} />}
      {data && <ReportLink ids={data.ids} goal={goal} />}
    </>
  )
}

function Picker({
  studies,
  ids,
  onChange,
}: {
  studies: readonly StudySummary[]
  ids: readonly string[]
  onChange: (ids: readonly string[]) => void
}) {
  const first = studies.find(({ id }) => String(id) === ids[0])
  const fits = (study: StudySummary) =>
    first === undefined ||
    study.goals.some((goal) =>
      first.goals.some(({ name, direction }) => goal.name === name && goal.direction === direction),
    )
  return (
    <fieldset class="picker">
      <legend class="hidden">Studies to compare</legend>
      {studies.toReversed().map((study) => {
        const id = String(study.id)
        const isChosen = ids.includes(id)
        return (
          <label key={id} class="chip">
            <input
              type="checkbox"
              checked={isChosen}
              disabled={!isChosen && (ids.length >= MOST_STUDIES || !fits(study))}
              onChange={() => onChange(isChosen ? ids.filter((each) => each !== id) : [...ids, id])}
            />
            <span>
              {nameText(study.name)}{' '}
              <span class="faint">
                {goalsText(study.goals)}
                {!isChosen && !fits(study) && '; shares no goal with the first chosen'}
              </span>
            </span>
          </label>
        )
      })}
    </fieldset>
  )
}

function Result({ data }: { data: Comparison }) {
  const draw = useCallback((width: number) => comparisonChart(data, { width: Math.max(280, width) }), [data])
  return (
    <>
      <section aria-label="Verdict">
        {comparisonWords(data).map((words) => (
          <p key={words} class="verdict">
            {unbroken(words)}
          </p>
        ))}
      </section>
      <div class="cards">
        <ChartFrame kind="comparison" draw={draw} wide />
        <BestConfigurations data={data} />
      </div>
    </>
  )
}

/** The first of the studies as a file, with all of this in it. */
function ReportLink({ ids: [first, ...others], goal }: { ids: readonly number[]; goal: string | null }) {
  const asked = new URLSearchParams([
    ...others.map((id) => ['against', String(id)]),
    ...(goal === null ? [] : [['goal', goal]]),
  ])
  return (
    <p>
      <a href={`/api/studies/${first}/report?${asked}`} target="_blank" rel="noreferrer">
        The report with this comparison
      </a>
      : one page to save, print or send.
    </p>
  )
}

/** What each would have one take. */
function BestConfigurations({ data: { ids, studies } }: { data: Comparison }) {
  const paths = [...new Set(studies.flatMap(({ best }) => Object.keys(best?.params ?? {})))]
  return (
    <section class="card wide" aria-label="Best configurations">
      <h2>Best configurations</h2>
      <Scroll label="Best configurations side by side" tall>
        <table class="params">
          <thead>
            <tr>
              <th scope="col">parameter</th>
              {studies.map(({ name }, i) => (
                <th key={ids[i]} scope="col">
                  <a href={`/studies/${ids[i]}`}>{nameText(name)}</a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <td>trial</td>
              {studies.map(({ best }, i) => (
                <td key={ids[i]}>
                  {best ? <a href={`/studies/${ids[i]}/trials/${best.number}`}>{best.number}</a> : '–'}
                </td>
              ))}
            </tr>
            {paths.map((path) => (
              <tr key={path}>
                <td>
                  <PathText path={path} />
                </td>
                {studies.map(({ best }, i) => (
                  <td key={ids[i]}>{valueText(best?.params[path])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}
