import { sameParams } from '../../analysis/default-trial.ts'
import { messageOf } from '../../errors.ts'
import type { TestRunner } from '../../runner/test-runner.ts'
import { jsonLine } from '../../text/json.ts'
import type { TrialRecord } from '../../trial/trial-record.ts'
import { survivesClosing } from '../live/open-view.ts'
import type { AnyStudy, RunInfo, RunSummary } from '../progress.ts'
import { paintFor } from '../text/paint.ts'
import { bestOf, buildReport, defaultConfig } from './build-report.ts'
import type { FinalReport } from './final-report.ts'
import { runFinalTest, type TestScores } from './final-test.ts'
import { screenLines } from './screen-lines.ts'

/** What the last screen is made from and where it goes. */
export interface LastScreenOptions {
  readonly info: RunInfo
  readonly summary: RunSummary
  /** Opens what runs the study's test; absent where there is none. */
  readonly openTests?: (() => Promise<TestRunner> | TestRunner) | undefined
  /** How the run is started, without the options that resume it: `diapason run tune.ts`. Absent: no resume command is shown. */
  readonly command?: string | undefined
  /** One last event (`result`, see `JsonResult`) instead of words (default false). */
  readonly json?: boolean
  /** Default `process.stdout`. */
  readonly stream?: NodeJS.WriteStream
  /** Ends the test runs early; what was tested by then is compared. */
  readonly signal?: AbortSignal
  /** Seeds with which default and winner are trained again for the test, at least 1 (default 5). */
  readonly testSeeds?: number
}

const TEST_SEEDS = 5

/**
 * Tests default and winner on data that tuning never saw, where the study has a test, and writes what the run came to.
 * Call it after the view has stopped and before the study is closed.
 * @returns what was written, as data
 */
export async function showLastScreen(options: LastScreenOptions): Promise<FinalReport> {
  const { info, summary, json = false, stream = process.stdout, command } = options
  survivesClosing(stream)
  const scores = await testScores(options, stream)
  const report = buildReport({ info, summary, scores, command })
  if (json) stream.write(jsonLine({ type: 'result', at: Date.now(), report }))
  else {
    const size = { columns: stream.columns ?? 80, paint: paintFor(stream) }
    stream.write(`${screenLines(report, size).join('\n')}\n`)
  }
  return report
}

/** The scores of default and winner, where there are both, they differ, and the study has a test. */
async function testScores(options: LastScreenOptions, stream: NodeJS.WriteStream): Promise<TestScores | undefined> {
  const { openTests, summary, signal, json = false, testSeeds = TEST_SEEDS } = options
  const { study } = summary
  const [winner] = study.goals.length === 1 ? bestOf(summary) : []
  const defaults = defaultConfig(study)
  if (openTests === undefined || winner === undefined || defaults === undefined) return undefined
  if (sameParams(winner.record.params, defaults.params)) return undefined
  const progress = json ? undefined : testProgress(stream)
  let runner: TestRunner | undefined
  try {
    runner = await openTests()
    return await runFinalTest(runner, {
      baseline: { params: paramsOf(study, winner.record, defaults.params), values: defaults.params },
      candidate: { params: winner.params, values: winner.record.params },
      seed: study.seed,
      seeds: testSeeds,
      signal,
      onProgress: (done, total) => progress?.show(done, total),
    })
  } catch (error) {
    return { baseline: [], candidate: [], elapsedMs: 0, isStopped: false, failure: messageOf(error) }
  } finally {
    progress?.clear()
    await runner?.close()
  }
}

/** The parameters as the objective receives them. A record is only a carrier here: nothing but its values is read. */
function paramsOf(study: AnyStudy, carrier: TrialRecord, params: TrialRecord['params']): unknown {
  return study.paramsOf({ ...carrier, params })
}

/** One line that says how far the test is; in a pipe it is said once. */
function testProgress(stream: NodeJS.WriteStream): { show(done: number, total: number): void; clear(): void } {
  const words = 'Training default and winner again to test them on untouched data'
  if (!stream.isTTY) {
    stream.write(`${words}\n`)
    return { show() {}, clear() {} }
  }
  const show = (state: string) => stream.write(`\r${`${words}${state}`.slice(0, (stream.columns ?? 80) - 1)}\u001b[K`)
  show(' …')
  return { show: (done, total) => show(`: ${done} of ${total}`), clear: () => void stream.write('\r\u001b[K') }
}
