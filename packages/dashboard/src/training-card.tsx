import { numberText } from 'diapason/charts'
import type { FullTrial, Study } from './api.ts'
import { Scroll } from './parts.tsx'
import { goalText, spanText, tookText } from './texts.ts'
import { TrialState } from './trial-state.tsx'

/** The trials that one configuration was trained in, one after the other; nothing where there is one alone. */
export function TrainingCard({ study, trial }: { study: Study; trial: FullTrial }) {
  const { training } = trial
  if (training === null) return null
  const { parts } = training
  const unit = study.savings?.unit ?? 'step'
  const goal = study.goals[0]?.name ?? 'value'
  const took = parts.reduce(
    (sum, { startedAt, finishedAt }) => sum + (startedAt === null || finishedAt === null ? 0 : finishedAt - startedAt),
    0,
  )
  return (
    <section class="card wide" aria-label="One training in parts">
      <h2>One training in {parts.length} trials</h2>
      <Scroll label="Parts of the training" tall>
        <table>
          <thead>
            <tr>
              <th scope="col">trial</th>
              <th scope="col">state</th>
              <th scope="col">from {unit}</th>
              <th scope="col">to</th>
              <th scope="col">{goal}</th>
              <th scope="col">took</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part.number}>
                <td>
                  {part.number === trial.number ? (
                    <strong>{part.number}</strong>
                  ) : (
                    <a href={`/studies/${study.id}/trials/${part.number}`}>{part.number}</a>
                  )}
                </td>
                <td>
                  <TrialState id={study.id} trial={{ ...part, continues: null, continuedBy: null }} />
                </td>
                <td>{part.continues === null ? 'the beginning' : numberText(part.continues.step)}</td>
                <td>{part.last ? numberText(part.last[0]) : '–'}</td>
                <td>{goalText(part, goal, true)}</td>
                <td>{tookText(part)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="note">
        {spanText(took)} in all. Charts, importance and the forecast take the parts for one training, under the number
        of the last.
      </p>
    </section>
  )
}
