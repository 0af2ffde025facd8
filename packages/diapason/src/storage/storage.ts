import type { Distribution } from '../space/distribution.ts'
import type { ParamValues } from '../space/search-space.ts'
import type { Direction } from '../trial/history.ts'
import type { Attributes, TrialRecord } from '../trial/trial-record.ts'

/** A study as it is stored. Goal names stand in its system attributes (`study:metric_names`). */
export interface StudyRecord {
  readonly id: number
  readonly name: string
  readonly directions: readonly Direction[]
  readonly userAttrs: Attributes
  readonly systemAttrs: Attributes
}

/** One line of a list of studies. */
export interface StudySummary extends StudyRecord {
  readonly counts: { readonly [S in TrialRecord['state']]: number }
  /** Milliseconds since 1970 of the first start, or undefined. */
  readonly startedAt: number | undefined
}

/** What a trial starts with. A finished template imports a trial. */
export interface NewTrial {
  readonly state: TrialRecord['state']
  readonly params?: ParamValues
  readonly distributions?: { readonly [path: string]: Distribution }
  readonly values?: readonly number[]
  readonly reason?: string
  readonly reports?: TrialRecord['reports']
  readonly userAttrs?: Attributes
  readonly systemAttrs?: Attributes
  readonly startedAt?: number
  readonly finishedAt?: number
  /** Starts with a heartbeat, so that its worker is missed from the first moment on (default false). */
  readonly heartbeat?: boolean
}

/** What a waiting trial gets when it is handed out. */
export type TrialStart = Pick<NewTrial, 'systemAttrs' | 'heartbeat'>

/** How a trial ends. A pruned trial's values are its last report, or empty. */
export type Outcome =
  | { readonly state: 'complete'; readonly values: readonly number[] }
  | { readonly state: 'pruned'; readonly values: readonly number[] }
  | { readonly state: 'failed'; readonly reason: string }

/** Whose attributes: people's, or those of Diapason and Optuna. */
export type AttributeKind = 'user' | 'system'

/** A process that runs trials. */
export interface WorkerIdentity {
  /** Such as `host:4711`; stored with each trial it runs. */
  readonly name: string
  /** True only where the named worker has certainly ended (same host, no such process); false when in doubt. */
  isGone(name: string): boolean
}

/** What an objective keeps of a training, to go on from later. */
export interface Checkpoint {
  /** The step it was at. */
  readonly step: number
  /** Whatever the structured clone algorithm takes: numbers, strings, typed arrays, and objects of these. */
  readonly state: unknown
}

/** Keeps the checkpoints of one study's paused trials, by trial number. What `save` acknowledged survives the end of the process, if any can. */
export interface CheckpointStore {
  /** Takes the place of an earlier one of the same trial. */
  save(trial: number, checkpoint: Checkpoint): Promise<void>
  /** Undefined where there is none. */
  load(trial: number): Promise<Checkpoint | undefined>
  /** Nothing happens where there is none. */
  delete(trial: number): Promise<void>
  list(): Promise<readonly { readonly trial: number; readonly bytes: number }[]>
}

/** Where a reader stands; opaque to everybody but the storage that made it. */
export type Cursor = unknown

/**
 * Keeps studies and trials. Many processes may use one storage at once. Everything is acknowledged only once it would
 * survive the end of the process; a method either does the whole step or throws a StorageError that says what to do.
 * Records that were returned never change afterwards.
 *
 * Every implementation passes the suite `describeStorage` of `diapason/testing`.
 */
export interface Storage {
  /** As a person would write it, passwords masked: `memory`, `sqlite:tuning.db`, `postgresql://tune:***@db/tuning`. */
  readonly url: string
  /** Who writes here, where the storage can tell; absent: heartbeats alone tell the living from the dead. */
  readonly worker?: WorkerIdentity
  /** Where the checkpoints of a study go; absent: into the memory of each process. */
  checkpoints?(studyId: number): CheckpointStore

  /** @throws {StudyError} where the name is taken */
  createStudy(name: string, directions: readonly Direction[], systemAttrs?: Attributes): Promise<StudyRecord>
  /** Undefined where there is none of this name. */
  findStudy(name: string): Promise<StudyRecord | undefined>
  /** By ascending id. */
  listStudies(): Promise<readonly StudySummary[]>
  /** Deletes a study with all its trials. @throws {StudyError} where there is none */
  deleteStudy(studyId: number): Promise<void>
  setStudyAttr(studyId: number, kind: AttributeKind, key: string, value: unknown): Promise<void>

  /**
   * Appends a trial and gives it the next number.
   * @param limit create nothing and return undefined where the study already holds so many trials (default: no limit)
   */
  createTrial(studyId: number, trial: NewTrial, limit?: number): Promise<TrialRecord | undefined>
  /** Takes the waiting trial with the smallest number and sets it running; undefined where none waits. Never gives one out twice. */
  claimWaiting(studyId: number, start?: TrialStart): Promise<TrialRecord | undefined>
  /**
   * Adds parameters to a running trial, in the order given.
   * @throws {SpaceError} where a distribution does not fit what earlier trials stored under the name; nothing is written then
   */
  setParams(
    trialId: number,
    params: ParamValues,
    distributions: { readonly [path: string]: Distribution },
  ): Promise<void>
  /** Stores a report of a running trial; the first value of a step stays. */
  report(trialId: number, step: number, value: number): Promise<void>
  /** @throws {StudyError} where the trial is finished already */
  setTrialAttr(trialId: number, kind: AttributeKind, key: string, value: unknown): Promise<void>
  /**
   * Ends a waiting or running trial. False, and nothing is written, where it is finished already.
   * @param successor a trial that takes its place, created in the same step: both happen or neither
   */
  finish(trialId: number, outcome: Outcome, successor?: NewTrial): Promise<boolean>

  /**
   * Every trial of the study that is new or may have changed since the cursor, by ascending number, and the next cursor.
   * Without a cursor: all trials. Records of finished trials are returned once.
   * @param limit about so many new trials are enough, the next call goes on from there; a storage may return more
   */
  readTrials(
    studyId: number,
    since?: Cursor,
    limit?: number,
  ): Promise<{ readonly trials: readonly TrialRecord[]; readonly cursor: Cursor }>

  /** Marks a running trial as alive, by the storage's clock. */
  heartbeat(trialId: number): Promise<void>
  /** Running trials of the study whose last heartbeat is older than `graceMs` (trials without any heartbeat are left alone). */
  staleTrials(studyId: number, graceMs: number): Promise<readonly number[]>

  close(): Promise<void>
}
