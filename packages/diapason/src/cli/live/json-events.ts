import type { TrialCounts } from '../../analysis/trial-counts.ts'
import type { ParamValues } from '../../space/search-space.ts'
import type { StopReason } from '../../study/optimize.ts'
import type { JsonNumber } from '../../text/json.ts'
import type { Direction, Fidelity } from '../../trial/history.ts'
import type { FinalReport } from '../report/final-report.ts'

/**
 * What `diapason run --json` writes: one JSON object a line, told apart by `type`. The first line is a `start`, then events come in
 * the order they happened, then an `end`; the last line is a `result`. Times (`at`, `…At`) are milliseconds since 1970.
 * Numbers that JSON cannot hold are the strings `"NaN"`, `"Infinity"` and `"-Infinity"`. New properties and types may come;
 * readers should pass over what they do not know.
 */
export type JsonEvent =
  | JsonStart
  | JsonTrialStart
  | JsonReport
  | JsonTrialEnd
  | JsonNotice
  | JsonOutput
  | JsonEnd
  | JsonResult

/** The run is about to start. */
export interface JsonStart {
  readonly type: 'start'
  readonly at: number
  readonly study: string
  readonly storage: string
  readonly goals: { readonly [name: string]: Direction }
  readonly fidelity: Fidelity | null
  readonly sampler: string
  readonly pruner: string
  readonly seed: number
  readonly jobs: number
  readonly runner: 'in-process' | 'worker-pool' | 'command'
  /** Limits, null where there is none. `trials` counts those of earlier runs too. */
  readonly budget: {
    readonly trials: number | null
    readonly timeMs: number | null
    readonly target: JsonNumber | null
  }
  readonly space: string
  /** The default configuration by path, or null. */
  readonly defaults: ParamValues | null
  /** Trials that the study holds already, by state. */
  readonly earlier: TrialCounts
}

/** A trial was handed out. */
export interface JsonTrialStart {
  readonly type: 'trial-start'
  readonly at: number
  readonly trial: number
  readonly params: ParamValues
}

/** A running trial reported. */
export interface JsonReport {
  readonly type: 'report'
  readonly at: number
  readonly trial: number
  readonly step: number
  readonly value: JsonNumber
}

/** A trial ended. */
export interface JsonTrialEnd {
  readonly type: 'trial-end'
  readonly at: number
  readonly trial: number
  readonly state: 'complete' | 'pruned' | 'failed'
  /** By goal; of a pruned trial its last report under the first goal, or nothing; empty for a failed one. */
  readonly values: { readonly [goal: string]: JsonNumber }
  /** Why it failed, or null. */
  readonly reason: string | null
  readonly isBest: boolean
  readonly params: ParamValues
  /** The step it reported last, or null. */
  readonly lastStep: number | null
  readonly durationMs: number
}

/** A sentence for whoever watches. */
export interface JsonNotice {
  readonly type: 'notice'
  readonly at: number
  readonly level: 'info' | 'warning'
  readonly text: string
}

/** A line that the objective printed in a worker process. */
export interface JsonOutput {
  readonly type: 'output'
  readonly at: number
  readonly trial: number | null
  readonly stream: 'stdout' | 'stderr'
  readonly line: string
}

/** No trial runs any more. */
export interface JsonEnd {
  readonly type: 'end'
  readonly at: number
  /** Why the run ended; null where it failed. */
  readonly reason: StopReason | null
  readonly error: string | null
  /** Trials started in this run. */
  readonly trials: number
  readonly elapsedMs: number
  /** Trials of the study by state. */
  readonly counts: TrialCounts
}

/** What the run came to: the last screen as data. Always the last line. */
export interface JsonResult {
  readonly type: 'result'
  readonly at: number
  readonly report: FinalReport
}
