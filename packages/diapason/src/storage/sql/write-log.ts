/**
 * Which trials this connection has written to. Together with the database's sign that nobody else has written
 * ({@link Session.foreignWrites}) it tells a reader which trials cannot have changed.
 * Notes may be taken for writes that were undone in the end; a reader then looks once too often.
 */
export interface WriteLog {
  /** How many writes so far; a reader's place. */
  readonly count: number
  note(trialId: number): void
  noteCreated(studyId: number, trialId: number): void
  /** Has the trial been written to since? */
  changedSince(trialId: number, count: number): boolean
  /** Has the study got a trial since? */
  grownSince(studyId: number, count: number): boolean
}

export function newWriteLog(): WriteLog {
  let count = 0
  const trials = new Map<number, number>()
  const studies = new Map<number, number>()
  return {
    get count() {
      return count
    },
    note(trialId) {
      trials.set(trialId, ++count)
    },
    noteCreated(studyId, trialId) {
      trials.set(trialId, ++count)
      studies.set(studyId, count)
    },
    changedSince: (trialId, since) => (trials.get(trialId) ?? 0) > since,
    grownSince: (studyId, since) => (studies.get(studyId) ?? 0) > since,
  }
}
