import type { Cursor, NewTrial, Storage } from '../storage/storage.ts'
import type { TrialRecord } from '../trial/trial-record.ts'

/** The storage of the running test. */
export interface StorageFixture {
  readonly storage: () => Storage
  /** A second storage over the same data, or the first where it cannot be opened twice. */
  readonly second: () => Promise<Storage>
}

export async function newStudy(storage: Storage, name = 'study'): Promise<number> {
  return (await storage.createStudy(name, ['minimize'])).id
}

export async function newTrial(
  storage: Storage,
  studyId: number,
  template: NewTrial = { state: 'running' },
): Promise<TrialRecord> {
  const trial = await storage.createTrial(studyId, template)
  if (trial === undefined) throw new Error('a study without a limit took no trial')
  return trial
}

export async function readAll(storage: Storage, studyId: number): Promise<readonly TrialRecord[]> {
  return (await storage.readTrials(studyId)).trials
}

/** The id of a new running trial. */
export async function running(storage: Storage, studyId: number): Promise<number> {
  return (await newTrial(storage, studyId)).id
}

/** How many trials each reading gives, to the first that gives none. */
export async function pageSizes(storage: Storage, studyId: number, limit: number): Promise<number[]> {
  const sizes: number[] = []
  let cursor: Cursor
  do {
    const page = await storage.readTrials(studyId, cursor, limit)
    cursor = page.cursor
    sizes.push(page.trials.length)
  } while ((sizes.at(-1) ?? 0) > 0)
  return sizes
}
