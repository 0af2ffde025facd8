import { StudyError } from '../errors.ts'
import { openStorage } from '../storage/open-storage.ts'
import type { NewTrial, Storage, StudySummary } from '../storage/storage.ts'
import { isFinished, type TrialRecord } from '../trial/trial-record.ts'

/** Where a study stands. */
export interface StudyLocation {
  readonly storage: string | Storage
  readonly name: string
}

/** Every study of a storage, with the number of its trials by state. */
export async function listStudies(storage: string | Storage): Promise<readonly StudySummary[]> {
  return withStorage(storage, (open) => open.listStudies())
}

/** Deletes a study with all its trials. @throws {StudyError} where there is none of this name */
export async function deleteStudy({ storage, name }: StudyLocation): Promise<void> {
  await withStorage(storage, async (open) => open.deleteStudy((await existing(open, name)).id))
}

/**
 * Copies a study with all its trials, within a storage or from one to another.
 * @returns the number of trials copied
 * @throws {StudyError} where there is none of this name, or the new name is taken
 */
export async function copyStudy(from: StudyLocation, to: StudyLocation): Promise<number> {
  return withStorage(from.storage, (source) =>
    withStorage(to.storage, async (target) => {
      const study = await existing(source, from.name)
      const { trials } = await source.readTrials(study.id)
      const copy = await target.createStudy(to.name, study.directions, study.systemAttrs)
      for (const [key, value] of Object.entries(study.userAttrs)) await target.setStudyAttr(copy.id, 'user', key, value)
      for (const trial of trials) await target.createTrial(copy.id, templateOf(trial))
      return trials.length
    }),
  )
}

async function existing(storage: Storage, name: string) {
  const study = await storage.findStudy(name)
  if (study === undefined)
    throw new StudyError(
      `There is no study "${name}" in ${storage.url}`,
      'List them with listStudies or `diapason studies`',
    )
  return study
}

/** What makes a copy of a trial. */
function templateOf(trial: TrialRecord): NewTrial {
  const { params, distributions, reports, userAttrs, systemAttrs, startedAt } = trial
  return {
    state: trial.state,
    params,
    distributions,
    reports,
    userAttrs,
    systemAttrs,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(isFinished(trial) ? { finishedAt: trial.finishedAt } : {}),
    ...('values' in trial ? { values: trial.values } : {}),
    ...('reason' in trial ? { reason: trial.reason } : {}),
  }
}

async function withStorage<T>(storage: string | Storage, use: (open: Storage) => Promise<T>): Promise<T> {
  if (typeof storage !== 'string') return use(storage)
  const open = await openStorage(storage)
  try {
    return await use(open)
  } finally {
    await open.close()
  }
}
