import { memoryCheckpoints } from '../storage/memory-checkpoints.ts'
import type { Checkpoint, CheckpointStore } from '../storage/storage.ts'
import { continuationOf, pausedAt } from '../trial/continuation.ts'
import type { Goal } from '../trial/history.ts'
import { lossOf } from '../trial/ranking.ts'
import { isFinished, lastReport, type TrialRecord } from '../trial/trial-record.ts'
import { parseCount } from './budget.ts'

/** How much may be kept of paused trials. One that has lost its checkpoint may still be promoted; then it is trained anew. */
export interface CheckpointQuota {
  /**
   * A folder that all processes of the study see, wherever they run; the study has one of its own in it. Default: beside the file that
   * keeps the study, or, where no file does, the memory of each process.
   */
  readonly folder?: string
  /** Default 100. */
  readonly maxCount?: number
  /** Default 1e9. */
  readonly maxBytes?: number
}

/** The checkpoints of a study's paused trials, within their quota. */
export interface Checkpoints {
  /** Keeps what a trial that is about to pause goes on from; no state: nothing to keep. Makes room among the others. */
  keep(trial: number, checkpoint: Checkpoint, trials: readonly TrialRecord[]): Promise<void>
  load(trial: number): Promise<Checkpoint | undefined>
  /** The trial was continued to an end, or to its next pause. */
  release(trial: number): Promise<void>
}

/** @throws {OptionError} for a quota that is no whole number */
export function createCheckpoints(
  store: CheckpointStore = memoryCheckpoints(),
  goals: readonly Goal[],
  { maxCount = 100, maxBytes = 1e9 }: Omit<CheckpointQuota, 'folder'> = {},
): Checkpoints {
  const quota = {
    maxCount: parseCount('checkpoints.maxCount', maxCount, 0),
    maxBytes: parseCount('checkpoints.maxBytes', maxBytes, 0),
  }
  return {
    async keep(trial, checkpoint, trials) {
      if (checkpoint.state === undefined) return store.delete(trial)
      await store.save(trial, checkpoint)
      for (const spare of expendable(await store.list(), trials, goals, quota)) await store.delete(spare)
    },
    load: (trial) => store.load(trial),
    release: (trial) => store.delete(trial),
  }
}

/**
 * The trials whose checkpoints nobody needs any more, and those that go first to keep the quota: paused at a lower step, or with
 * a worse value there.
 */
export function expendable(
  entries: readonly { readonly trial: number; readonly bytes: number }[],
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  quota: Required<Omit<CheckpointQuota, 'folder'>>,
): readonly number[] {
  const continuedBy = new Map<number, TrialRecord>()
  for (const trial of trials) {
    const continued = continuationOf(trial)
    if (continued !== undefined) continuedBy.set(continued.trial, trial)
  }
  const direction = goals[0]?.direction ?? 'minimize'
  const known = entries.map(({ trial, bytes }) => {
    const record = trials[trial]
    return { trial, bytes, step: stepOf(record, continuedBy.get(trial)), loss: lossAtPause(record) }
  })
  function lossAtPause(record: TrialRecord | undefined): number {
    return lossOf((record && lastReport(record)?.[1]) ?? Number.NaN, direction)
  }
  known.sort((a, b) => (a.step === b.step ? (a.loss < b.loss ? -1 : 1) : a.step > b.step ? -1 : 1))
  let count = 0
  let bytes = 0
  return known
    .filter((entry) => {
      if (entry.step === UNNEEDED) return true
      count++
      bytes += entry.bytes
      return entry.step < IN_USE && (count > quota.maxCount || bytes > quota.maxBytes)
    })
    .map(({ trial }) => trial)
}

const UNNEEDED = Number.NEGATIVE_INFINITY
const IN_USE = Number.POSITIVE_INFINITY

/** How far a trial had come that may be continued. */
function stepOf(record: TrialRecord | undefined, continuation: TrialRecord | undefined): number {
  // Another process's that we have not heard of, one that is just being paused, or continued.
  const isInUse =
    record === undefined || !isFinished(record) || (continuation !== undefined && !isFinished(continuation))
  if (isInUse) return IN_USE
  return continuation === undefined ? (pausedAt(record) ?? UNNEEDED) : UNNEEDED
}
