import type { TrialRow } from './api.ts'

/** The state of a trial, and which others it is one training with. */
export function TrialState({ id, trial }: { id: number; trial: TrialRow }) {
  const { state, pausedAt, continues, continuedBy, isFeasible } = trial
  const shown = pausedAt === null ? state : 'paused'
  const link = (number: number) => <a href={`/studies/${id}/trials/${number}`}>#{number}</a>
  return (
    <>
      <span class={`state ${shown}`}>{shown}</span>
      {!isFeasible && state === 'complete' && <span class="state failed">breaks a constraint</span>}
      {continues !== null && <span class="faint part">continues {link(continues.trial)}</span>}
      {continuedBy !== null && <span class="faint part">continued as {link(continuedBy)}</span>}
    </>
  )
}
