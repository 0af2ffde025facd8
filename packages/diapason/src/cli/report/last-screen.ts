import type { FinalTest } from '../../study/define-study.ts'
import type { RunInfo, RunSummary } from '../progress.ts'

/** What the last screen is made from and where it goes. */
export interface LastScreenOptions {
  readonly info: RunInfo
  readonly summary: RunSummary
  /** The study definition's `test`. */
  readonly test?: FinalTest<unknown> | undefined
  /** How the run is started, without the options that resume it: `diapason run tune.ts`. Absent: no resume command is shown. */
  readonly command?: string | undefined
  /** One last event instead of words (default false). */
  readonly json?: boolean
  /** Default `process.stdout`. */
  readonly stream?: NodeJS.WriteStream
  /** Ends the test runs early; what was tested by then is compared. */
  readonly signal?: AbortSignal
  /** Seeds with which default and winner are trained again for the test, at least 1 (default 5). */
  readonly testSeeds?: number
  /** Test runs at the same time (default: the run's jobs). */
  readonly concurrency?: number
}

/**
 * Tests default and winner on data that tuning never saw, where the study has a test, and writes what the run came to.
 * Call it after the view has stopped and before the study is closed.
 */
export async function showLastScreen(_options: LastScreenOptions): Promise<void> {}
