import type { Pruner } from '../pruners/pruner.ts'
import type { TrialStart } from '../storage/storage.ts'
import { pausedAt } from '../trial/continuation.ts'
import type { History } from '../trial/history.ts'
import type { RunningTrial, TrialRecord } from '../trial/trial-record.ts'
import type { Ledger } from './ledger.ts'
import { continuing, lastTrialOf } from './promotions.ts'
import { ATTR, type StudyParts } from './study-parts.ts'

/** On what terms trials are taken. */
export interface TakeTerms {
  /** Heartbeats will come: a silence of so many milliseconds means that the trial is lost. */
  readonly leaseMs?: number
  /** Trials that the study shall hold in all, without those that others have replaced. */
  readonly total?: number
  /** How long ago the study may have been read, in milliseconds (default 0: it is read again). */
  readonly freshMs?: number
  /** Continue paused trials, begin nothing (default false). */
  readonly promotionsOnly?: boolean
}

/** What of a study decides which trial is run next. */
interface TrialSource<P> {
  readonly parts: StudyParts<P>
  readonly ledger: Ledger
  readonly pruner: Pruner
  history(): History
  refresh(): Promise<void>
}

/** Up to `count` trials, running now: queued ones first, then paused ones that are promoted, then new ones. */
export async function openTrials<P>(study: TrialSource<P>, count: number, terms: TakeTerms): Promise<RunningTrial[]> {
  const { storage, record: stored } = study.parts
  const { ledger } = study
  const { total, promotionsOnly = false } = terms
  const start = startOf(study.parts, terms)
  const records: RunningTrial[] = []
  while (records.length < count) {
    const isFull = promotionsOnly || (total !== undefined && ledger.counted + ledger.running >= total)
    const record =
      (ledger.hasWaiting && !isFull ? await storage.claimWaiting(stored.id, claimed(start)) : undefined) ??
      (await promote(study, start, isFull)) ??
      (isFull ? undefined : ((await begin(study, start, total)) ?? (await promote(study, start, true))))
    if (record?.state !== 'running') break
    ledger.put(record)
    records.push(record)
  }
  // Trials that others created before ours must be known: the first unfixed one takes the defaults, and so on.
  const { trials } = ledger
  if (records.some(({ number }) => trials.length < number || trials[number - 1] === undefined)) await study.refresh()
  return records
}

function startOf<P>({ storage }: StudyParts<P>, { leaseMs }: TakeTerms): TrialStart {
  return {
    systemAttrs: {
      ...(storage.worker === undefined ? {} : { [ATTR.worker]: storage.worker.name }),
      ...(leaseMs === undefined ? {} : { [ATTR.lease]: leaseMs }),
    },
    heartbeat: leaseMs !== undefined,
  }
}

/** Tells this claim from earlier attempts, whose attributes a trial that Optuna queues again carries along. */
function claimed(start: TrialStart): TrialStart {
  return { ...start, systemAttrs: { ...start.systemAttrs, [ATTR.claimedAt]: Date.now() } }
}

/** A new trial, unless the sampler has no further point or the study holds enough. */
async function begin<P>(
  study: TrialSource<P>,
  start: TrialStart,
  total: number | undefined,
): Promise<TrialRecord | undefined> {
  const { storage, sampler, record } = study.parts
  const { trials, replaced } = study.ledger
  const history = study.history()
  const limit = Math.min(
    // The sampler counts configurations, the storage trials.
    (sampler.trialLimit?.(history) ?? Number.POSITIVE_INFINITY) + trials.length - history.trials.length,
    total === undefined ? Number.POSITIVE_INFINITY : total + replaced,
  )
  return storage.createTrial(record.id, { state: 'running', startedAt: Date.now(), ...start }, limit)
}

/** The trial that continues what the pruner promotes, where it does. */
async function promote<P>(study: TrialSource<P>, start: TrialStart, isLast: boolean): Promise<TrialRecord | undefined> {
  const { storage, record } = study.parts
  const { trials } = study.ledger
  for (;;) {
    const promoted = study.pruner.promote?.(study.history(), isLast)
    const paused = promoted === undefined ? undefined : lastTrialOf(trials, promoted)
    const step = paused && pausedAt(paused)
    if (paused === undefined || step === undefined) return undefined
    const known = trials.length
    // Only where nobody has created a trial since we looked: it might be this promotion.
    const created = await storage.createTrial(record.id, continuing(paused, step, start), known + 1)
    if (created !== undefined) return created
    await study.refresh()
    if (trials.length === known) return undefined
  }
}
