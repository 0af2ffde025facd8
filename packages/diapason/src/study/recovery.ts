import type { RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import { replacedBy } from './ledger.ts'
import { FEW_RUNNING } from './reading-pace.ts'
import type { StudyCore } from './study-core.ts'
import { ATTR } from './study-parts.ts'
import { successorOf } from './successor.ts'
import { SUSPECT, type Suspicion } from './suspicion.ts'

/** Silence after which a worker counts as lost where it did not say otherwise, in milliseconds. */
export const DEFAULT_LEASE_MS = 60_000
/** Optuna beats as seldom as its users like, and nobody else can tell how seldom. */
const FOREIGN_GRACE_MS = 600_000
/** How long the trainings of a process that has ended may take to notice, in milliseconds. */
export const ENDING_MS = 800
/** How long the worker of a running trial may be silent; undefined where it sends no heartbeats that we know of. */
export function leaseOf(trial: TrialRecord): number | undefined {
  const lease = trial.systemAttrs[ATTR.lease]
  return typeof lease === 'number' ? lease : undefined
}

/**
 * False for a trial that Optuna queued again and runs: what it says of worker and lease is a copy of the attempt before. Who claims a trial here
 * says when.
 */
function saysItself(trial: TrialRecord, trials: readonly TrialRecord[]): boolean {
  const earlier = trials[replacedBy(trial).at(-1) ?? Number.NaN]
  if (earlier === undefined) return true
  const claimedAt = trial.systemAttrs[ATTR.claimedAt]
  return claimedAt !== undefined && claimedAt !== earlier.systemAttrs[ATTR.claimedAt]
}

/**
 * Fails running trials whose worker has ended and queues their configurations again.
 * A worker has ended where the storage can tell (same host, no such process) or its heartbeat has stopped.
 * @param suspicion for who looks several times in a lease; without it one look at the heartbeats is believed
 */
export async function recoverLostTrials<P>(study: StudyCore<P>, suspicion?: Suspicion): Promise<void> {
  const known = runningElsewhere(study)
  // Whether any is silent is one short question; to read all that run, each time that somebody looks, is dear where many do.
  if (known.length > FEW_RUNNING && !known.some((trial) => isOfGoneWorker(study, trial))) {
    const silentMs = shortestLease(known) * (suspicion === undefined ? 1 : SUSPECT)
    if ((await study.parts.storage.staleTrials(study.parts.record.id, silentMs)).length === 0) {
      suspicion?.clear()
      return
    }
  }
  await study.refresh()
  const running = runningElsewhere(study)
  if (running.length === 0) return
  const gone = new Set(running.filter((trial) => isOfGoneWorker(study, trial)).map(({ id }) => id))
  if (gone.size > 0) await new Promise((resolve) => setTimeout(resolve, ENDING_MS))
  const silent = await silentTrials(study, running, suspicion)
  for (const trial of running) {
    if (!gone.has(trial.id) && !silent.has(trial.id)) continue
    const worker = trial.systemAttrs[ATTR.worker]
    const who = typeof worker === 'string' ? `worker ${worker}` : 'its worker'
    const outcome = { state: 'failed', reason: `${who} ended before the trial did` } as const
    await study.parts.storage.finish(trial.id, outcome, successorOf(trial, 'lost'))
  }
  await study.refresh()
}

function runningElsewhere<P>(study: StudyCore<P>): readonly RunningTrial[] {
  return study.trials.filter((trial) => trial.state === 'running' && !study.held.has(trial.number)) as RunningTrial[]
}

function shortestLease(trials: readonly RunningTrial[]): number {
  return Math.min(...trials.map((trial) => leaseOf(trial) ?? FOREIGN_GRACE_MS))
}

function isOfGoneWorker<P>({ parts, trials }: StudyCore<P>, trial: RunningTrial): boolean {
  const worker = trial.systemAttrs[ATTR.worker]
  return typeof worker === 'string' && saysItself(trial, trials) && (parts.storage.worker?.isGone(worker) ?? false)
}

/** The ids of those that have been silent for longer than their lease. */
async function silentTrials<P>(
  study: StudyCore<P>,
  running: readonly RunningTrial[],
  suspicion: Suspicion | undefined,
): Promise<ReadonlySet<number>> {
  const { storage, record } = study.parts
  const leaseIn = (trial: RunningTrial) => (saysItself(trial, study.trials) ? leaseOf(trial) : undefined)
  const silent = new Set<number>()
  const graces = new Map(running.map((trial) => [trial.id, leaseIn(trial) ?? FOREIGN_GRACE_MS]))
  for (const graceMs of new Set(graces.values())) {
    const stale = async (silentMs: number) =>
      (await storage.staleTrials(record.id, silentMs)).filter((id) => graces.get(id) === graceMs)
    // How seldom others beat is not known: a look in between may miss them.
    const isOurs = graceMs !== FOREIGN_GRACE_MS
    const lost = suspicion === undefined || !isOurs ? stale(graceMs) : suspicion.lost(graceMs, stale)
    for (const id of await lost) silent.add(id)
  }
  return silent
}
