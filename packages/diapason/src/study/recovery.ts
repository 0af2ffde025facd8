import { FIXED_PARAMS, fixedParams, type RunningTrial } from '../trial/trial-record.ts'
import type { StudyCore } from './study-core.ts'
import { ATTR } from './study-parts.ts'

/** Silence after which a worker counts as lost, in milliseconds; heartbeats come every quarter of it. */
export const HEARTBEAT_GRACE_MS = 60_000
/** How often one configuration may lose its worker and be queued again: it may be what kills them. */
export const MAX_LOSSES = 3

/**
 * Fails running trials whose worker has ended and queues their configurations again.
 * A worker has ended where the storage can tell (same host, no such process) or its heartbeat has stopped.
 */
export async function recoverLostTrials<P>(study: StudyCore<P>): Promise<void> {
  await study.refresh()
  const running = study.trials.filter(
    (trial) => trial.state === 'running' && !study.held.has(trial.number),
  ) as RunningTrial[]
  if (running.length === 0) return
  const stale = new Set(await study.parts.storage.staleTrials(study.parts.record.id, HEARTBEAT_GRACE_MS))
  for (const trial of running) {
    const worker = trial.systemAttrs[ATTR.worker]
    const isGone = typeof worker === 'string' && (study.parts.storage.worker?.isGone(worker) ?? false)
    if (!isGone && !stale.has(trial.id)) continue
    const who = typeof worker === 'string' ? `worker ${worker}` : 'its worker'
    if (await study.parts.storage.finish(trial.id, { state: 'failed', reason: `${who} ended before the trial did` }))
      await requeue(study, trial, 'lost')
  }
  await study.refresh()
}

/**
 * Queues the configuration of a trial that did not come to its end.
 * @param why `interrupted`: somebody stopped the run, which is no fault of the trial and may happen any number of times;
 *   `lost`: its worker died under it, which is counted
 */
export async function requeue<P>(study: StudyCore<P>, trial: RunningTrial, why: 'interrupted' | 'lost'): Promise<void> {
  const { systemAttrs, userAttrs } = trial
  const earlier = systemAttrs[ATTR.retryHistory]
  const history = [...(Array.isArray(earlier) ? earlier : []), trial.number]
  const losses = Number(systemAttrs[ATTR.losses] ?? 0) + (why === 'lost' ? 1 : 0)
  const params = Object.keys(trial.params).length > 0 ? trial.params : fixedParams(trial)
  if (losses > MAX_LOSSES || params === undefined) return
  await study.add({
    state: 'waiting',
    userAttrs,
    systemAttrs: {
      [FIXED_PARAMS]: params,
      [ATTR.failedTrial]: history[0],
      [ATTR.retryHistory]: history,
      ...(losses === 0 ? {} : { [ATTR.losses]: losses }),
      // A default that was interrupted is still the default.
      ...(systemAttrs[ATTR.origin] === undefined ? {} : { [ATTR.origin]: systemAttrs[ATTR.origin] }),
    },
  })
}
