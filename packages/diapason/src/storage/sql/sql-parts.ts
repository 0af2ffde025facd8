import type { SqlDriver } from './driver.ts'
import type { FirstDistributions } from './first-distributions.ts'
import type { TrialReader } from './reader.ts'
import type { StudyStatements } from './study-statements.ts'
import type { TrialStatements } from './trial-statements.ts'
import type { WriteLog } from './write-log.ts'

/** What the steps of a storage share. */
export interface SqlParts {
  readonly driver: SqlDriver
  readonly studies: StudyStatements
  readonly trials: TrialStatements
  readonly reader: TrialReader
  readonly log: WriteLog
  readonly firsts: FirstDistributions
  /** Milliseconds since 1970. */
  readonly now: () => number
}
