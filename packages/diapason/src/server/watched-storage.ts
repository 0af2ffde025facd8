import type { Storage } from '../storage/storage.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'
import { createTrialStore } from './packed-trials.ts'

/** Trials that are read at once; whoever asks meanwhile waits about a tenth of a second. */
export const PAGE = 512

/** A storage as a page looks at one study: trials come a page at a time, in little room. */
export interface WatchedStorage extends Storage {
  /** Changes whenever a trial has. */
  readonly revision: number
}

/** Looks at a storage; all but reading goes straight to it. */
export function watchedStorage(storage: Storage): WatchedStorage {
  const store = createTrialStore()
  /** What unfinished trials looked like when they were read last. */
  const known = new Map<number, string>()
  let revision = 0

  function note(trial: TrialRecord): void {
    const look = `${trial.state} ${trial.reports.length}`
    if (known.get(trial.id) === look) return
    revision++
    if (isFinished(trial)) known.delete(trial.id)
    else known.set(trial.id, look)
  }

  return Object.defineProperties(Object.create(storage), {
    revision: { get: () => revision },
    readTrials: {
      value: async (studyId: number, since: unknown) => {
        const { trials, cursor } = await storage.readTrials(studyId, since, PAGE)
        for (const trial of trials) note(trial)
        return { trials: trials.map(store.pack), cursor }
      },
    },
    // Every other property is the storage's own, by its prototype.
  }) as WatchedStorage
}
