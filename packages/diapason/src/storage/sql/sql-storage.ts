import type { Storage } from '../storage.ts'
import type { SqlDriver } from './driver.ts'
import { newFirstDistributions } from './first-distributions.ts'
import { newTrialReader } from './reader.ts'
import type { SqlParts } from './sql-parts.ts'
import { studyStatements } from './study-statements.ts'
import { studySteps } from './study-steps.ts'
import { trialStatements } from './trial-statements.ts'
import { trialSteps } from './trial-steps.ts'
import { newWriteLog } from './write-log.ts'

/**
 * Keeps studies in Optuna's tables, in any database that has a driver. Its tables must exist.
 * @param now the clock that stamps starts and ends, milliseconds since 1970
 */
export function sqlStorage(driver: SqlDriver, now: () => number = Date.now): Storage {
  return storageOf(sqlParts(driver, now))
}

/** What the steps share; for databases that take some steps in their own way. */
export function sqlParts(driver: SqlDriver, now: () => number = Date.now): SqlParts {
  const studies = studyStatements(driver.dialect)
  const trials = trialStatements(driver.dialect)
  const log = newWriteLog()
  const reader = newTrialReader(studies, trials, log)
  const firsts = newFirstDistributions(trials, reader)
  return { driver, studies, trials, reader, log, firsts, now }
}

/** The storage on parts from {@link sqlParts}. */
export function storageOf(parts: SqlParts): Storage {
  const { driver, reader } = parts
  return {
    url: driver.url,
    ...studySteps(parts),
    ...trialSteps(parts),
    readTrials: (studyId, since, limit) =>
      driver.transaction('read', (session) => reader.read(session, studyId, since, limit)),
    close: () => driver.close(),
  }
}
