import {
  type ChartData,
  counted,
  countText,
  type Forecast,
  importanceCaption,
  numberText,
  percentText,
} from 'diapason/charts'
import type { ComponentChildren } from 'preact'
import { type BestTrial, chartPath, type Outlook, type Study } from './api.ts'
import { useAsk } from './hooks.ts'
import { bestWords, earnedWords, hourWords, improvingWords, settingText, spanText } from './outlook-words.ts'
import { useQuery } from './route.ts'
import { totalOf, unbroken } from './texts.ts'

/** The questions that people come with, answered in sentences. */
export function InShort({ study }: { study: Study }) {
  const [query] = useQuery()
  const { id, version, goals } = study
  const { data: outlook } = useAsk<Outlook | null>(`/studies/${id}/outlook`, version)
  const { data: chart } = useAsk<ChartData | null>(chartPath(id, 'importance', 0), version)
  const { data: way } = useAsk<ChartData | null>(chartPath(id, 'ablation', 0), version)
  if (!outlook) return null
  const { confirmed, forecast, failures, advice } = outlook
  const isSingle = goals.length === 1
  const hasEnded = study.counts.complete + study.counts.pruned + study.counts.failed > 0
  const isFiltered = query.has('range')
  return (
    <section class="card wide in-short" aria-label="In short">
      <h2>In short</h2>
      {isFiltered && (
        <p class="note">
          Of the whole study, all {countText(totalOf(study.counts))} trials: the filters do not reach these answers.
        </p>
      )}
      <dl>
        {chart?.kind === 'importance' && (
          <Answer to="What matters most?">
            {unbroken(importanceCaption(chart.data))}
            {way?.kind === 'ablation' && ` ${unbroken(earnedWords(way.data))}`}
          </Answer>
        )}
        {isSingle && forecast && (
          <Answer to="Is it still improving?">{improvingWords(forecast, confirmed?.noise)}</Answer>
        )}
        {isSingle && study.best[0] !== undefined && (
          <Answer to="What is the best, and how sure is that?">
            {unbroken(bestWords(study, confirmed))}
            <Setting study={study} number={confirmed?.number ?? study.best[0].number} />
          </Answer>
        )}
        {hasEnded && (
          <Answer to="What failed, and why?">
            {failures.length === 0
              ? `Nothing.${prunedWords(study)}`
              : failures.map(({ reason, count, latest }) => (
                  <span key={latest} class="failure">
                    {count} × <code>{reason}</code>, last in{' '}
                    <a href={`/studies/${id}/trials/${latest}`}>trial {latest}</a>
                  </span>
                ))}
          </Answer>
        )}
        {isSingle && forecast && (
          <Answer to="What would one more hour bring?">
            {unbroken(hourWords(forecast))}
            <Spans forecast={forecast} />
          </Answer>
        )}
        {advice.length > 0 && (
          <Answer to="What might be done?">
            <ul>
              {advice.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          </Answer>
        )}
      </dl>
    </section>
  )
}

const prunedWords = ({ counts: { pruned } }: Study): string =>
  pruned === 0
    ? ''
    : ` ${counted(pruned, 'trial')} ${pruned === 1 ? 'was' : 'were'} stopped early, which is no failure.`

/** The parameters of a trial in a line, and the way to it. */
function Setting({ study: { id, version, best }, number }: { study: Study; number: number }) {
  const held = best.find((trial) => trial.number === number)
  const { data } = useAsk<BestTrial>(held === undefined ? `/studies/${id}/trials/${number}` : undefined, version)
  const trial = held ?? data
  return (
    <span class="setting">
      {trial && `${settingText(trial.params)} `}
      <a href={`/studies/${id}/trials/${number}`}>trial {number}</a>
    </span>
  )
}

function Answer({ to, children }: { to: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{to}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Other spans of time than an hour. */
function Spans({ forecast: { steps, goal } }: { forecast: Forecast }) {
  return (
    <details>
      <summary>Other spans of time</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">more time</th>
            <th scope="col">trials</th>
            <th scope="col">chance of a better one</th>
            <th scope="col">likely gain in {goal.name}</th>
            <th scope="col">one time in ten at least</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ hours, trials, chance, likely, lucky }) => (
            <tr key={hours}>
              <td>{spanText(hours)}</td>
              <td>{numberText(trials)}</td>
              <td>{percentText(chance)}</td>
              <td>{likely === undefined ? '–' : numberText(likely, 2)}</td>
              <td>{lucky === undefined ? '–' : numberText(lucky, 2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** By which method trials were proposed, and from when on. */
export function MethodTimeline({ study }: { study: Study }) {
  const { data: outlook } = useAsk<Outlook | null>(`/studies/${study.id}/outlook`, study.version)
  if (!outlook || outlook.methods.length === 0) return null
  return (
    <section class="card wide" aria-label="How trials were chosen">
      <h2>How trials were chosen</h2>
      <ol class="methods">
        {outlook.methods.map(({ number, sentence }) => (
          <li key={number} class="method">
            <a href={`/studies/${study.id}/trials/${number}`}>from trial {number}</a>
            <span>{sentence}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
